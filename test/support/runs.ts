/** `winnow run` from inside a test: places in, a folder of outputs and the summary out. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative, sep } from 'node:path';
import { type RunResult, run } from '../../src/cli/run.ts';
import type { SettingName } from '../../src/settings.ts';
import type { Receipt } from '../../src/types.ts';

export const SAMPLES = new URL('../../samples/', import.meta.url).pathname;

/** Settings as the command line has them: text. */
export type GivenSettings = { readonly [name in SettingName]?: string };

export interface FolderRun extends RunResult {
  readonly warnings: readonly string[];
}

export async function runInto(out: string, places: readonly string[], given: GivenSettings = {}): Promise<FolderRun> {
  const warnings: string[] = [];
  const result = await run({
    places,
    out,
    given: Object.entries(given).map(([name, value]) => ({ origin: 'test', name, value })),
    now: Date.now,
    warn: (line) => void warnings.push(line),
  });
  return { ...result, warnings };
}

/** Gives a new folder to `work` and removes it afterwards. */
export async function withFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'winnow-test-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Every file below a folder, with `/` between the parts of its path. */
export async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => relative(folder, join(parentPath, name)).split(sep).join('/'))
    .sort();
}

export async function receiptsIn(out: string): Promise<Receipt[]> {
  const paths = (await filesBelow(out)).filter((path) => path.startsWith('receipts/'));
  return Promise.all(paths.map(async (path) => JSON.parse(await readFile(join(out, path), 'utf8'))));
}
