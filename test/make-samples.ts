/**
 * Makes the sample batches: every event type in every generation that has it, and one broken batch for each code.
 * `node test/make-samples.ts` writes them to samples/, and docs/samples.md; the same program always gives the same events.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { CUSTOM_EVENT_TYPES, EVENT_TYPES } from '../src/event-types.ts';
import { type BatchOptions, type GeneratedRecord, generateRecords } from '../src/generate/batch.ts';
import { breakableCodes } from '../src/generate/breakage.ts';
import type { EnvelopeName } from '../src/generate/envelope.ts';
import { type Framing, frame } from '../src/generate/framing.ts';
import type { RejectCode } from '../src/reject-codes.ts';
import type { Generation } from '../src/types.ts';

/** Where the list of samples is written. */
export const README = new URL('../docs/samples.md', import.meta.url);

type Compression = 'none' | 'gzip' | 'gzip in two members' | 'zstd';

export interface Sample {
  readonly path: string;
  readonly about: string;
  readonly records: readonly GeneratedRecord[];
  readonly framing: Framing;
  readonly compression: Compression;
  /** Uncompressed. */
  readonly content: Uint8Array;
}

interface Plan {
  readonly generation: Generation;
  readonly categories?: readonly string[];
  readonly types?: readonly string[];
  readonly envelope?: EnvelopeName;
  readonly framing?: Framing;
  readonly byteOrderMark?: true;
  readonly compression?: Compression;
  readonly documented?: true;
}

const ARCHIVE = 'archive_081500.0123.3f1c2a9e-0000-4000-8000-000000000001.json.gz';

const PLANS: { readonly [path: string]: Plan } = {
  'linux/bare.ndjson': { generation: 'linux', categories: ['File Activity'] },
  'linux/intake.json': { generation: 'linux', categories: ['Process Activity'], envelope: 'intake', framing: 'array' },
  'linux/collector-crlf.ndjson': {
    generation: 'linux',
    categories: ['Kernel Activity'],
    envelope: 'collector',
    framing: 'ndjson-crlf',
  },
  [`linux/${ARCHIVE}`]: { generation: 'linux', categories: ['Network Activity'], envelope: 'archive', compression: 'gzip' },
  'linux/records.json.zst': { generation: 'linux', types: ['open', 'exec', 'dns'], framing: 'records', compression: 'zstd' },
  'linux/two-members.ndjson.gz': {
    generation: 'linux',
    types: ['connect', 'chown', 'mount'],
    compression: 'gzip in two members',
  },
  'single-platform/concatenated.json': { generation: 'single-platform', categories: ['File Activity'], framing: 'concatenated' },
  'single-platform/events.json.gz': {
    generation: 'single-platform',
    categories: ['Process Activity'],
    framing: 'events',
    compression: 'gzip',
  },
  'single-platform/intake.ndjson': { generation: 'single-platform', categories: ['Kernel Activity'], envelope: 'intake' },
  'single-platform/pretty.json': { generation: 'single-platform', categories: ['Network Activity'], framing: 'pretty' },
  '2021/documented.ndjson': { generation: '2021', types: ['open', 'rename', 'chmod', 'exec'], documented: true },
  '2021/intake.json': { generation: '2021', categories: ['File Activity'], envelope: 'intake', framing: 'array' },
  '2021/bare.ndjson': { generation: '2021', categories: ['Process Activity'] },
  '2020/bare.ndjson': { generation: '2020' },
  [`windows/${ARCHIVE}`]: { generation: 'windows', envelope: 'archive', compression: 'gzip' },
  'windows/byte-order-mark.json': {
    generation: 'windows',
    types: ['create', 'set_key_value', 'exec'],
    framing: 'array',
    byteOrderMark: true,
  },
  'windows/pretty.json': { generation: 'windows', types: ['exec', 'exit', 'rename', 'change_permission'], framing: 'pretty' },
  'custom/bare.ndjson': { generation: 'custom' },
  'custom/collector.ndjson.zst': { generation: 'custom', envelope: 'collector', compression: 'zstd' },
};

const BROKEN_RECORDS = 5;
/** Small events read better, and the repository stays small. */
const EVENT_BYTES = 3000;

/** Every sample, in order. */
export function* makeSamples(): Iterable<Sample> {
  let seed = 2026;
  for (const [path, plan] of Object.entries(PLANS)) yield goodSample(path, plan, seed++);
  for (const code of breakableCodes('compat', 'lines')) yield brokenSample('broken', code, seed++);
  for (const code of ['schema.value', 'schema.condition'] as const) yield brokenSample('broken-documented', code, seed++);
}

/** The stored bytes of a sample. */
export function storedBytes({ content, compression }: Sample): Uint8Array {
  switch (compression) {
    case 'gzip':
      return gzipSync(content, { level: 9 });
    case 'gzip in two members': {
      const half = Math.floor(content.length / 2);
      return Buffer.concat([gzipSync(content.subarray(0, half), { level: 9 }), gzipSync(content.subarray(half), { level: 9 })]);
    }
    case 'zstd':
      return zstdCompressSync(content);
    case 'none':
      return content;
  }
}

/** docs/samples.md. It is not in samples/: `winnow run samples` takes every file there for a batch. */
export function readme(samples: readonly Sample[]): string {
  const line = ({ path, about, records, framing, compression }: Sample) => {
    const [first] = records;
    const envelope = first?.expect === 'valid' && first.envelope !== 'bare' ? `, ${first.envelope} envelope` : '';
    const count = `${records.length} ${records.length === 1 ? 'record' : 'records'}`;
    return `- [${path}](../samples/${path}): ${count}, ${framing}${envelope}${compression === 'none' ? '' : `, ${compression}`}; ${about}`;
  };
  return `<!-- Generated by test/make-samples.ts. Do not edit. -->

# Samples

The made-up batches in \`samples/\`, written by \`node test/make-samples.ts\`: no real host, account or address is in them. Do
not edit them. Between them they hold every event type in every generation whose agents write it. A file in \`broken/\` holds
only records that default settings reject with the code in its name ([rejects](rejects.md) explains the codes); those in
\`broken-documented/\` are rejected under conformance \`documented\` only.

- [first.json](../samples/first.json): the event of 2021 that the README shows, written by hand
${samples.map(line).join('\n')}
`;
}

function goodSample(path: string, plan: Plan, seed: number): Sample {
  const { generation, envelope = 'bare', framing = 'ndjson', compression = 'none', documented } = plan;
  const types = plan.types ?? typesOf(generation, plan.categories);
  const records = [
    ...generateRecords({
      events: types.length,
      seed,
      generations: [generation],
      types,
      envelopes: [envelope],
      bytes: EVENT_BYTES,
      ...(documented && { conformance: 'documented' }),
    }),
  ];
  const content = Buffer.concat([...frame(records, framing, { byteOrderMark: plan.byteOrderMark === true })]);
  return { path, about: `${generation}: ${types.join(', ')}`, records, framing, compression, content };
}

function brokenSample(folder: string, code: RejectCode, seed: number): Sample {
  const large = code === 'record.too_large';
  const options: BatchOptions = {
    events: large ? 1 : BROKEN_RECORDS,
    seed,
    broken: 1,
    codes: [code],
    bytes: EVENT_BYTES,
    envelopes: ['bare', 'intake', 'archive'],
    conformance: folder === 'broken' ? 'compat' : 'documented',
  };
  const records = [...generateRecords(options)];
  const content = Buffer.concat([...frame(records, 'ndjson')]);
  const path = `${folder}/${code}.ndjson${large ? '.gz' : ''}`;
  return { path, about: `rejected: ${code}`, records, framing: 'ndjson', compression: large ? 'gzip' : 'none', content };
}

function typesOf(generation: Generation, categories: readonly string[] | undefined): readonly string[] {
  if (generation === 'custom') return CUSTOM_EVENT_TYPES.map(({ name }) => name);
  return EVENT_TYPES.filter(
    ({ generations, category }) =>
      generations.includes(generation) && (categories === undefined || categories.includes(category)),
  ).map(({ name }) => name);
}

function writeSamples(): void {
  const root = new URL('../samples/', import.meta.url);
  const samples = [...makeSamples()];
  const folders = new Set(samples.map(({ path }) => path.slice(0, path.indexOf('/'))));
  for (const folder of folders) rmSync(new URL(folder, root), { recursive: true, force: true });
  for (const sample of samples) {
    const target = new URL(sample.path, root);
    mkdirSync(dirname(fileURLToPath(target)), { recursive: true });
    writeFileSync(target, storedBytes(sample));
  }
  writeFileSync(README, readme(samples));
}

if (import.meta.main) writeSamples();
