/** Runs a program in a process of its own, on one core where the system can pin it, and tells what it took. */
import { spawnSync } from 'node:child_process';

export interface Took {
  readonly seconds: number;
  /** Peak resident memory in MB. */
  readonly peakMegabytes: number;
  readonly stdout: string;
}

const PEAK = new URL('./peak.ts', import.meta.url).pathname;
const canPin = spawnSync('taskset', ['-V']).status === 0;

/** `pinned` runs everything, the threads of zlib included, on the first core. Throws when the program fails. */
export function runChild(args: readonly string[], pinned: boolean): Took {
  const node = [process.execPath, '--import', PEAK, ...args];
  const [command = '', ...rest] = pinned && canPin ? ['taskset', '-c', '0', ...node] : node;
  const start = performance.now();
  const { status, stdout, stderr } = spawnSync(command, rest, {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  const seconds = (performance.now() - start) / 1000;
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}: ${stderr}`);
  const peak = /peak (\d+) kB/.exec(stderr)?.[1];
  return { seconds, peakMegabytes: Number(peak) / 1000, stdout };
}

export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}
