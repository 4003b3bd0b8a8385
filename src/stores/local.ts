/** Objects on a disk: a file or a folder to read from, a folder to write into. */
import { createHash, randomUUID } from 'node:crypto';
import type { Dirent } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import type { ObjectRef } from '../types.ts';
import { type OpenObject, type Sink, type Source, StoreError, type StoreFailure } from './port.ts';

/** The bucket that every local file is in. */
export const LOCAL_BUCKET = 'file';

const CHUNK_BYTES = 256 * 1024;

/**
 * A file, or a folder with everything below it. Hidden names are skipped, links are followed, but never in a circle.
 * The ETag of a file is the MD5 of its bytes, as S3 has it for a plain upload.
 * Throws a `StoreError` when there is nothing at `root`, so that a run can stop before it starts.
 */
export async function localSource(root: string): Promise<Source> {
  const given = await attempt(root, 'read', () => stat(root));
  if (!given.isDirectory()) {
    const key = basename(resolve(root));
    return {
      list: async function* () {
        yield { bucket: LOCAL_BUCKET, key };
      },
      open: (ref) => {
        if (ref.key !== key) throw new StoreError('not_found', `${ref.key}: not the file that was given, ${root}`);
        return openFile(root, ref);
      },
    };
  }
  return {
    list: () => walk(root, '', new Set()),
    open: async (ref) => openFile(pathBelow(root, ref.key), ref),
  };
}

/**
 * A folder for outputs, made when the first one is written. Each appears whole or not at all, also when the machine
 * stops in between. Throws a `StoreError` for a key that would leave the folder.
 */
export function localSink(root: string): Sink {
  return {
    async put(key, body) {
      const path = pathBelow(root, key);
      // Hidden, so that a leftover of a killed run is never taken for data; random, so that two runs cannot share it.
      const temporary = join(dirname(path), `.${randomUUID()}.tmp`);
      await attempt(path, 'write', async () => {
        await mkdir(dirname(path), { recursive: true });
        try {
          await writeDurably(temporary, body);
          await rename(temporary, path);
        } catch (error) {
          await rm(temporary, { force: true });
          throw error;
        }
      });
    },
  };
}

/** The receipt is the commit mark: it must not reach the disk before the outputs it lists, hence the sync. */
async function writeDurably(path: string, body: readonly Uint8Array[]): Promise<void> {
  const file = await open(path, 'wx');
  try {
    await file.writeFile(body);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function openFile(path: string, ref: ObjectRef): Promise<OpenObject> {
  const file = await openForReading(path);
  try {
    const state = await fileState(file, path);
    const md5 = createHash('md5');
    const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
    for (let bytes = await fill(file, path, buffer); bytes > 0; bytes = await fill(file, path, buffer)) {
      md5.update(buffer.subarray(0, bytes));
    }
    await refuseChange(file, path, state.fingerprint);
    return {
      info: {
        bucket: LOCAL_BUCKET,
        key: ref.key,
        etag: md5.digest('hex'),
        size: state.size,
        lastModified: state.modified.toISOString(),
      },
      read: () => readFile(path, state.fingerprint),
    };
  } finally {
    await file.close();
  }
}

async function* readFile(path: string, fingerprint: string): AsyncGenerator<Uint8Array> {
  const file = await openForReading(path);
  try {
    await refuseChange(file, path, fingerprint);
    for (;;) {
      // A new buffer each time: whoever reads may keep the chunk.
      const buffer = Buffer.allocUnsafeSlow(CHUNK_BYTES);
      const bytes = await fill(file, path, buffer);
      if (bytes === 0) break;
      yield buffer.subarray(0, bytes);
    }
    await refuseChange(file, path, fingerprint);
  } finally {
    await file.close();
  }
}

async function openForReading(path: string): Promise<FileHandle> {
  const file = await attempt(path, 'read', () => open(path, 'r'));
  const found = await attempt(path, 'read', () => file.stat());
  if (found.isFile()) return file;
  await file.close();
  throw new StoreError('not_found', `${path}: not a file`);
}

async function fill(file: FileHandle, path: string, buffer: Buffer): Promise<number> {
  const { bytesRead } = await attempt(path, 'read', () => file.read(buffer, 0, buffer.length, null));
  return bytesRead;
}

interface FileState {
  readonly size: number;
  readonly modified: Date;
  /** Differs as soon as the file was written to or replaced. */
  readonly fingerprint: string;
}

async function fileState(file: FileHandle, path: string): Promise<FileState> {
  const { ino, size, mtimeMs, mtimeNs } = await attempt(path, 'read', () => file.stat({ bigint: true }));
  return { size: Number(size), modified: new Date(Number(mtimeMs)), fingerprint: `${ino} ${size} ${mtimeNs}` };
}

async function refuseChange(file: FileHandle, path: string, fingerprint: string): Promise<void> {
  const now = await fileState(file, path);
  if (now.fingerprint === fingerprint) return;
  throw new StoreError('changed', `${path}: changed while it was read; run again when nothing writes to it`);
}

/** Yields files in the byte order of their whole keys, which is how S3 lists: a folder sorts as its name with `/`. */
async function* walk(folder: string, prefix: string, above: ReadonlySet<string>): AsyncGenerator<ObjectRef> {
  const here = await attempt(folder, 'list', () => realpath(folder));
  if (above.has(here)) return;
  const names: string[] = [];
  for (const entry of await attempt(folder, 'list', () => readdir(folder, { withFileTypes: true }))) {
    if (entry.name.startsWith('.')) continue;
    const kind = await kindOf(folder, entry);
    if (kind === 'folder') names.push(`${entry.name}/`);
    else if (kind === 'file') names.push(entry.name);
  }
  names.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  const inside = new Set(above).add(here);
  for (const name of names) {
    if (name.endsWith('/')) yield* walk(join(folder, name), prefix + name, inside);
    else yield { bucket: LOCAL_BUCKET, key: prefix + name };
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

function pathBelow(root: string, key: string): string {
  const path = resolve(root, key);
  const way = relative(resolve(root), path);
  const leaves = way === '' || isAbsolute(way) || way === '..' || way.startsWith(`..${sep}`);
  // A key that is not its own plain path would be written under one name and listed under another.
  const plain = !key.includes('\0') && way.split(sep).join('/') === key;
  if (!leaves && plain) return path;
  throw new StoreError('denied', `${JSON.stringify(key)}: this key does not name a file below ${root}`);
}

type Action = 'read' | 'write' | 'list';

async function attempt<T>(path: string, action: Action, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
    const known = SYSTEM_ERRORS[code];
    const reason = known?.reason ?? 'unavailable';
    throw new StoreError(reason, `${path}: ${known?.message(action) ?? `cannot ${action} it (${code})`}`, { cause });
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
  EEXIST: { reason: 'unavailable', message: () => 'a part of this path is a file, not a folder; choose another place' },
  EISDIR: { reason: 'unavailable', message: (action) => `cannot ${action} it, it is a folder` },
  EACCES: REFUSED,
  EPERM: REFUSED,
  EROFS: { reason: 'denied', message: () => 'this disk is read-only; choose another place' },
  ENOSPC: { reason: 'unavailable', message: () => 'the disk is full; free some space and run again' },
  ENAMETOOLONG: { reason: 'unavailable', message: () => 'the name is too long for this disk' },
  EMFILE: { reason: 'unavailable', message: () => 'too many files are open; raise the limit (ulimit -n)' },
};
