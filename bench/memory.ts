/**
 * `npm run bench:memory`: that memory does not grow with the input. Runs a gzip batch of about 200 MB and one of about 2 GB
 * of JSON and compares their peaks. Fails when the large one takes more than 300 MB, or 10 % more than the small one.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { batchOf, EVENT_BYTES } from './batch.ts';
import { median, runChild } from './child.ts';

const SMALL_BYTES = 200e6;
const LARGE_BYTES = 2e9;
const MOST_MEGABYTES = 300;
const MOST_GROWTH = 1.1;
const RUNS = 3;

const cli = new URL('../dist/cli.mjs', import.meta.url).pathname;

async function peakOf(bytes: number): Promise<number> {
  const batch = await batchOf(Math.ceil(bytes / EVENT_BYTES));
  const out = mkdtempSync(join(tmpdir(), 'winnow-bench-'));
  try {
    const peaks = Array.from(
      { length: RUNS },
      () => runChild([cli, 'run', batch, '--out', out, '--force', '--json'], false).peakMegabytes,
    );
    process.stdout.write(
      `${(bytes / 1e6).toFixed(0).padStart(5)} MB of JSON: peak ${peaks.map((peak) => peak.toFixed(0)).join(', ')} MB\n`,
    );
    return median(peaks);
  } finally {
    rmSync(out, { recursive: true });
  }
}

const small = await peakOf(SMALL_BYTES);
const large = await peakOf(LARGE_BYTES);
const growth = large / small;
process.stdout.write(`${growth.toFixed(2)} times the memory for ten times the input\n`);
if (large > MOST_MEGABYTES || growth > MOST_GROWTH) {
  process.stdout.write(`more than ${MOST_MEGABYTES} MB or ${MOST_GROWTH} times\n`);
  process.exitCode = 1;
}
