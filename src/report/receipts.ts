/** What the receipts of a place say together. Exact: nothing here is sampled. */
import type { Counts, Receipt } from '../types.ts';
import { createDrift, type Drift } from './drift.ts';
import { createFiles, type Files } from './files.ts';
import { byName, createTable, createTop, MOST_ROWS, type Ranking } from './table.ts';
import { type Timeline, timelineOf } from './timeline.ts';

/** Rows of a list of objects. */
const MOST_OBJECTS = 15;

const ARRIVALS = ['valid', 'rejected', 'objects'] as const;

export interface ObjectRow {
  /** Bucket and key. */
  readonly name: string;
  readonly arrived: string;
  readonly bytes: number;
  readonly records: number;
  readonly rejected: number;
  readonly duration_ms: number;
  readonly fault?: string;
}

export interface Totals {
  readonly objects: number;
  /** Could not be read to their end. */
  readonly failed_objects: number;
  /** Their receipts are partial; nothing else here counts them. */
  readonly unfinished_objects: number;
  /** Changed by a replay. */
  readonly replayed_objects: number;
  readonly records: number;
  readonly valid: number;
  readonly rejected: number;
  /** Secrets masked in the outputs. */
  readonly redacted: number;
  readonly bytes_in: number;
  readonly bytes_decompressed: number;
  readonly bytes_out: number;
}

export interface FromReceipts {
  readonly totals: Totals;
  /** When the first object and the last one arrived. */
  readonly arrived?: { readonly first: string; readonly last: string };
  /** By when the objects were last changed. */
  readonly arrivals?: Timeline<(typeof ARRIVALS)[number]>;
  /** By the events' own time, when partitions tell it. */
  readonly events_by_partition?: Timeline<'events'>;
  readonly by_code: Ranking<'count'>;
  readonly by_event: Ranking<'count'>;
  readonly by_category: Ranking<'count'>;
  readonly by_generation: Ranking<'count'>;
  readonly drift: Drift;
  readonly files: Files;
  readonly most_rejects: readonly ObjectRow[];
  /** Objects that could not be read to their end, by name. */
  readonly damaged: readonly ObjectRow[];
  readonly slowest: readonly ObjectRow[];
  /** Different rules that objects were processed under: settings, and the version of Winnow. */
  readonly settings_digests: Ranking<'count'>;
}

const COUNTERS = ['by_code', 'by_event', 'by_category', 'by_generation'] as const;

/** Adds up receipts. */
export function createReceiptsFold() {
  const totals = {
    ...{ objects: 0, failed_objects: 0, unfinished_objects: 0, replayed_objects: 0, records: 0, valid: 0, rejected: 0 },
    ...{ redacted: 0, bytes_in: 0, bytes_decompressed: 0, bytes_out: 0 },
  };
  let [first, last] = ['~', ''];
  const arrivals = createTable(ARRIVALS);
  const counters = {
    ...{ by_code: createTable(['count']), by_event: createTable(['count']) },
    ...{ by_category: createTable(['count']), by_generation: createTable(['count']) },
  };
  const digests = createTable(['count']);
  const drift = createDrift();
  const files = createFiles();
  const mostRejects = createTop<ObjectRow>(MOST_OBJECTS, (a, b) => b.rejected - a.rejected || byName(a.name, b.name));
  const damaged = createTop<ObjectRow>(MOST_OBJECTS, (a, b) => byName(a.name, b.name));
  const slowest = createTop<ObjectRow>(MOST_OBJECTS, (a, b) => b.duration_ms - a.duration_ms || byName(a.name, b.name));

  function add(receipt: Receipt): void {
    if (receipt.status === 'partial') {
      totals.unfinished_objects++;
      return;
    }
    const { counts, source, outputs } = receipt;
    totals.objects++;
    if (receipt.object_fault !== undefined) totals.failed_objects++;
    if (receipt.attempt > 1) totals.replayed_objects++;
    for (const name of ['records', 'valid', 'rejected', 'redacted', 'bytes_in', 'bytes_decompressed', 'bytes_out'] as const)
      totals[name] += counts[name];
    if (source.last_modified < first) first = source.last_modified;
    if (source.last_modified > last) last = source.last_modified;
    arrivals.add(source.last_modified.slice(0, 13), { objects: 1, valid: counts.valid, rejected: counts.rejected });
    for (const counter of COUNTERS) addCounts(counters[counter], counts[counter]);
    digests.add(receipt.settings_digest, { count: 1 });
    drift.add(receipt);
    for (const output of outputs) files.add(output);
    const row = objectRow(receipt);
    if (row.rejected > 0) mostRejects.offer(row);
    if (row.fault !== undefined) damaged.offer(row);
    slowest.offer(row);
  }

  function result(): FromReceipts {
    const byArrival = timelineOf(arrivals, ARRIVALS);
    const byPartition = files.timeline();
    return {
      totals,
      ...(totals.objects > 0 && { arrived: { first, last } }),
      ...(byArrival && { arrivals: byArrival }),
      ...(byPartition && { events_by_partition: byPartition }),
      // Codes are a closed catalogue: all of them are told.
      by_code: counters.by_code.ranking('count', Number.POSITIVE_INFINITY),
      by_event: counters.by_event.ranking('count', MOST_ROWS),
      by_category: counters.by_category.ranking('count', MOST_ROWS),
      by_generation: counters.by_generation.ranking('count', MOST_ROWS),
      drift: drift.drift(2 * MOST_ROWS),
      files: files.files(MOST_ROWS),
      most_rejects: mostRejects.kept(),
      damaged: damaged.kept(),
      slowest: slowest.kept(),
      settings_digests: digests.ranking('count', MOST_ROWS),
    };
  }

  return { add, result };
}

function addCounts(table: ReturnType<typeof createTable<'count'>>, counts: Counts): void {
  for (const [name, count] of Object.entries(counts)) table.add(name, { count });
}

function objectRow({ source, counts, timings, object_fault: fault }: Receipt): ObjectRow {
  return {
    name: `${source.bucket}/${source.key}`,
    arrived: source.last_modified,
    bytes: counts.bytes_in,
    records: counts.records,
    rejected: counts.rejected,
    duration_ms: timings.duration_ms,
    ...(fault !== undefined && { fault }),
  };
}
