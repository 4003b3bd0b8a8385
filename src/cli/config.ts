/** The file of settings: winnow.yml, winnow.yaml or winnow.json, or any other that is named. */
import type { GivenSetting } from '../settings.ts';
import { StoreError } from '../stores/port.ts';
import { readText } from '../stores/text.ts';
import { UsageError } from './usage.ts';

/** What is looked for in the folder that the program is called in. */
export const CONFIG_FILES = ['winnow.yml', 'winnow.yaml', 'winnow.json'] as const;

/**
 * The settings of a file, as text, like those of the environment; each names file, line and key as its origin. Without a path,
 * those of the file that is there, or none. Throws a `UsageError` when the file that is named is not there, when there are
 * several to choose from, or when it is not what such a file is.
 */
export async function settingsFromFile(path: string | undefined): Promise<GivenSetting[]> {
  const candidates = path === undefined ? CONFIG_FILES : [path];
  const found = (await Promise.all(candidates.map(read))).filter((file) => file !== undefined);
  if (found.length > 1) throw new UsageError([`${found.map((file) => file.path).join(' and ')}: keep one of them`]);
  const [file] = found;
  if (file !== undefined) {
    const { settingsIn } = await import('./config-text.ts');
    return settingsIn(file.path, file.text);
  }
  if (path === undefined) return [];
  throw new UsageError([`--config: ${path}: no such file`]);
}

interface ConfigFile {
  readonly path: string;
  readonly text: string;
}

async function read(path: string): Promise<ConfigFile | undefined> {
  try {
    const text = await readText(path);
    return text === undefined ? undefined : { path, text };
  } catch (error) {
    if (error instanceof StoreError) throw new UsageError([error.message]);
    throw error;
  }
}
