/** Runs and replays over one store, so that tests can compare what they leave. */

import { generateRecords } from '../../src/generate/batch.ts';
import { frame } from '../../src/generate/framing.ts';
import { processObject } from '../../src/process.ts';
import { REJECT_CODE_NAMES } from '../../src/reject-codes.ts';
import { type ReplaySummary, replay } from '../../src/replay/replay.ts';
import type { Settings } from '../../src/settings.ts';
import type { Store } from '../../src/stores/port.ts';
import type { Receipt } from '../../src/types.ts';
import { keysOf, memorySource, memoryStore, type Stored, settingsWith } from './objects.ts';

const REF = { bucket: 'landing', key: 'batch.json' };

/** Strict enough to refuse much that passes under the default conformance; small parts, secrets left alone. */
export const STRICT: Partial<Settings> = {
  conformance: 'documented',
  redact: 'none',
  codec: 'none',
  max_part_bytes: 60_000,
  partition: ['category'],
};
/** The same after what a schema fix is here. */
export const MENDED: Partial<Settings> = { ...STRICT, conformance: 'compat' };

/** A batch with many records that only the strict settings refuse, and some that nobody accepts. */
export const BATCH = Buffer.concat([
  ...frame(generateRecords({ events: 120, seed: 7, generations: ['2021', 'linux'], broken: 0.25 }), 'ndjson'),
]);

export interface Delivery {
  readonly input?: Uint8Array;
  readonly force?: boolean;
}

/** Delivers the batch to a store. */
export function deliver(store: Store, settings: Partial<Settings>, { input = BATCH, force = false }: Delivery = {}) {
  const source = memorySource({ [REF.key]: input });
  return processObject(REF, { source, store, settings: settingsWith(settings), now: () => 1_795_334_400_000, force });
}

export interface Replaying {
  readonly settings?: Partial<Settings>;
  /** What the codes begin with that are chosen. */
  readonly codes?: string;
  readonly dryRun?: boolean;
  readonly warnings?: string[];
}

export function replayed(
  store: Store,
  { settings = MENDED, codes = '', dryRun = false, warnings = [] }: Replaying = {},
): Promise<ReplaySummary> {
  const chosen = REJECT_CODE_NAMES.filter((code) => code.startsWith(codes));
  const warn = (line: string) => void warnings.push(line);
  return replay({ store, settings: settingsWith(settings), isChosen: (code) => chosen.includes(code), dryRun, warn });
}

/** A store in memory after a delivery. */
export async function storeAfter(settings: Partial<Settings>, input: Uint8Array = BATCH) {
  const store = memoryStore();
  await deliver(store, settings, { input });
  return store;
}

/** The lines below a prefix as they are stored, uncompressed, in no order that means anything. */
export function textsBelow(stored: Stored, prefix: string): string[] {
  return keysOf(stored, prefix)
    .flatMap((key) => String(stored.get(key)).slice(0, -1).split('\n'))
    .sort();
}

export function receiptIn(stored: Stored): Receipt {
  return JSON.parse(String(stored.get(keysOf(stored, 'receipts/')[0] ?? '')));
}
