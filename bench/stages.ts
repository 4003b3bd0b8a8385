/**
 * Where the time goes: each stage alone, over the same records in memory, in one process.
 *
 * Usage: node bench/stages.ts <batch.ndjson.gz>
 */
import { readFileSync } from 'node:fs';
import { constants, gunzipSync, zstdCompressSync } from 'node:zlib';
import { parse } from '../src/intake/parse.ts';
import { createSplitter } from '../src/intake/split.ts';
import { unwrap } from '../src/intake/unwrap.ts';
import { normalize } from '../src/normalize/normalize.ts';
import { partitioner } from '../src/output/partition.ts';
import { createTally } from '../src/output/tally.ts';
import { readSettings } from '../src/settings.ts';
import type { RawRecord } from '../src/types.ts';
import { validate } from '../src/validate/validate.ts';

const MOST_RECORDS = 4000;
const ROUNDS = 7;
const CHUNK_BYTES = 128 * 1024;

const [path] = process.argv.slice(2);
if (path === undefined) throw new Error('usage: node bench/stages.ts <batch.ndjson.gz>');

const settings = readSettings([]);
const whole = gunzipSync(readFileSync(path));
const limits = { maxRecordBytes: settings.max_record_bytes, maxRawBytes: settings.max_reject_raw_bytes };
const source = { bucket: 'file', key: 'bench', etag: '0', record: 0, offset: 0 };

const records: RawRecord[] = [];
const splitter = createSplitter(limits, (record) => {
  if (records.length < MOST_RECORDS) records.push({ ...record, bytes: Buffer.from(record.bytes) });
});
splitter.push(whole);
const bytes = records.reduce((sum, record) => sum + record.length + 1, 0);
const raw = whole.subarray(0, bytes);

const parsed = records.map((record) => demand(parse(record.bytes, record.shape, settings.max_depth)));
const events = records.map((record, i) => demand(unwrap(parsed[i] as (typeof parsed)[number], record.bytes, settings.max_depth)));
const options = { conformance: settings.conformance, maxErrors: settings.max_errors_per_reject };
const identities = events.map((event) => demand(validate(event.plain, options)).identity);
const normalized = events.map((event, i) => normalize(event, identities[i] as (typeof identities)[number], source));
const lines = normalized.map((event) => JSON.stringify(event));
const output = Buffer.from(lines.join('\n'));
const partitionOf = partitioner(settings.partition);
const tally = createTally(settings.max_count_keys);

const STAGES: { readonly [stage: string]: () => void } = {
  split: () => {
    const stage = createSplitter(limits, () => {});
    for (let at = 0; at < raw.length; at += CHUNK_BYTES) stage.push(raw.subarray(at, at + CHUNK_BYTES));
    stage.end();
  },
  parse: () => {
    for (const record of records) parse(record.bytes, record.shape, settings.max_depth);
  },
  '  of which JSON.parse': () => {
    for (const record of records) JSON.parse(record.bytes.toString());
  },
  unwrap: () => {
    records.forEach((record, i) => void unwrap(parsed[i] as (typeof parsed)[number], record.bytes, settings.max_depth));
  },
  validate: () => {
    for (const event of events) validate(event.plain, options);
  },
  normalize: () => {
    events.forEach((event, i) => void normalize(event, identities[i] as (typeof identities)[number], source));
  },
  'partition, tally': () => {
    for (const event of normalized) {
      partitionOf(event);
      tally.valid(event, true);
    }
  },
  'JSON.stringify': () => {
    for (const event of normalized) JSON.stringify(event);
  },
  'zstd -1': () => {
    zstdCompressSync(output, { params: { [constants.ZSTD_c_compressionLevel]: 1 } });
  },
};

process.stdout.write(
  `${records.length} records, ${(bytes / records.length / 1000).toFixed(1)} kB each; ${(output.length / bytes).toFixed(2)} of that out\n`,
);
for (const [stage, work] of Object.entries(STAGES)) {
  const times = Array.from({ length: ROUNDS }, () => {
    const start = performance.now();
    work();
    return performance.now() - start;
  });
  const median = times.sort((a, b) => a - b)[ROUNDS >> 1] as number;
  const rate = `${(bytes / 1000 / median).toFixed(0)} MB/s`;
  process.stdout.write(
    `${stage.padEnd(24)} ${((median * 1000) / records.length).toFixed(1).padStart(7)} µs a record ${rate.padStart(12)}\n`,
  );
}

function demand<T extends { readonly ok: boolean }>(verdict: T): Extract<T, { readonly ok: true }> {
  if (!verdict.ok) throw new Error('the batch holds a record that is refused');
  return verdict as Extract<T, { readonly ok: true }>;
}
