/** Files and folders as both sides of the port need them: keys to paths, walking, reading, and errors in the port's words. */
import type { Dirent, Stats } from 'node:fs';
import { type FileHandle, open, readdir, realpath, stat } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import { StoreError, type StoreFailure } from './port.ts';

const CHUNK_BYTES = 256 * 1024;

/** Opens a file to read from; whoever asks for it closes it. Throws a `StoreError` when there is none, or no file. */
export async function openForReading(path: string): Promise<FileHandle> {
  // Before it is opened: opening a pipe waits for whoever writes into it, and nothing can end that.
  const found = await attempt(path, 'read', () => stat(path));
  if (found.isDirectory()) throw new StoreError('not_found', `${path}: not a file`);
  refuseNoFile(path, found);
  return attempt(path, 'read', () => open(path, 'r'));
}

/** Throws a `StoreError` for a pipe, a socket or a device: it can be read once at most, and an object is read again. */
export function refuseNoFile(path: string, found: Stats): void {
  if (found.isFile() || found.isDirectory()) return;
  const kind = found.isFIFO() ? 'a pipe' : found.isSocket() ? 'a socket' : 'a device';
  throw new StoreError('not_found', `${path}: ${kind}, and no file; to read it, pipe it in, with - as the place`);
}

/**
 * The rest of an open file in chunks. They may be kept, unless they are `passing`: then each is overwritten by the next.
 */
export async function* chunksOf(file: FileHandle, path: string, { passing = false } = {}): AsyncGenerator<Buffer> {
  let buffer = Buffer.allocUnsafeSlow(CHUNK_BYTES);
  for (;;) {
    const { bytesRead } = await attempt(path, 'read', () => file.read(buffer, 0, buffer.length, null));
    if (bytesRead === 0) return;
    yield buffer.subarray(0, bytesRead);
    if (!passing) buffer = Buffer.allocUnsafeSlow(CHUNK_BYTES);
  }
}

/**
 * Yields the keys of the files in a folder, each behind `prefix`, in the byte order of whole keys, which is how S3 lists:
 * a folder sorts as its name with `/`. Of the folder itself only names that begin with `begin` count. Hidden names are
 * skipped, links are followed, but never in a circle; a folder that is not there, or not there any more, has no files.
 */
export async function* walk(folder: string, prefix: string, begin = '', above = new Set<string>()): AsyncGenerator<string> {
  const here = await attempt(folder, 'list', () => unlessMissing(realpath(folder)));
  if (here === undefined || above.has(here)) return;
  const names: string[] = [];
  for (const entry of (await attempt(folder, 'list', () => unlessMissing(readdir(folder, { withFileTypes: true })))) ?? []) {
    if (entry.name.startsWith('.') || !entry.name.startsWith(begin)) continue;
    const kind = await kindOf(folder, entry);
    if (kind === 'folder') names.push(`${entry.name}/`);
    else if (kind === 'file') names.push(entry.name);
  }
  names.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  const inside = new Set(above).add(here);
  for (const name of names) {
    if (name.endsWith('/')) yield* walk(join(folder, name), prefix + name, '', inside);
    else yield prefix + name;
  }
}

async function kindOf(folder: string, entry: Dirent): Promise<'file' | 'folder' | 'other'> {
  if (entry.isDirectory()) return 'folder';
  if (entry.isFile()) return 'file';
  if (!entry.isSymbolicLink()) return 'other';
  const target = await stat(join(folder, entry.name)).catch(() => undefined);
  if (target?.isDirectory()) return 'folder';
  // A link to nowhere is listed: opening it then says so, while skipping it would lose it in silence.
  return target === undefined || target.isFile() ? 'file' : 'other';
}

/** The path of a key below `root`. Throws a `StoreError` for a key that would leave it, or that is not its own plain path. */
export function pathBelow(root: string, key: string): string {
  const path = plainPath(root, key);
  if (path !== undefined) return path;
  throw new StoreError('denied', `${JSON.stringify(key)}: this key does not name a file below ${root}`);
}

/** The same, or undefined for such a key. */
export function plainPath(root: string, key: string): string | undefined {
  const path = resolve(root, key);
  const way = relative(resolve(root), path);
  const leaves = way === '' || isAbsolute(way) || way === '..' || way.startsWith(`..${sep}`);
  // A key that is not its own plain path would be written under one name and listed under another.
  const plain = !key.includes('\0') && way.split(sep).join('/') === key;
  return !leaves && plain ? path : undefined;
}

type Action = 'read' | 'write' | 'list' | 'delete';

/** Does `work`; whatever the system throws comes out as a `StoreError` with the original as its `cause`. */
export async function attempt<T>(path: string, action: Action, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof StoreError) throw cause;
    const code = codeOf(cause);
    const known = SYSTEM_ERRORS[code];
    const reason = known?.reason ?? 'unavailable';
    throw new StoreError(reason, `${path}: ${known?.message(action) ?? `cannot ${action} it (${code})`}`, { cause });
  }
}

/** The system's name of an error, such as `ENOENT`; empty for any other error. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

/**
 * What the system says of a name in a folder that does not hold it, or in what is no folder, of a link that leads to itself, and of
 * a name that is too long for any file.
 */
const ABSENT: readonly string[] = ['ENOENT', 'ENOTDIR', 'ELOOP', 'ENAMETOOLONG'];

/** What was found, or undefined when there is nothing of that name. */
export async function unlessMissing<T>(found: Promise<T>): Promise<T | undefined> {
  try {
    return await found;
  } catch (error) {
    if (ABSENT.includes(codeOf(error))) return undefined;
    throw error;
  }
}

interface SystemError {
  readonly reason: StoreFailure;
  readonly message: (action: Action) => string;
}

const MISSING: SystemError = { reason: 'not_found', message: () => 'no such file or folder' };
const REFUSED: SystemError = {
  reason: 'denied',
  message: (action) => `no permission to ${action} it; give it to the user who runs winnow, or choose another place`,
};

const SYSTEM_ERRORS: { readonly [code: string]: SystemError } = {
  ENOENT: MISSING,
  // What should be a folder is a file: nothing can be below it.
  ENOTDIR: { reason: 'not_found', message: () => 'a part of this path is a file, not a folder' },
  ELOOP: { reason: 'not_found', message: () => 'a link that leads to itself' },
  EEXIST: { reason: 'unavailable', message: () => 'a part of this path is a file, not a folder; choose another place' },
  EISDIR: { reason: 'unavailable', message: (action) => `cannot ${action} it, it is a folder` },
  EACCES: REFUSED,
  EPERM: REFUSED,
  EROFS: { reason: 'denied', message: () => 'this disk is read-only; choose another place' },
  ENOSPC: { reason: 'unavailable', message: () => 'the disk is full; free some space and run again' },
  ENAMETOOLONG: { reason: 'unavailable', message: () => 'the name is too long for this disk' },
  EMFILE: { reason: 'unavailable', message: () => 'too many files are open; raise the limit (ulimit -n)' },
};
