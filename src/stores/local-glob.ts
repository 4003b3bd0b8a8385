/** Files whose paths match a pattern such as `logs/2026-*.gz`, for those whose shell leaves patterns alone. */
import { glob, stat } from 'node:fs/promises';
import { join, matchesGlob } from 'node:path';
import { isGlobText, splitGlob } from './glob-text.ts';
import { attempt, unlessMissing } from './local-files.ts';
import { LOCAL_BUCKET, listed, openBelow } from './local-source.ts';
import { type Source, StoreError } from './port.ts';

/** Whether a place is a pattern. A file or folder of that very name goes before. */
export async function isGlob(place: string): Promise<boolean> {
  return isGlobText(place) && (await attempt(place, 'read', () => unlessMissing(stat(place)))) === undefined;
}

/**
 * The files that match, in the byte order of their keys. `*` stays within a folder, `**` does not; hidden names match only where
 * the pattern says so, links to folders are not followed. Throws a `StoreError` when nothing matches, so that a run can stop
 * before it starts.
 */
export async function globSource(place: string): Promise<Source> {
  const { root, pattern } = splitGlob(place);
  const find = (): Promise<string[]> => attempt(place, 'list', () => filesMatching(root, pattern));
  if ((await find()).length === 0) throw new StoreError('not_found', `${place}: no file matches this pattern`);
  return {
    list: async function* () {
      for (const key of await find()) yield listed(root, key);
    },
    open: (ref) => openBelow(root, ref),
  };
}

/** Whether a file of some name, there or not, is one that the pattern means. */
export async function globCoverage(place: string): Promise<(ref: { readonly bucket: string; readonly key: string }) => boolean> {
  const { pattern } = splitGlob(place);
  return ({ bucket, key }) => bucket === LOCAL_BUCKET && matchesGlob(key, pattern);
}

async function filesMatching(root: string, pattern: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const path of glob(pattern, { cwd: root })) {
    // A link to nowhere is listed, so that opening it says so.
    const found = await unlessMissing(stat(join(root, path)));
    if (found === undefined || found.isFile()) keys.push(path.replaceAll('\\', '/'));
  }
  return keys.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}
