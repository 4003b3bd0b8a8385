/** A folder that is watched: its files, and every file that comes or changes, each once nobody writes to it any more. */
import { stat } from 'node:fs/promises';
import { relative, sep } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { watch } from 'chokidar';
import { attempt, unlessMissing, walk } from './local-files.ts';
import { listed, openBelow } from './local-source.ts';
import { type Source, StoreError } from './port.ts';

/**
 * A source whose listing ends when the signal comes. A file is listed when nothing has touched it for `settleMs`, and again
 * when it has changed. Names that a folder skips are skipped here as well. Throws a `StoreError` when `root` is no folder.
 */
export async function watchedSource(root: string, { settleMs, signal }: WatchOptions): Promise<Source> {
  const found = await attempt(root, 'read', () => stat(root));
  if (!found.isDirectory()) throw new StoreError('not_found', `${root}: not a folder, so it cannot be watched`);
  return {
    list: async function* () {
      for await (const key of settledKeys(root, { settleMs, signal })) yield listed(root, key);
    },
    open: (ref) => openBelow(root, ref),
  };
}

export interface WatchOptions {
  readonly settleMs: number;
  readonly signal: AbortSignal;
}

async function* settledKeys(root: string, { settleMs, signal }: WatchOptions): AsyncGenerator<string> {
  /** In the order of their last change. */
  const pending = new Set<string>();
  let failure: unknown;
  let wake = (): void => {};
  const touched = (path: string): void => {
    const key = relative(root, path).split(sep).join('/');
    pending.delete(key);
    pending.add(key);
    wake();
  };
  const watcher = watch(root, { ignoreInitial: true, ignored: (path) => isHidden(relative(root, path)) });
  watcher.on('add', touched).on('change', touched);
  watcher.on('error', (error) => {
    failure = error;
    wake();
  });
  const stop = (): void => wake();
  signal.addEventListener('abort', stop);
  try {
    await new Promise<void>((resolve) => {
      wake = resolve;
      watcher.on('ready', resolve);
    });
    // Listed when the watcher is ready, so that nothing comes unseen in between.
    for await (const key of walk(root, '')) pending.add(key);
    while (!signal.aborted) {
      if (failure !== undefined) await attempt(root, 'list', () => Promise.reject(failure));
      const { settled, nextMs } = await firstSettled(root, pending, settleMs);
      if (settled !== undefined) {
        pending.delete(settled);
        yield settled;
        continue;
      }
      const woken = new Promise<void>((resolve) => {
        wake = resolve;
      });
      if (signal.aborted || failure !== undefined) continue;
      await (nextMs === undefined ? woken : Promise.race([woken, wait(nextMs)]));
    }
  } finally {
    signal.removeEventListener('abort', stop);
    await watcher.close();
  }
}

/**
 * The first file that nothing has touched for long enough, or how long to wait for one. By the time of the last change of
 * anything about it: that of its content can be set back by whoever copies.
 */
async function firstSettled(
  root: string,
  pending: Set<string>,
  settleMs: number,
): Promise<{ readonly settled?: string; readonly nextMs?: number }> {
  let nextMs: number | undefined;
  for (const key of pending) {
    const path = `${root}/${key}`;
    const found = await attempt(path, 'list', () => unlessMissing(stat(path)));
    if (!found?.isFile()) {
      pending.delete(key);
      continue;
    }
    const restMs = found.ctimeMs + settleMs - Date.now();
    if (restMs <= 0) return { settled: key };
    // A clock that was set back must not make a file wait for years.
    nextMs = Math.min(nextMs ?? settleMs, restMs);
  }
  return nextMs === undefined ? {} : { nextMs };
}

function isHidden(path: string): boolean {
  return path.split(sep).some((part) => part.startsWith('.') && part !== '..' && part !== '.');
}
