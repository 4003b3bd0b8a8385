/**
 * `npm run bench`: how fast `winnow run` is beside the floor (bench/floor.ts) on the same batch, in one run on one core, and
 * where its time goes. The two take turns, because machines drift; the ratio of each pair is what counts.
 *
 * Usage: node bench/throughput.ts [events] [pairs]
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { batchOf } from './batch.ts';
import { median, runChild } from './child.ts';

const [events = '30000', pairs = '7'] = process.argv.slice(2);
const here = (path: string): string => new URL(path, import.meta.url).pathname;

const batch = await batchOf(Number(events));
const out = mkdtempSync(join(tmpdir(), 'winnow-bench-'));
const rows: { readonly floor: number; readonly winnow: number; readonly ratio: number }[] = [];
let bytes = 0;
try {
  for (let pair = 0; pair <= Number(pairs); pair++) {
    const floor = runChild([here('floor.ts'), batch], true);
    const winnow = runChild([here('../dist/cli.mjs'), 'run', batch, '--out', out, '--force', '--json'], true);
    const summary = JSON.parse(winnow.stdout) as { readonly records: number; readonly valid: number };
    const read = JSON.parse(floor.stdout) as { readonly records: number; readonly bytes: number };
    if (summary.records !== read.records || summary.valid !== summary.records)
      throw new Error('the two did not do the same work');
    bytes = read.bytes;
    // The first pair warms the file cache.
    if (pair > 0) rows.push({ floor: floor.seconds, winnow: winnow.seconds, ratio: floor.seconds / winnow.seconds });
  }
} finally {
  rmSync(out, { recursive: true });
}

const rate = (seconds: number): string => `${(bytes / 1e6 / seconds).toFixed(0)} MB/s`;
const column = (name: 'floor' | 'winnow' | 'ratio'): number[] => rows.map((row) => row[name]);
const ratios = column('ratio');
process.stdout.write(
  [
    `${events} events, ${(bytes / 1e6).toFixed(0)} MB of JSON, ${rows.length} pairs on one core`,
    `floor    ${rate(median(column('floor')))}`,
    `winnow   ${rate(median(column('winnow')))}`,
    `ratio    ${median(ratios).toFixed(2)} of the floor (${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)})`,
    '',
    '',
  ].join('\n'),
);
spawnSync(process.execPath, [here('stages.ts'), batch], { stdio: 'inherit' });
