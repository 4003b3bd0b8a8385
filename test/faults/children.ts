/** `winnow run` as a process that can be hit by a signal at any moment. */
import { spawn } from 'node:child_process';
import { readFile, utimes } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Stored } from '../support/objects.ts';
import { filesBelow } from '../support/runs.ts';

const CLI = new URL('../../src/cli.ts', import.meta.url).pathname;

/** Small bounds, so that a run writes often. */
const MANY_PARTS = ['--max-buffer-bytes', '64KiB', '--max-part-bytes', '48KiB', '--max-open-parts', '3', '--codec', 'none'];

export interface Hit {
  readonly signal: 'SIGKILL' | 'SIGINT';
  readonly afterMs: number;
}

export interface Ended {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stderr: string;
  readonly tookMs: number;
}

/** Runs to the end, or until it is hit. Quietly, for a machine may be slow enough to be told of progress. */
export async function runChild(input: string, out: string, hit?: Hit): Promise<Ended> {
  const { PATH = '', HOME = '' } = process.env;
  const started = performance.now();
  const child = spawn(process.execPath, [CLI, 'run', input, '--out', out, '--quiet', ...MANY_PARTS], {
    env: { PATH, HOME },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const over = new AbortController();
  const timer = hit && delay(hit.afterMs, undefined, { signal: over.signal }).then(() => child.kill(hit.signal));
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text) => (stderr += text));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status, signal) => {
      over.abort();
      // It was over before it was hit.
      timer?.catch(() => {});
      resolve({ status, signal, stderr, tookMs: performance.now() - started });
    });
  });
}

/** All that a folder shows to those who read outputs. */
export async function shownIn(out: string): Promise<Stored> {
  const keys = (await filesBelow(out)).filter((key) => !isHidden(key));
  return new Map(await Promise.all(keys.map(async (key) => [key, await readFile(join(out, key))] as const)));
}

/** Files that a killed run was writing. */
export async function leftoversIn(out: string): Promise<string[]> {
  return (await filesBelow(out)).filter(isHidden);
}

/** Makes files look as if they had been left there long ago. */
export async function age(out: string, keys: readonly string[]): Promise<void> {
  const longAgo = new Date(Date.now() - 24 * 60 * 60 * 1000);
  for (const key of keys) await utimes(join(out, key), longAgo, longAgo);
}

function isHidden(key: string): boolean {
  return basename(key).startsWith('.');
}
