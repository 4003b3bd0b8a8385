/** A bucket of small objects, the outputs of a clean run over them, and deliveries that may go wrong. */
import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { generateRecords } from '../../src/generate/batch.ts';
import { frame } from '../../src/generate/framing.ts';
import { type Processed, processObject } from '../../src/process.ts';
import type { Settings } from '../../src/settings.ts';
import { StalledError, StoppedError } from '../../src/stop.ts';
import { type Source, type Store, StoreError } from '../../src/stores/port.ts';
import type { ObjectRef, Receipt } from '../../src/types.ts';
import type { Problem } from '../../src/verify/problems.ts';
import { verify } from '../../src/verify/verify.ts';
import { keysOf, memorySource, memoryStore, outputsOf, type Stored, settingsWith, timeless } from '../support/objects.ts';
import { type Ports, type Scene, type Struck, strike } from './inject.ts';

export const BUCKET = 'landing';

/** Small bounds, so that a small object has many parts and many places to stop at. */
const MANY_PARTS: Partial<Settings> = { max_buffer_bytes: 7_000, max_part_bytes: 4_000, max_open_parts: 3, codec: 'none' };

/** What a run may be told; the names of outputs stay the same under `same_names`, and are others under `other_names`. */
export const SETTINGS = {
  usual: settingsWith(MANY_PARTS),
  same_names: settingsWith({ ...MANY_PARTS, conformance: 'documented', redact: 'none', max_buffer_bytes: 9_000 }),
  other_names: settingsWith({ ...MANY_PARTS, codec: 'gzip', partition: ['platform', 'name'], max_buffer_bytes: 3_000 }),
} as const;
export type SettingsName = keyof typeof SETTINGS;

function records(events: number, seed: number): Buffer {
  return Buffer.concat([...frame(generateRecords({ events, seed, bytes: 900, broken: 0.2, bases: 16 }), 'ndjson')]);
}

/** By key: plain, compressed in two ways, cut off, damaged, and empty. */
export const OBJECTS: { readonly [key: string]: Buffer } = {
  'plain.ndjson': records(18, 1),
  'batch.ndjson.zst': zstdCompressSync(records(10, 2)),
  'batch.ndjson.gz': gzipSync(records(10, 3)),
  'cut.ndjson.gz': gzipSync(records(10, 4)).subarray(0, -900),
  'damaged.ndjson.gz': damaged(gzipSync(records(2, 5))),
  'empty.ndjson': Buffer.alloc(0),
};
export const KEYS = Object.keys(OBJECTS);

/** Short, because damage is looked at byte by byte. */
function damaged(bytes: Buffer): Buffer {
  return bytes.fill(0xff, bytes.length - 60, bytes.length - 40);
}

/** Each object arrives in about as many chunks as the others. */
const CHUNKS = 10;

export const SOURCE: Source = {
  ...memorySource(OBJECTS),
  open: (ref) => memorySource(OBJECTS, [Math.ceil((OBJECTS[ref.key]?.length ?? 0) / CHUNKS)]).open(ref),
};

export interface Delivery {
  readonly key: string;
  readonly settings?: SettingsName;
  readonly force?: boolean;
}

export type End = Processed['outcome'] | 'killed' | 'failed';

export interface Attempted extends Pick<Struck, 'calls' | 'struck'> {
  readonly end: End;
}

/** Everything a scenario is made of. */
export interface World extends Ports {
  readonly store: Store & { readonly stored: Stored };
  readonly late: (() => Promise<unknown>)[];
}

export function worldOf(before?: Stored): World {
  return { source: SOURCE, store: memoryStore(before), late: [] };
}

/** The clock differs from call to call, so that whatever it leaks into differs too. */
let clock = 1_795_334_400_000;

export function refOf(key: string): ObjectRef {
  return { bucket: BUCKET, key };
}

export function deliver({ source, store }: Ports, delivery: Delivery, signal?: AbortSignal): Promise<Processed> {
  const settings = SETTINGS[delivery.settings ?? 'usual'];
  const force = delivery.force ?? false;
  return processObject(refOf(delivery.key), { source, store, settings, force, signal, now: () => (clock += 7) });
}

/** One attempt under the faults given. Throws what no fault may bring about. */
export async function attempt(world: World, delivery: Delivery, scene: Omit<Scene, 'late'>): Promise<Attempted> {
  const struck = strike(world, { ...scene, late: (effect) => void world.late.push(effect) });
  const end = await endOf(deliver(struck, delivery, struck.signal), struck.killed);
  struck.release();
  return { ...struck, end };
}

/** How an attempt ends. Throws what no fault may bring about. */
export async function endOf(work: Promise<Processed>, killed: Promise<'killed'>): Promise<End> {
  try {
    const processed = await Promise.race([work, killed]);
    return processed === 'killed' ? 'killed' : processed.outcome;
  } catch (error) {
    if (!isExpected(error)) throw error;
    return 'failed';
  }
}

function isExpected(error: unknown): boolean {
  if (error instanceof StoreError) return error.reason === 'unavailable' || error.reason === 'conflict';
  return error instanceof StoppedError || error instanceof StalledError;
}

/** Lets happen what was under way when an attempt ended. Nobody is there any more to hear of an error. */
export async function landLate(world: World): Promise<void> {
  for (const effect of world.late.splice(0)) await effect().catch(() => {});
}

/** More turns of the event loop than any call waits for. */
const TURNS = 20;

/** Lets what was under way when a process was killed come to its end: the next delivery of a queue is minutes away. */
export async function landInFlight(): Promise<void> {
  for (let turns = 0; turns < TURNS; turns++) await turn();
}

/** A queue delivers what has failed again; how often at the most, when nothing goes wrong any more. */
const MOST_REDELIVERIES = 3;

/** Delivers until the object is done. Throws when it does not come to that. */
export async function redeliver(world: Ports, delivery: Delivery): Promise<Receipt> {
  for (let deliveries = 1; ; deliveries++) {
    try {
      return (await deliver(world, delivery)).receipt;
    } catch (error) {
      if (!(error instanceof StoreError) || error.reason !== 'conflict' || deliveries === MOST_REDELIVERIES) throw error;
    }
  }
}

const cleanRuns = new Map<string, Promise<Stored>>();

/** What one delivery of an object leaves when nothing goes wrong. */
function cleanRun(key: string): Promise<Stored> {
  const known = cleanRuns.get(key);
  if (known) return known;
  const world = worldOf();
  const run = deliver(world, { key }).then(() => world.store.stored);
  cleanRuns.set(key, run);
  return run;
}

export function receiptsIn(stored: Stored): Receipt[] {
  return keysOf(stored, 'receipts/').map((key) => JSON.parse(String(stored.get(key))));
}

export interface Expectation {
  /** What the scenario was. */
  readonly about?: string | undefined;
  /** Kinds of problems that are forgiven, with the keys they are about. */
  readonly mayLeave?: readonly Problem['kind'][];
}

/** Fails unless these objects left exactly what clean runs under the usual settings leave, and unless that verifies. */
export async function assertClean(stored: Stored, keys: Iterable<string>, expected: Expectation = {}): Promise<void> {
  const objects = [...new Set(keys)].sort();
  const runs = await Promise.all(objects.map((key) => cleanRun(key)));
  const clean = new Map(runs.flatMap((run) => [...run]));
  await assertSame(
    stored,
    clean,
    memorySource(Object.fromEntries(objects.map((key) => [key, OBJECTS[key] as Buffer]))),
    expected,
  );
}

/** Fails unless what is stored is what clean runs over all objects of the source left, and unless it verifies. */
export async function assertSame(stored: Stored, clean: Stored, source: Source, { about, mayLeave = [] }: Expectation = {}) {
  const { problems, notes } = await verify(memoryStore(stored), [{ place: BUCKET, source, covers: () => true }]);
  const forgiven = new Set(problems.filter(({ kind }) => mayLeave.includes(kind)).map(({ key }) => key));
  const kept = new Map([...stored].filter(([key]) => !forgiven.has(key)));
  assert.deepEqual(outputsOf(kept), outputsOf(clean), about);
  assert.deepEqual(receiptsIn(kept).map(timeless), receiptsIn(clean).map(timeless), about);
  assert.deepEqual([problems.filter(({ key }) => !forgiven.has(key)), notes], [[], []], about);
}

const UNFINISHED: readonly Problem['kind'][] = ['output.orphan', 'receipt.partial', 'receipt.retired'];

/** At any moment: what a receipt lists is there and is what it says. */
export async function assertHonest(stored: Stored, about?: string): Promise<void> {
  const { problems } = await verify(memoryStore(stored));
  assert.deepEqual(
    problems.filter(({ kind }) => !UNFINISHED.includes(kind)),
    [],
    about,
  );
}
