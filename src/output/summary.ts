/** Adds up the receipts of a run: what `winnow run --json` prints. */
import type { Counts, DriftEntry, OutputEntry, Receipt } from '../types.ts';
import { OTHERS } from './tally.ts';

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
  /** Missing where nobody asked for the list. */
  readonly outputs?: readonly OutputEntry[];
  readonly duration_ms: number;
}

/** What was read and written now: the sums of a run are also over what was done before. */
export interface Work {
  readonly bytesIn: number;
  readonly bytesOut: number;
  /** Output files by their folder. */
  readonly files: Counts;
}

export interface SumsOptions {
  /** Distinct names in each counter; the rest are counted together. */
  readonly maxKeys: number;
  /** Whether the summary lists the outputs. Memory then grows with their number, and with nothing else. */
  readonly listsOutputs: boolean;
}

export interface Sums {
  /** Whether an object was added. */
  has(objectId: string): boolean;
  /** An object counts once, however many places hold it and however often it is touched. */
  add(receipt: Receipt, isDoneNow: boolean): void;
  /** `unread` counts objects that left no receipt. */
  summary(unread: number, durationMs: number): RunSummary;
  work(): Work;
}

/** Starts sums that receipts are added to. They hold ids, and no receipt: a run may last for weeks. */
export function createSums({ maxKeys, listsOutputs }: SumsOptions): Sums {
  const ids = new Set<string>();
  let faulty = 0;
  const work = { bytesIn: 0, bytesOut: 0 };
  const totals = { records: 0, valid: 0, rejected: 0, bytes_in: 0, bytes_out: 0 };
  const [codes, events, generations, folders] = [newCounter(), newCounter(), newCounter(), newCounter()];
  const drift = new Map<string, DriftEntry>();
  const outputs: OutputEntry[] = [];

  function bounded(sums: ReadonlyMap<string, unknown>, name: string): string {
    return sums.has(name) || sums.size < maxKeys ? name : OTHERS;
  }

  function count(counter: Map<string, number>, name: string, more: number): void {
    const key = bounded(counter, name);
    counter.set(key, (counter.get(key) ?? 0) + more);
  }

  function countAll(counter: Map<string, number>, counts: Counts): void {
    for (const [name, more] of Object.entries(counts)) count(counter, name, more);
  }

  return {
    has: (id) => ids.has(id),
    add: ({ object_id: id, counts, drift: drifted, outputs: written, object_fault: fault }, isDoneNow) => {
      if (ids.has(id)) return;
      ids.add(id);
      if (fault !== undefined) faulty++;
      for (const name of Object.keys(totals) as (keyof typeof totals)[]) totals[name] += counts[name];
      countAll(codes, counts.by_code);
      countAll(events, counts.by_event);
      countAll(generations, counts.by_generation);
      for (const [pointer, { count: more, ...seen }] of Object.entries(drifted)) {
        const key = bounded(drift, pointer);
        const before = drift.get(key);
        drift.set(key, { ...seen, ...before, count: more + (before?.count ?? 0) });
      }
      if (listsOutputs) for (const output of written) outputs.push(output);
      if (!isDoneNow) return;
      work.bytesIn += counts.bytes_in;
      work.bytesOut += counts.bytes_out;
      for (const { key } of written) count(folders, key.slice(0, key.lastIndexOf('/')), 1);
    },
    summary: (unread, durationMs) => ({
      objects: ids.size + unread,
      failed_objects: unread + faulty,
      ...totals,
      by_code: inOrder(codes),
      by_event: inOrder(events),
      by_generation: inOrder(generations),
      drift: inOrder(drift),
      ...(listsOutputs && { outputs }),
      duration_ms: Math.round(durationMs),
    }),
    work: () => ({ ...work, files: inOrder(folders) }),
  };
}

/** Adds up counters, their names in alphabetical order. */
export function addCounts(counters: readonly Counts[]): Counts {
  const sums = newCounter();
  for (const counter of counters)
    for (const [name, count] of Object.entries(counter)) sums.set(name, (sums.get(name) ?? 0) + count);
  return inOrder(sums);
}

function newCounter(): Map<string, number> {
  return new Map();
}

function inOrder<T>(sums: ReadonlyMap<string, T>): { [name: string]: T } {
  return Object.fromEntries([...sums].sort(([a], [b]) => (a < b ? -1 : 1)));
}
