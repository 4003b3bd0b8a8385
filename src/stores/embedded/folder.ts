/** A bucket whose objects are the files of a folder: key and path are the same, so that any tool can look at what is in it. */
import { createHash } from 'node:crypto';
import type { BigIntStats } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { attempt, chunksOf, codeOf, plainPath, unlessMissing, walk } from '../local-files.ts';
import { localStore, makeFolder } from '../local-store.ts';
import { StoreError } from '../port.ts';

/** What a bucket says of an object. `etag` is the MD5 of the bytes, in hex, however they were uploaded. */
export interface ObjectHead {
  readonly key: string;
  readonly size: number;
  readonly etag: string;
  readonly lastModified: Date;
}

/** Under which condition a write may happen, as If-None-Match and If-Match have it. */
export interface WriteCondition {
  readonly ifAbsent: boolean;
  readonly ifEtag?: string | undefined;
}

export interface OpenedObject {
  readonly head: ObjectHead;
  /** The bytes from the first to the last named, counted from 0. */
  read(first: number, last: number): NodeJS.ReadableStream;
  /** To be called when nothing more will be read. */
  close(): Promise<void>;
}

/** To all but `put`, a key that cannot be a path is one that is not there. */
export interface FolderBucket {
  /** Makes the folder. Throws a `StoreError` when it cannot be: better now than with every upload. */
  make(): Promise<void>;
  /**
   * Writes a whole object. Throws a `StoreError`: `conflict` when the condition does not hold, `not_found` when it is on an object
   * that is not there, `denied` for a key that cannot be a path.
   */
  put(key: string, body: readonly Uint8Array[], condition: WriteCondition): Promise<ObjectHead>;
  head(key: string): Promise<ObjectHead | undefined>;
  /** An object that stays what it was while it is read, whoever writes to its key. */
  open(key: string): Promise<OpenedObject | undefined>;
  /** All keys that begin with `prefix`, in the byte order of keys. */
  keys(prefix: string): AsyncIterable<string>;
  delete(key: string): Promise<void>;
}

/** The bucket of a folder, which is made when the first object is written, or before. */
export function openFolderBucket(root: string): FolderBucket {
  const store = localStore(root);
  const etags = new Map<string, { readonly fingerprint: string; readonly etag: string }>();
  const inTurn = createTurns();

  async function head(key: string): Promise<ObjectHead | undefined> {
    const path = pathOf(root, key);
    if (path === undefined) return undefined;
    const found = await attempt(path, 'read', () => unlessMissing(stat(path, { bigint: true })));
    if (!found?.isFile()) return undefined;
    const known = etags.get(key);
    if (known?.fingerprint === fingerprintOf(found)) return headOf(key, found, known.etag);
    const object = await openObject(key);
    await object?.close();
    return object?.head;
  }

  async function openObject(key: string): Promise<OpenedObject | undefined> {
    const path = pathOf(root, key);
    if (path === undefined) return undefined;
    const found = await attempt(path, 'read', () => unlessMissing(stat(path)));
    const file = found?.isFile() ? await attempt(path, 'read', () => unlessMissing(open(path, 'r'))) : undefined;
    if (file === undefined) return undefined;
    try {
      // Of the open file: a write puts another one in its place.
      const state = await attempt(path, 'read', () => file.stat({ bigint: true }));
      const fingerprint = fingerprintOf(state);
      const known = etags.get(key);
      const etag = known?.fingerprint === fingerprint ? known.etag : await md5Of(file, path);
      etags.set(key, { fingerprint, etag });
      return {
        head: headOf(key, state, etag),
        read: (start, end) => file.createReadStream({ start, end, autoClose: false }),
        close: () => file.close(),
      };
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  return {
    make: () => attempt(root, 'write', () => makeFolder(root)),
    head,
    put: (key, body, { ifAbsent, ifEtag }) =>
      inTurn(key, async () => {
        const path = pathOf(root, key);
        if (path === undefined) {
          const why = 'no part of a key may be empty or begin with a dot here';
          throw new StoreError('denied', `${JSON.stringify(key)}: cannot be the path of a file; ${why}`);
        }
        const before = ifAbsent || ifEtag !== undefined ? await head(key) : undefined;
        if (ifEtag !== undefined && before === undefined)
          throw new StoreError('not_found', `${path}: is not there to be replaced; nothing was written`);
        const holds = (!ifAbsent || before === undefined) && (ifEtag === undefined || before?.etag === ifEtag);
        if (!holds) throw new StoreError('conflict', `${path}: the condition of the write does not hold; nothing was written`);
        await unlessInTheWay(store.put(key, body));
        const after = await head(key);
        if (after === undefined) throw new StoreError('changed', `${path}: was removed while it was written`);
        return after;
      }),
    open: openObject,
    async *keys(prefix) {
      // The folder that the prefix leads to; of its entries only those that go on as the prefix does.
      const cut = prefix.lastIndexOf('/') + 1;
      const folder = cut === 0 ? root : pathOf(root, prefix.slice(0, cut - 1));
      if (folder !== undefined) yield* walk(folder, prefix.slice(0, cut), prefix.slice(cut));
    },
    delete: (key) =>
      inTurn(key, async () => {
        const path = pathOf(root, key);
        if (path === undefined) return;
        const found = await attempt(path, 'delete', () => unlessMissing(stat(path)));
        // A folder is no object.
        if (found?.isFile()) await store.delete(key);
      }),
  };
}

/** The path of a key, or undefined when it cannot be one. A hidden file would be there and not be listed. */
function pathOf(root: string, key: string): string | undefined {
  return /(?:^|\/)\./.test(key) ? undefined : plainPath(root, key);
}

/** What the system says of a folder in the place of the file, of a file in the place of a folder, and of a name too long for it. */
const IN_THE_WAY: readonly string[] = ['EEXIST', 'EISDIR', 'ENOTDIR', 'ENOTEMPTY', 'ENAMETOOLONG'];

/** Clients are not to try again what cannot succeed. */
async function unlessInTheWay(written: Promise<void>): Promise<void> {
  try {
    await written;
  } catch (error) {
    if (error instanceof StoreError && IN_THE_WAY.includes(codeOf(error.cause)))
      throw new StoreError('denied', error.message, { cause: error });
    throw error;
  }
}

function fingerprintOf({ ino, size, mtimeNs }: BigIntStats): string {
  return `${ino} ${size} ${mtimeNs}`;
}

function headOf(key: string, { size, mtimeMs }: BigIntStats, etag: string): ObjectHead {
  return { key, size: Number(size), etag, lastModified: new Date(Number(mtimeMs)) };
}

async function md5Of(file: FileHandle, path: string): Promise<string> {
  const md5 = createHash('md5');
  for await (const chunk of chunksOf(file, path, { passing: true })) md5.update(chunk);
  return md5.digest('hex');
}

/** Makes those who write one key at the same time do it one after another, as S3 does. */
function createTurns(): <T>(key: string, work: () => Promise<T>) => Promise<T> {
  const last = new Map<string, Promise<void>>();
  return async (key, work) => {
    const earlier = last.get(key);
    const mine = (earlier ?? Promise.resolve()).then(work);
    const settled = mine.then(
      () => {},
      () => {},
    );
    last.set(key, settled);
    try {
      return await mine;
    } finally {
      if (last.get(key) === settled) last.delete(key);
    }
  };
}
