/** `winnow generate`: writes a batch of made-up events, and what a run over it must find. */
import { open, writeFile } from 'node:fs/promises';
import { Readable, type Transform, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip, createZstdCompress } from 'node:zlib';
import { CUSTOM_EVENT_TYPES, EVENT_TYPES } from '../event-types.ts';
import { type BatchOptions, generateRecords, varietiesOf } from '../generate/batch.ts';
import { breakableCodes } from '../generate/breakage.ts';
import { ENVELOPES } from '../generate/envelope.ts';
import { FRAMINGS, type Framing, frame, separatesAnything } from '../generate/framing.ts';
import { createTally, type Manifest } from '../generate/manifest.ts';
import { CONFORMANCES } from '../settings.ts';
import { parseSize } from '../size.ts';
import { attempt } from '../stores/local-files.ts';
import { isS3Uri, whyNoPlace } from '../stores/s3-place.ts';
import { GENERATIONS } from '../types.ts';
import { UsageError } from './usage.ts';

export const COMPRESSIONS = ['none', 'gzip', 'zstd'] as const;
type Compression = (typeof COMPRESSIONS)[number];

export interface GenerateRequest {
  readonly batch: BatchOptions;
  readonly framing: Framing;
  readonly byteOrderMark: boolean;
  readonly compress: Compression;
  /** A path, or `-` for standard output. */
  readonly out: string;
  readonly manifest?: string;
}

const TYPES: readonly string[] = [...new Set([...EVENT_TYPES, ...CUSTOM_EVENT_TYPES].map(({ name }) => name))];

/** A flag of the command: what follows it, its default, its help, and what it chooses from: one of them, or for a `list` several. */
export interface GenerateFlagSpec {
  readonly value: '' | 'number' | 'name' | 'list' | 'share' | 'size' | 'time' | 'file';
  readonly byDefault: string;
  readonly help: string;
  readonly choices?: readonly string[];
}

/** The command line is made from this table. */
export const GENERATE_FLAGS = {
  events: { value: 'number', byDefault: '10000', help: 'how many records' },
  seed: { value: 'number', byDefault: '1', help: 'the same seed gives the same batch' },
  generation: { value: 'list', byDefault: '', help: `any of ${GENERATIONS.join(', ')}; all without it`, choices: GENERATIONS },
  type: { value: 'list', byDefault: '', help: 'event types such as open,exec,heartbeat; all without it', choices: TYPES },
  envelope: { value: 'list', byDefault: 'bare', help: `any of ${ENVELOPES.join(', ')}`, choices: ENVELOPES },
  framing: { value: 'name', byDefault: 'ndjson', help: 'how the records are put together', choices: FRAMINGS },
  broken: { value: 'share', byDefault: '0', help: 'share of records to break, from 0 to 1' },
  break: {
    value: 'list',
    byDefault: '',
    help: 'reject codes to break records for; all that fit the framing but record.too_large without it',
    choices: breakableCodes('documented', 'lines'),
  },
  conformance: {
    value: 'name',
    byDefault: 'compat',
    help: 'the conformance that verdicts are expected from',
    choices: CONFORMANCES,
  },
  bytes: { value: 'size', byDefault: '', help: 'about how long an event is, such as 9KiB; natural sizes without it' },
  from: { value: 'time', byDefault: '2026-11-22T08:00:00Z', help: 'when the first event may have happened' },
  seconds: { value: 'number', byDefault: '3600', help: 'how long a time the batch covers' },
  compress: { value: 'name', byDefault: 'none', help: 'how the batch is compressed', choices: COMPRESSIONS },
  bom: { value: '', byDefault: '', help: 'start with a byte order mark' },
  manifest: { value: 'file', byDefault: '', help: 'write what a run over the batch must find' },
  out: { value: 'file', byDefault: '-', help: 'where to write; - is standard output' },
} as const satisfies { readonly [flag: string]: GenerateFlagSpec };

export type GenerateFlag = keyof typeof GENERATE_FLAGS;
export type GenerateFlags = { readonly [flag in GenerateFlag]?: string | boolean };

/** Reads the flags. Throws one `UsageError` that lists everything wrong. */
export function readGenerateFlags(flags: GenerateFlags): GenerateRequest {
  const problems: string[] = [];
  const text = (flag: GenerateFlag) => String(flags[flag] ?? GENERATE_FLAGS[flag].byDefault).trim();
  const refuse = (flag: GenerateFlag, expected: string) => void problems.push(`--${flag}: must be ${expected}`);
  const number = (flag: GenerateFlag, pattern: RegExp, expected: string) => {
    if (!pattern.test(text(flag))) refuse(flag, expected);
    return Number(text(flag));
  };
  const one = <T extends string>(flag: GenerateFlag, all: readonly T[]): T => {
    const found = all.find((name) => name === text(flag));
    if (found === undefined) refuse(flag, `one of ${all.join(', ')}`);
    return found ?? (all[0] as T);
  };
  const list = <T extends string>(flag: GenerateFlag, all: readonly T[]): readonly T[] => {
    const names = text(flag)
      .split(',')
      .map((name) => name.trim())
      .filter((name) => name !== '');
    if (names.some((name) => !(all as readonly string[]).includes(name))) refuse(flag, `a list of ${all.join(', ')}`);
    return all.filter((name) => names.includes(name));
  };
  const framing = one('framing', FRAMINGS);
  const conformance = one('conformance', CONFORMANCES);
  const lines = separatesAnything(framing);
  const from = Date.parse(text('from'));
  if (Number.isNaN(from)) refuse('from', 'an RFC 3339 time');
  const bytes = text('bytes') === '' ? undefined : parseSize(text('bytes'));
  if (Number.isNaN(bytes)) refuse('bytes', 'a size, such as 9KiB or 2000');
  const envelopes = list('envelope', ENVELOPES);
  const codes = list('break', breakableCodes(conformance, lines ? 'lines' : 'any'));
  const batch: BatchOptions = {
    events: number('events', /^\d{1,12}$/, 'a whole number'),
    seed: number('seed', /^\d{1,15}$/, 'a whole number'),
    generations: list('generation', GENERATIONS),
    types: list('type', TYPES),
    broken: number('broken', /^(0(\.\d+)?|1(\.0+)?)$/, 'a number from 0 to 1'),
    seconds: number('seconds', /^[1-9]\d{0,8}$/, 'a whole number above 0'),
    from: Math.floor(from / 1000),
    conformance,
    lines,
    ...(envelopes.length > 0 && { envelopes }),
    ...(codes.length > 0 && { codes }),
    ...(bytes !== undefined && { bytes }),
  };
  const compress = one('compress', COMPRESSIONS);
  for (const flag of ['out', 'manifest'] as const) {
    if (flags[flag] === undefined) continue;
    if (isS3Uri(text(flag)) || whyNoPlace(text(flag)) !== undefined) refuse(flag, 'a file on this machine');
  }
  if (problems.length === 0) {
    try {
      varietiesOf(batch);
    } catch (error) {
      problems.push(`--type: ${(error as Error).message}`);
    }
  }
  if (problems.length > 0) throw new UsageError(problems);
  const manifest = text('manifest');
  return { batch, framing, compress, byteOrderMark: flags.bom === true, out: text('out'), ...(manifest !== '' && { manifest }) };
}

/** Writes the batch, however large, with the memory of a few chunks; and the manifest, if one is asked for. */
export async function generate(request: GenerateRequest, stdout: Writable): Promise<Manifest> {
  const tally = createTally();
  const records = tally.watch(generateRecords(request.batch));
  const chunks = Readable.from(frame(records, request.framing, { byteOrderMark: request.byteOrderMark }));
  const compressor = createCompressor(request.compress);
  const steps = compressor === undefined ? [chunks] : [chunks, compressor];
  // Standard output is the caller's and stays open.
  if (request.out === '-') await pipeline([...steps, stdout], { end: false });
  else await pipeline([...steps, await fileAt(request.out)]);
  const manifest = tally.manifest();
  const { manifest: path } = request;
  if (path !== undefined) await attempt(path, 'write', () => writeFile(path, `${JSON.stringify(manifest, null, 2)}\n`));
  return manifest;
}

/** Throws a `StoreError` when there can be no such file. */
async function fileAt(path: string): Promise<Writable> {
  return (await attempt(path, 'write', () => open(path, 'w'))).createWriteStream();
}

function createCompressor(compress: Compression): Transform | undefined {
  switch (compress) {
    case 'gzip':
      return createGzip();
    case 'zstd':
      return createZstdCompress();
    case 'none':
      return undefined;
  }
}
