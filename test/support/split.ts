/** The splitter driven from tests: chunks in, copied records and the account out. */
import { createSplitter, type SplitLimits } from '../../src/intake/split.ts';
import type { Fault, RawRecord } from '../../src/types.ts';

export const WIDE_LIMITS: SplitLimits = { maxRecordBytes: 1 << 20, maxRawBytes: 1 << 20 };

export interface Split {
  /** Records whose bytes are copies, so that they may be compared after the run. */
  readonly records: readonly RawRecord[];
  readonly account: { readonly inRecords: number; readonly betweenRecords: number };
}

export function splitChunks(chunks: Iterable<Buffer>, limits: SplitLimits = WIDE_LIMITS, fault?: Fault): Split {
  const records: RawRecord[] = [];
  const splitter = createSplitter(limits, (record) => records.push({ ...record, bytes: Buffer.from(record.bytes) }));
  for (const chunk of chunks) splitter.push(chunk);
  splitter.end(fault);
  return { records, account: { ...splitter.account } };
}

export function splitText(text: string | Buffer, limits?: SplitLimits): Split {
  return splitChunks([Buffer.from(text)], limits);
}

/** Cuts bytes into chunks of these sizes, over and over. */
export function* chunksOf<T extends Uint8Array>(bytes: T, sizes: readonly number[]): Generator<T> {
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const size = Math.max(1, sizes[turn % sizes.length] ?? 1);
    yield bytes.subarray(at, at + size) as T;
    at += size;
  }
}
