/** Generated batches for the benchmarks, kept under .bench/ between runs. */
import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { generate, readGenerateFlags } from '../src/cli/generate.ts';

const FOLDER = new URL('../.bench/', import.meta.url).pathname;

/** About how many bytes one event has, line break included. */
export const EVENT_BYTES = 9 * 1024;

/** A gzip batch of Linux events of 9 KB each; the same number gives the same batch. */
export async function batchOf(events: number): Promise<string> {
  mkdirSync(FOLDER, { recursive: true });
  const path = join(FOLDER, `linux-${events}.ndjson.gz`);
  if (existsSync(path)) return path;
  process.stdout.write(`generating ${events} events\n`);
  const out = `${path}.tmp`;
  await generate(
    readGenerateFlags({ events: String(events), generation: 'linux', bytes: '9KiB', compress: 'gzip', out }),
    process.stdout,
  );
  renameSync(out, path);
  return path;
}
