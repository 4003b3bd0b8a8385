/** Small files of text. */
import { readFile } from 'node:fs/promises';
import { attempt, unlessMissing } from './local-files.ts';

/** The text of a file, or undefined when there is none. Throws a `StoreError` when it cannot be read. */
export async function readText(path: string): Promise<string | undefined> {
  return attempt(path, 'read', () => unlessMissing(readFile(path, 'utf8')));
}
