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
  if (file !== undefined) return parse(file);
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

/** Names the schema to an editor, and is no setting. */
const SCHEMA_KEY = '$schema';

/** JSON is YAML, so one parser reads both. It is loaded only when there is a file. */
async function parse({ path, text }: ConfigFile): Promise<GivenSetting[]> {
  const { isMap, isNode, isScalar, LineCounter, parseDocument } = await import('yaml');
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'error' });
  const at = (offset: number | undefined): string => `${path}:${lines.linePos(offset ?? 0).line}`;
  if (document.errors.length > 0) throw new UsageError(document.errors.map(({ pos, message }) => `${at(pos[0])}: ${message}`));
  const { contents } = document;
  if (contents === null || (isScalar(contents) && contents.value === null)) return [];
  if (!isMap(contents)) throw new UsageError([`${path}: must hold names of settings with their values`]);
  return contents.items.flatMap(({ key, value }): GivenSetting[] => {
    const name = isScalar(key) ? String(key.value) : '';
    if (name === SCHEMA_KEY) return [];
    const origin = `${at(isScalar(key) ? key.range?.[0] : undefined)}: ${name}`;
    return [{ origin, name, ...asText(isNode(value) ? value.toJS(document) : value) }];
  });
}

/** A value of the file as the environment would have it. */
function asText(value: unknown): Pick<GivenSetting, 'value' | 'problem'> {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return { value: String(value) };
  const refuse = (problem: string) => ({ value: '', problem });
  if (!Array.isArray(value)) return refuse('must be a text, a number or a list of texts');
  const items: unknown[] = value;
  if (!items.every((item) => typeof item === 'string')) return refuse('must be a list of texts');
  // In the environment a comma separates items, so there is no way to have one inside.
  return items.some((item) => item.includes(',')) ? refuse('holds an item with a comma') : { value: items.join(',') };
}
