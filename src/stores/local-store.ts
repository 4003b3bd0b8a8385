/** A folder for outputs. */
import { hash, randomUUID } from 'node:crypto';
import { link, mkdir, open, readdir, readFile, rename, rm, rmdir, stat, unlink } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { attempt, chunksOf, codeOf, openForReading, pathBelow, unlessMissing, walk } from './local-files.ts';
import { type Condition, type Store, type Stored, StoreError } from './port.ts';

/**
 * A folder for outputs, made when the first one is written. Each appears whole or not at all, also when the machine
 * stops in between. A `tag` is the SHA-256 of the bytes. Throws a `StoreError` for a key that would leave the folder.
 */
export function localStore(root: string): Store {
  const swept = new Set<string>();
  return {
    async put(key, body, condition) {
      const path = pathBelow(root, key);
      await attempt(path, 'write', async () => {
        const temporary = await writeBeside(path, body);
        try {
          if (!swept.has(dirname(path))) await sweep(temporary);
          swept.add(dirname(path));
          await moveInto(temporary, path, condition);
        } finally {
          await rm(temporary, { force: true });
        }
      });
    },
    get: async (key) => stored(pathBelow(root, key)),
    async *read(key) {
      const path = pathBelow(root, key);
      const file = await openForReading(path);
      try {
        yield* chunksOf(file, path);
      } finally {
        await file.close();
      }
    },
    async *list(prefix) {
      const cut = prefix.lastIndexOf('/') + 1;
      const folder = cut === 0 ? resolve(root) : pathBelow(root, prefix.slice(0, cut - 1));
      for await (const key of walk(folder, prefix.slice(0, cut), prefix.slice(cut))) {
        const path = join(root, key);
        // What was removed since its folder was read is not there to be listed.
        const found = await attempt(path, 'list', () => unlessMissing(stat(path)));
        if (found !== undefined) yield { key, bytes: found.size };
      }
    },
    async delete(key) {
      const path = pathBelow(root, key);
      await attempt(path, 'delete', () => unlessMissing(unlink(path)));
      await removeEmptyFolders(dirname(path), resolve(root));
    },
  };
}

/** How often a folder may be removed by somebody's `delete` between being made and being written into. */
const MOST_LOST_FOLDERS = 10;

/** Writes the bytes into a new file in the same folder, so that moving it into place is one step. Gives its path. */
async function writeBeside(path: string, body: readonly Uint8Array[]): Promise<string> {
  // Hidden, so that a leftover of a killed run is never taken for data; random, so that two runs cannot share it.
  const temporary = join(dirname(path), `.${randomUUID()}.tmp`);
  for (let lost = 0; ; lost++) {
    try {
      await makeFolder(dirname(path));
      await writeDurably(temporary, body);
      return temporary;
    } catch (error) {
      // The first error is the one to tell.
      await rm(temporary, { force: true }).catch(() => {});
      if (codeOf(error) !== 'ENOENT' || lost === MOST_LOST_FOLDERS) throw error;
    }
  }
}

/**
 * Makes a folder and those above it. Node's own way tries for ever where the folder above is there and nothing can be made in it,
 * as in /proc.
 */
export async function makeFolder(path: string): Promise<void> {
  if (await isFolder(path)) return;
  if (dirname(path) !== path) await makeFolder(dirname(path));
  try {
    await mkdir(path);
  } catch (error) {
    // Somebody else may have made it meanwhile.
    if (!(await isFolder(path))) throw error;
  }
}

async function isFolder(path: string): Promise<boolean> {
  return (await unlessMissing(stat(path)))?.isDirectory() ?? false;
}

const TEMPORARY = /^\.[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\.tmp$/;
/** A file is written in seconds; what has not been touched for this long belongs to no running process. */
const ABANDONED_MS = 60 * 60 * 1000;

/** Removes what killed runs left in the folder of a temporary file. Its own date is the clock: that of a shared disk may be another. */
async function sweep(temporary: string): Promise<void> {
  const folder = dirname(temporary);
  const { mtimeMs } = await stat(temporary);
  for (const name of await readdir(folder)) {
    if (!TEMPORARY.test(name)) continue;
    const path = join(folder, name);
    const found = await unlessMissing(stat(path));
    if (found && found.mtimeMs < mtimeMs - ABANDONED_MS) await rm(path, { force: true });
  }
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

/** What a disk without hard links (FAT, some network shares) answers to `link`. */
const NO_LINKS = ['EPERM', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP'];

async function moveInto(temporary: string, path: string, condition: Condition | undefined): Promise<void> {
  if (condition !== undefined && 'ifAbsent' in condition) {
    try {
      // In one step: of two processes that try, one succeeds.
      return await link(temporary, path);
    } catch (error) {
      if (codeOf(error) === 'EEXIST') throw conflict(path, 'is there already');
      if (!NO_LINKS.includes(codeOf(error))) throw error;
      if (await exists(path)) throw conflict(path, 'is there already');
    }
  } else if (condition !== undefined && (await stored(path))?.tag !== condition.ifTag) {
    // No file system compares and replaces in one step: another process could still write between here and the rename.
    throw conflict(path, 'was changed by somebody else');
  }
  await rename(temporary, path);
}

function conflict(path: string, what: string): StoreError {
  return new StoreError('conflict', `${path}: ${what}; nothing was written`);
}

async function stored(path: string): Promise<Stored | undefined> {
  const body = await attempt(path, 'read', () => unlessMissing(readFile(path)));
  return body && { body, tag: hash('sha256', body, 'hex') };
}

async function exists(path: string): Promise<boolean> {
  return (await unlessMissing(stat(path))) !== undefined;
}

async function removeEmptyFolders(folder: string, root: string): Promise<void> {
  for (let path = folder; path !== root; path = dirname(path)) {
    // Whatever keeps a folder may keep it, mostly that it is not empty: the object is gone, and S3 has no folders at all.
    if (
      !(await rmdir(path).then(
        () => true,
        () => false,
      ))
    )
      return;
  }
}
