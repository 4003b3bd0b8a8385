import type { RejectCode } from '../reject-codes.ts';
import type { Counts } from '../types.ts';
import type { GeneratedRecord } from './batch.ts';

/** What a run over the batch must find. Events and generations are counted among the valid records. */
export interface Manifest {
  readonly records: number;
  readonly valid: number;
  readonly rejected: number;
  readonly by_code: Counts;
  readonly by_event: Counts;
  readonly by_generation: Counts;
  readonly by_envelope: Counts;
}

export interface Tally {
  /** Hands the records on and counts them as they pass. */
  watch(records: Iterable<GeneratedRecord>): Iterable<GeneratedRecord>;
  manifest(): Manifest;
}

/** Counts records on their way. */
export function createTally(): Tally {
  const codes = new Map<RejectCode, number>();
  const events = new Map<string, number>();
  const generations = new Map<string, number>();
  const envelopes = new Map<string, number>();
  let records = 0;
  let valid = 0;
  return {
    *watch(passing) {
      for (const record of passing) {
        records++;
        if (record.expect === 'valid') {
          valid++;
          add(events, record.type);
          add(generations, record.generation);
          add(envelopes, record.envelope);
        } else {
          add(codes, record.expect);
        }
        yield record;
      }
    },
    manifest: () => ({
      records,
      valid,
      rejected: records - valid,
      by_code: sorted(codes),
      by_event: sorted(events),
      by_generation: sorted(generations),
      by_envelope: sorted(envelopes),
    }),
  };
}

function add<K>(counts: Map<K, number>, key: K): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function sorted(counts: ReadonlyMap<string, number>): Counts {
  return Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
}
