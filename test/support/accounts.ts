/** Receipts as Winnow writes them, made without reading anything. */
import { receiptOf } from '../../src/output/receipt.ts';
import type { TallySnapshot } from '../../src/output/tally.ts';
import { createTally } from '../../src/output/tally.ts';
import type { ObjectInfo, OutputEntry, Receipt } from '../../src/types.ts';
import { settingsWith } from './objects.ts';

export interface Given {
  readonly key?: string;
  readonly lastModified?: string;
  readonly tally?: Partial<TallySnapshot>;
  readonly outputs?: readonly OutputEntry[];
  readonly durationMs?: number;
  readonly status?: 'partial';
}

export function infoOf({ key = 'batch.ndjson', lastModified = '2026-11-22T08:30:00.000Z' }: Given): ObjectInfo {
  return { bucket: 'landing', key, etag: 'd41d8cd98f00b204e9800998ecf8427e', size: 1000, lastModified };
}

/** The receipt of an object of 1,000 bytes; everything in it adds up. */
export function receiptWith(given: Given): Receipt {
  const tally = { ...createTally(0).snapshot(), ...given.tally };
  const records = tally.valid + tally.rejected;
  return receiptOf({
    info: infoOf(given),
    settings: settingsWith(),
    account: {
      records,
      ...{ bytesDecompressed: 1000, bytesInRecords: 1000 - records, bytesBetweenRecords: records },
      ...{ tally, outputs: given.outputs ?? entries(records) },
    },
    ...(given.status && { resume: { record: records, offset: 1000, attempts: 1 } }),
    ...{ startedMs: 0, endedMs: given.durationMs ?? 10 },
  });
}

/** For counts that nobody holds against outputs. */
function entries(records: number): OutputEntry[] {
  return [{ key: 'events/dt=2026-11-22/x', partition: 'dt=2026-11-22', records, bytes: 1, sha256: '0'.repeat(64) }];
}
