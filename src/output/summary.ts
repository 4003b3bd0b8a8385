/** Adds up the receipts of a run: what `winnow run --json` prints. */
import type { Counts, DriftEntry, OutputEntry, Receipt } from '../types.ts';

export interface RunSummary {
  readonly objects: number;
  /** Objects that could not be read to their end, or not at all. */
  readonly failed_objects: number;
  readonly records: number;
  readonly valid: number;
  readonly rejected: number;
  readonly bytes_in: number;
  readonly bytes_out: number;
  readonly by_code: Counts;
  readonly by_event: Counts;
  readonly by_generation: Counts;
  readonly drift: { readonly [pointer: string]: DriftEntry };
  readonly outputs: readonly OutputEntry[];
  readonly duration_ms: number;
}

/** Sums receipts. `unread` counts objects that left no receipt. */
export function summarize(receipts: readonly Receipt[], unread: number, durationMs: number): RunSummary {
  const total = (count: (receipt: Receipt) => number): number => receipts.reduce((sum, receipt) => sum + count(receipt), 0);
  return {
    objects: receipts.length + unread,
    failed_objects: unread + receipts.filter((receipt) => receipt.object_fault !== undefined).length,
    records: total(({ counts }) => counts.records),
    valid: total(({ counts }) => counts.valid),
    rejected: total(({ counts }) => counts.rejected),
    bytes_in: total(({ counts }) => counts.bytes_in),
    bytes_out: total(({ counts }) => counts.bytes_out),
    by_code: addCounts(receipts.map(({ counts }) => counts.by_code)),
    by_event: addCounts(receipts.map(({ counts }) => counts.by_event)),
    by_generation: addCounts(receipts.map(({ counts }) => counts.by_generation)),
    drift: addDrift(receipts),
    outputs: receipts.flatMap(({ outputs }) => outputs),
    duration_ms: Math.round(durationMs),
  };
}

/** Adds up counters, their names in alphabetical order. */
export function addCounts(counters: readonly Counts[]): Counts {
  const sums = new Map<string, number>();
  for (const counter of counters)
    for (const [name, count] of Object.entries(counter)) sums.set(name, (sums.get(name) ?? 0) + count);
  return Object.fromEntries([...sums].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function addDrift(receipts: readonly Receipt[]): { [pointer: string]: DriftEntry } {
  const sums = new Map<string, DriftEntry>();
  for (const { drift } of receipts) {
    for (const [pointer, { count, ...seen }] of Object.entries(drift)) {
      const before = sums.get(pointer);
      sums.set(pointer, { ...seen, ...before, count: count + (before?.count ?? 0) });
    }
  }
  return Object.fromEntries([...sums].sort(([a], [b]) => (a < b ? -1 : 1)));
}
