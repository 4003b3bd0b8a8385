/** What a look into the first objects of an input tells. They go through the whole pipeline; only nothing is stored. */
import { NOTHING_YET, partLimits, runStages } from '../pipeline.ts';
import type { Settings } from '../settings.ts';
import type { OpenObject, Source } from '../stores/port.ts';
import type { ObjectRef } from '../types.ts';
import type { Shape } from './estimate.ts';
import { MEASURED } from './prices.ts';

/** Sums over the sampled objects. Bytes are those read, which is less than the object's when it was cut. */
export interface Sample {
  readonly objects: number;
  readonly stored_bytes: number;
  readonly json_bytes: number;
  readonly records: number;
  readonly rejected: number;
  readonly output_bytes: number;
  /** Partitions of each object, added up. */
  readonly folders: number;
  /** Processor time; the only figure that differs between two looks. */
  readonly seconds: number;
}

export interface SampleDeps {
  readonly source: Source;
  readonly settings: Settings;
  /** Stored bytes to read at most. */
  readonly mostBytes: number;
  /** Seconds of processor time that this process has had. */
  readonly cpuSeconds: () => number;
}

/** With less JSON than this, most of the time is spent on warming up. */
const ENOUGH_JSON = 20e6;
/** How much uncompressed output is buffered for each byte of `max_buffer_bytes`, when it is compressed. */
const BYTES_BUFFERED = 4;

const NOTHING: Sample = {
  objects: 0,
  stored_bytes: 0,
  json_bytes: 0,
  records: 0,
  rejected: 0,
  output_bytes: 0,
  folders: 0,
  seconds: 0,
};

/** Reads objects until `mostBytes` are read; the first one is cut when it has more. Throws `StoreError` when one cannot be read. */
export async function takeSample(refs: readonly ObjectRef[], deps: SampleDeps): Promise<Sample> {
  let sample = NOTHING;
  for (const ref of refs) {
    const left = deps.mostBytes - sample.stored_bytes;
    const object = await deps.source.open(ref);
    try {
      // Only the first one: what is cut off is read as damage, and looked at twice.
      if (object.info.size > left && sample.objects > 0) break;
      sample = add(sample, await look(object, left, deps));
    } finally {
      object.close();
    }
  }
  return sample;
}

async function look(object: OpenObject, mostBytes: number, { settings, cpuSeconds }: SampleDeps): Promise<Sample> {
  const { size } = object.info;
  const isCut = size > mostBytes;
  const began = cpuSeconds();
  const { account } = await runStages(isCut ? { ...object, read: () => firstBytes(object, mostBytes) } : object, NOTHING_YET, {
    store: { put: async () => {} },
    settings,
  });
  const { tally, outputs } = account;
  // The record that the cut went through is neither lost nor refused; it was not looked at.
  const torn = isCut && tally.rejected > 0 ? 1 : 0;
  const rejected = tally.rejected - torn;
  const kept = outputs.filter(({ key }) => rejected > 0 || !key.startsWith('rejects/'));
  return {
    objects: 1,
    stored_bytes: Math.min(size, mostBytes),
    json_bytes: account.bytesDecompressed,
    records: account.records - torn,
    rejected,
    output_bytes: kept.reduce((sum, { bytes }) => sum + bytes, 0),
    folders: new Set(kept.map(({ key }) => key.slice(0, key.lastIndexOf('/')))).size,
    seconds: cpuSeconds() - began,
  };
}

async function* firstBytes(object: OpenObject, mostBytes: number): AsyncGenerator<Uint8Array> {
  let left = mostBytes;
  for await (const chunk of object.read()) {
    yield chunk.subarray(0, left);
    left -= chunk.length;
    if (left <= 0) return;
  }
}

function add(a: Sample, b: Sample): Sample {
  const names = Object.keys(NOTHING) as (keyof Sample)[];
  return Object.fromEntries(names.map((name) => [name, a[name] + b[name]])) as unknown as Sample;
}

/** What the data is like. Speed is the benchmark's when the sample is too small to tell. */
export function shapeOf(sample: Sample, settings: Settings): Shape {
  const { codec, maxBufferBytes } = partLimits(settings);
  return {
    jsonBytesPerSecond: isMeasured(sample) ? sample.json_bytes / sample.seconds : MEASURED.jsonBytesPerSecond,
    outputRatio: sample.json_bytes > 0 ? sample.output_bytes / sample.json_bytes : MEASURED.outputRatio,
    folders: sample.objects > 0 ? sample.folders / sample.objects : 0,
    windowBytes: maxBufferBytes * (codec === 'none' ? 1 : BYTES_BUFFERED),
  };
}

/** Whether the sample is large enough to tell how fast this data is processed. */
export function isMeasured({ json_bytes: bytes, seconds }: Sample): boolean {
  return bytes >= ENOUGH_JSON && seconds > 0;
}
