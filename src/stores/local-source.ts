/** Objects to read from a disk: a file, or a folder with everything below it. */
import { createHash } from 'node:crypto';
import { type FileHandle, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import type { ObjectRef } from '../types.ts';
import { attempt, chunksOf, openForReading, pathBelow, refuseNoFile, unlessMissing, walk } from './local-files.ts';
import { type Listed, type OpenObject, type Source, StoreError } from './port.ts';

/** The bucket that every local file is in. */
export const LOCAL_BUCKET = 'file';

/**
 * A file, or a folder with everything below it. Hidden names are skipped, links are followed, but never in a circle.
 * The ETag of a file is the MD5 of its bytes, as S3 has it for a plain upload.
 * Throws a `StoreError` when there is nothing at `root`, or no file, so that a run can stop before it starts.
 */
export async function localSource(root: string): Promise<Source> {
  const given = await attempt(root, 'read', () => stat(root));
  refuseNoFile(root, given);
  if (!given.isDirectory()) {
    const key = basename(resolve(root));
    return {
      list: async function* () {
        yield { bucket: LOCAL_BUCKET, key, bytes: given.size };
      },
      open: async (ref) => {
        if (ref.key !== key) throw new StoreError('not_found', `${ref.key}: not the file that was given, ${root}`);
        return openFile(root, ref);
      },
    };
  }
  return {
    list: async function* () {
      // A folder that went away since must not look like one without files.
      await attempt(root, 'list', () => stat(root));
      for await (const key of walk(root, '')) yield listed(root, key);
    },
    open: (ref) => openBelow(root, ref),
  };
}

/** What a listing says of a file. One that went away since has no size; opening it then tells. */
export async function listed(root: string, key: string): Promise<Listed> {
  const path = join(root, key);
  const found = await attempt(path, 'list', () => unlessMissing(stat(path)));
  return { bucket: LOCAL_BUCKET, key, ...(found && { bytes: found.size }) };
}

/** Opens a file by its key. Throws a `StoreError` when there is none, or its key leaves the folder. */
export async function openBelow(root: string, ref: ObjectRef): Promise<OpenObject> {
  return openFile(pathBelow(root, ref.key), ref);
}

/** Whether an object of some name lies at `root`, whether it exists or not: all do in a folder, one in a file. */
export async function localCoverage(root: string): Promise<(ref: ObjectRef) => boolean> {
  const found = await attempt(root, 'read', () => stat(root));
  const only = found.isDirectory() ? undefined : basename(resolve(root));
  return ({ bucket, key }) => bucket === LOCAL_BUCKET && (only === undefined || key === only);
}

async function openFile(path: string, ref: ObjectRef): Promise<OpenObject> {
  const file = await openForReading(path);
  try {
    const state = await fileState(file, path);
    const md5 = createHash('md5');
    for await (const chunk of chunksOf(file, path, { passing: true })) md5.update(chunk);
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
      // Nothing stays open between two readings.
      close: () => {},
    };
  } finally {
    await file.close();
  }
}

async function* readFile(path: string, fingerprint: string): AsyncGenerator<Uint8Array> {
  const file = await openForReading(path);
  try {
    await refuseChange(file, path, fingerprint);
    yield* chunksOf(file, path);
    await refuseChange(file, path, fingerprint);
  } finally {
    await file.close();
  }
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
