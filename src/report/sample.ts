/** Which lines to look at when there are more than anyone wants to wait for. */
import { hash } from 'node:crypto';
import { byName, createTop } from './table.ts';

/** About how many events, and how many rejects, are looked at unless told otherwise: some seconds of work. */
export const SAMPLE = 100_000;

/** Over S3 opening an output takes as long as reading this many lines. */
const LINES_WORTH_OPENING = 250;
const FEWEST_OUTPUTS = 100;

export interface Candidate {
  readonly key: string;
  readonly records: number;
  /** When the object that the output came from was last changed; RFC 3339. */
  readonly arrived: string;
}

export interface Chosen extends Candidate {
  /** How many of its lines to look at, from the first one on. */
  readonly lines: number;
}

/**
 * Chooses about `mostLines` lines among outputs by a digest of their names: as good as chance, and the same in every report. When
 * all are read anyway, the digest makes no difference.
 */
export function createChoice(mostLines: number) {
  const mostOutputs = Math.max(FEWEST_OUTPUTS, Math.ceil(mostLines / LINES_WORTH_OPENING));
  const top = createTop<Candidate & { readonly lot: string }>(
    mostOutputs,
    (a, b) => byName(a.lot, b.lot) || byName(a.key, b.key),
  );
  return {
    offer: (candidate: Candidate): void => top.offer({ ...candidate, lot: hash('sha256', candidate.key, 'hex') }),
    /** In the order of their keys; the same share of each. */
    chosen(): readonly Chosen[] {
      const outputs = top.kept().toSorted((a, b) => byName(a.key, b.key));
      const total = outputs.reduce((all, { records }) => all + records, 0);
      const share = Math.min(1, mostLines / Math.max(1, total));
      return outputs.flatMap(({ key, records, arrived }) => {
        const lines = Math.ceil(records * share);
        return lines === 0 ? [] : [{ key, records, arrived, lines }];
      });
    },
  };
}
