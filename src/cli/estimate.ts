/** `winnow estimate`: what an input takes, and as much every day, before anything is deployed. */
import { type DailyEstimate, type Estimate, estimate, estimateDaily, scaledTo, type Volume } from '../estimate/estimate.ts';
import { ASSUMED, MEASURED, PRICES } from '../estimate/prices.ts';
import { isMeasured, type Sample, shapeOf, takeSample } from '../estimate/sample.ts';
import { counted, number, size } from '../figures.ts';
import { admits } from '../intake/trigger/admit.ts';
import { type GivenSetting, readSettings } from '../settings.ts';
import { parseSize } from '../size.ts';
import { openSource } from '../stores/open.ts';
import { type Listed, type Source, StoreError } from '../stores/port.ts';
import type { S3Options } from '../stores/s3-place.ts';
import { createChecks, EXIT_DONE, EXIT_FAILED, UsageError } from './usage.ts';
import { wrapped } from './words.ts';

export interface EstimateOptions extends S3Options {
  readonly place: string;
  /** JSON a day, such as `1TB`. */
  readonly daily: string | undefined;
  /** How much stored input to read, such as `16MiB`. */
  readonly sample: string;
  readonly given: readonly GivenSetting[];
  readonly warn: (line: string) => void;
  readonly cpuSeconds: () => number;
}

export interface EstimateSummary {
  readonly prices: { readonly as_of: string; readonly region: string };
  readonly sample: Sample;
  readonly json_bytes_per_second: number;
  /** `sample`, or `benchmark` when the sample is too small to tell. */
  readonly speed_from: 'sample' | 'benchmark';
  readonly once: Estimate;
  readonly daily?: DailyEstimate;
}

export interface EstimateResult {
  /** Undefined when the place could not be read, which was warned of. */
  readonly summary: EstimateSummary | undefined;
  readonly exitStatus: number;
}

/** Estimates what a place takes. Throws `UsageError` when a place, a size or a setting is wrong, or when nothing is there. */
export async function runEstimate(options: EstimateOptions): Promise<EstimateResult> {
  const { problems, check } = createChecks();
  const settings = await check(() => readSettings(options.given));
  const source = await check(() => openSource(options.place, options));
  const daily = options.daily === undefined ? undefined : parseSize(options.daily);
  const mostBytes = parseSize(options.sample);
  if (daily !== undefined && !(daily > 0)) problems.push('--daily: must be a size, such as 500MB, 1TB or 2TiB');
  if (!(mostBytes > 0)) problems.push('--sample: must be a size, such as 16MiB');
  if (problems.length > 0 || settings === undefined || source === undefined) throw new UsageError(problems);
  try {
    const found = await listed(source, mostBytes, (ref) => admits(ref, settings));
    if (found.objects === 0) throw new UsageError([`${options.place}: holds no objects to estimate from`]);
    const sample = await takeSample(found.first, { source, settings, mostBytes, cpuSeconds: options.cpuSeconds });
    const shape = shapeOf(sample, settings);
    const ratio = sample.stored_bytes > 0 ? sample.json_bytes / sample.stored_bytes : 0;
    const volume: Volume = { objects: found.objects, storedBytes: found.bytes, jsonBytes: found.bytes * ratio };
    if (daily !== undefined && volume.jsonBytes === 0) throw new UsageError([`${options.place}: holds no data to estimate from`]);
    const summary: EstimateSummary = {
      prices: { as_of: PRICES.asOf, region: PRICES.region },
      sample,
      json_bytes_per_second: shape.jsonBytesPerSecond,
      speed_from: isMeasured(sample) ? 'sample' : 'benchmark',
      once: estimate(volume, shape),
      ...(daily !== undefined && { daily: estimateDaily(scaledTo(daily, volume), shape) }),
    };
    return { summary, exitStatus: EXIT_DONE };
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    options.warn(error.message);
    return { summary: undefined, exitStatus: EXIT_FAILED };
  }
}

interface Found {
  readonly objects: number;
  readonly bytes: number;
  /** Enough of them for the sample. */
  readonly first: readonly Listed[];
}

async function listed(source: Source, mostBytes: number, isInput: (ref: Listed) => boolean): Promise<Found> {
  const first: Listed[] = [];
  let objects = 0;
  let bytes = 0;
  for await (const ref of source.list()) {
    if (!isInput(ref)) continue;
    if (bytes < mostBytes) first.push(ref);
    objects++;
    bytes += ref.bytes ?? 0;
  }
  return { objects, bytes, first };
}

/** The estimate for people. */
export function describeEstimate({ sample, once, daily, ...summary }: EstimateSummary, place: string): string {
  const speed = `${number(Math.round(summary.json_bytes_per_second / 1e6))} MB/s`;
  const seen = sample.objects < once.objects || sample.stored_bytes < once.stored_bytes ? 'looked into' : 'all of it,';
  const lines = [
    `${place}: ${counted(once.objects, 'object')}, ${size(once.stored_bytes)} stored, ${size(once.json_bytes)} of JSON`,
    `${seen} ${counted(sample.objects, 'object')}: ${counted(sample.records, 'record')}, ${number(sample.rejected)} refused, ${size(sample.json_bytes)} of JSON`,
    summary.speed_from === 'sample'
      ? `one core here does ${speed}`
      : `too little to measure; the benchmark does ${speed} on one core`,
    '',
    'once',
    ...described(once),
  ];
  if (daily) {
    const { peak, average_concurrency: average, storage_dollars: storage, query_dollars: query } = daily;
    lines.push(
      '',
      `each day, ${size(daily.json_bytes)} of JSON in ${counted(daily.objects, 'object')}`,
      ...described(daily),
      `  at once   ${fixed(average, 1)} functions on average, ${number(Math.ceil(peak.concurrency))} at the busiest time (${ASSUMED.peak} times the average)`,
      `  a second  ${fixed(peak.s3_put, 1)} PUT and ${fixed(peak.s3_get, 1)} GET at the busiest time`,
      `  besides   ${dollars(storage)} a month to keep one day's outputs, ${dollars(query)} for a query over all of them`,
    );
  }
  lines.push(
    '',
    `Prices of ${PRICES.asOf} in ${PRICES.region}, without free tiers. What is measured is of ${MEASURED.asOf}; see docs/scale.md.`,
    '',
  );
  return lines.map((line) => wrapped(line)).join('\n');
}

function described({
  seconds,
  memory_mb: memory,
  requests,
  dollars: sums,
  output_bytes: bytes,
  output_files: files,
}: Estimate): string[] {
  const { lambda, s3, sqs, logs, total } = sums;
  return [
    `  time      ${timeTaken(seconds)} of one function`,
    `  memory    ${number(memory.used)} MB used of ${number(memory.set)} MB, which is one whole vCPU`,
    `  output    ${size(bytes)} in ${counted(files, 'file')}`,
    `  requests  ${number(requests.s3_put)} PUT, ${number(requests.s3_get)} GET, ${number(requests.sqs)} SQS, ${number(requests.lambda)} Lambda`,
    `  dollars   ${dollars(total)}: Lambda ${dollars(lambda)}, S3 ${dollars(s3)}, SQS ${dollars(sqs)}, logs ${dollars(logs)}`,
  ];
}

/** Seconds in a unit that suits them. */
export function timeTaken(seconds: number): string {
  if (seconds < 120) return `${seconds.toFixed(1)} s`;
  return seconds < 7200 ? `${(seconds / 60).toFixed(1)} min` : `${fixed(seconds / 3600, 1)} h`;
}

/** Dollars to the cent, and below one to two digits. */
export function dollars(sum: number): string {
  if (sum >= 1 || sum === 0) return `$${fixed(sum, 2)}`;
  return sum < 0.0001 ? '<$0.0001' : `$${Number(sum.toPrecision(2))}`;
}

/** `1,234.50`: a number with so many digits behind the point. */
function fixed(value: number, digits: number): string {
  return value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}
