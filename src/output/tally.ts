/** Counts what an object held, for its receipt. Every counter of names that come from the input is bounded. */
import type { RejectCode } from '../reject-codes.ts';
import type { Counts, DriftEntry, NormalizedEvent, Receipt } from '../types.ts';

/** Where names beyond the bound are counted. */
export const OTHERS = '(others)';
const NO_NAME = '(none)';
const LONGEST_NAME = 200;

/** Everything counted up to some record. */
export type TallySnapshot = Omit<Receipt['counts'], 'records' | `bytes_${string}`> & Pick<Receipt, 'drift'>;

export interface Tally {
  valid(event: NormalizedEvent, known: boolean): void;
  rejected(code: RejectCode): void;
  /** Adds secrets that were masked. */
  redacted(count: number): void;
  readonly totals: { readonly valid: number; readonly rejected: number };
  snapshot(): TallySnapshot;
}

/** Starts counting, or goes on from a snapshot; `maxKeys` bounds the distinct names of each counter of names from the input. */
export function createTally(maxKeys: number, from?: TallySnapshot): Tally {
  const totals = { valid: from?.valid ?? 0, rejected: from?.rejected ?? 0, redacted: from?.redacted ?? 0 };
  const codes = new Map(Object.entries(from?.by_code ?? {}));
  const events = new Map(Object.entries(from?.by_event ?? {}));
  const categories = new Map(Object.entries(from?.by_category ?? {}));
  const generations = new Map(Object.entries(from?.by_generation ?? {}));
  const drift = new Map<string, number>();
  const firstSeen = new Map<string, string>();
  for (const [name, entry] of Object.entries(from?.drift ?? {})) {
    drift.set(name, entry.count);
    if (entry.first_seen_agent_version !== undefined) firstSeen.set(name, entry.first_seen_agent_version);
  }

  function count(counter: Map<string, number>, name: string): string {
    const bounded = counter.has(name) || counter.size < maxKeys ? name : OTHERS;
    counter.set(bounded, (counter.get(bounded) ?? 0) + 1);
    return bounded;
  }

  function drifted(pointer: string, event: NormalizedEvent): void {
    const name = count(drift, pointer);
    const version = event.agent?.['version'];
    if (typeof version === 'string' && !firstSeen.has(name)) firstSeen.set(name, version.slice(0, LONGEST_NAME));
  }

  function valid(event: NormalizedEvent, known: boolean): void {
    totals.valid++;
    const name = event.evt?.['name'];
    count(events, typeof name === 'string' ? name.slice(0, LONGEST_NAME) : NO_NAME);
    count(categories, String(event.evt?.['category'] ?? NO_NAME));
    count(generations, event.generation);
    for (const pointer in event.extra) drifted(withoutIndexes(pointer), event);
    if (!known) drifted(`/evt/name=${String(name).slice(0, LONGEST_NAME)}`, event);
  }

  return {
    totals,
    valid,
    rejected: (code) => {
      totals.rejected++;
      // Not bounded: codes are a closed catalogue, and the receipt's schema knows no other.
      codes.set(code, (codes.get(code) ?? 0) + 1);
    },
    redacted: (more) => {
      totals.redacted += more;
    },
    snapshot: () => ({
      ...totals,
      by_code: sorted(codes),
      by_event: sorted(events),
      by_category: sorted(categories),
      by_generation: sorted(generations),
      drift: sortedBy(drift, (count, name) => ({ count, ...seen(firstSeen.get(name)) })),
    }),
  };
}

function seen(version: string | undefined): Pick<DriftEntry, 'first_seen_agent_version'> {
  return version === undefined ? {} : { first_seen_agent_version: version };
}

/** One pointer for the same key in every item of a list. */
function withoutIndexes(pointer: string): string {
  return pointer.replace(/\/\d+(?=\/|$)/g, '/*').slice(0, LONGEST_NAME);
}

function sorted(counter: ReadonlyMap<string, number>): Counts {
  return sortedBy(counter, (count) => count);
}

function sortedBy<T>(counter: ReadonlyMap<string, number>, value: (count: number, name: string) => T): { [name: string]: T } {
  const names = [...counter.keys()].sort();
  return Object.fromEntries(names.map((name) => [name, value(counter.get(name) ?? 0, name)]));
}
