/** Counts what became of rejects, by the code they had. */
import type { RejectCode } from '../reject-codes.ts';
import type { Counts } from '../types.ts';
import type { Retrial, Unfit } from './retrial.ts';

export interface CodeOutcome {
  readonly passed: number;
  /** By the code that they have now. */
  readonly refused: Counts;
  /** Those that cannot be judged again, by the reason. */
  readonly unfit: { readonly [why in Unfit]?: number };
}

export interface Outcome {
  /** Rejects with a code that was asked for: those that passed, were refused again, or are unfit to be judged again. */
  readonly rejects: number;
  readonly passed: number;
  readonly refused: number;
  readonly unfit: number;
  readonly by_code: { readonly [code in RejectCode]?: CodeOutcome };
}

export interface OutcomeCounter {
  /** Counts a reject that had this code. */
  add(code: RejectCode, retrial: Retrial): void;
  /** Adds what was counted elsewhere. */
  merge(outcome: Outcome): void;
  outcome(): Outcome;
}

type Mutable = { passed: number; refused: { [code: string]: number }; unfit: { [why in Unfit]?: number } };

export function countOutcomes(): OutcomeCounter {
  const totals = { rejects: 0, passed: 0, refused: 0, unfit: 0 };
  const byCode = new Map<RejectCode, Mutable>();

  function entryOf(code: RejectCode): Mutable {
    const entry = byCode.get(code) ?? { passed: 0, refused: {}, unfit: {} };
    byCode.set(code, entry);
    return entry;
  }

  function add(code: RejectCode, retrial: Retrial): void {
    totals.rejects++;
    totals[retrial.kind]++;
    const entry = entryOf(code);
    if (retrial.kind === 'passed') entry.passed++;
    else if (retrial.kind === 'unfit') entry.unfit[retrial.why] = (entry.unfit[retrial.why] ?? 0) + 1;
    else entry.refused[retrial.reject.code] = (entry.refused[retrial.reject.code] ?? 0) + 1;
  }

  function merge(outcome: Outcome): void {
    for (const name of Object.keys(totals) as (keyof typeof totals)[]) totals[name] += outcome[name];
    for (const [code, { passed, refused, unfit }] of Object.entries(outcome.by_code)) {
      const entry = entryOf(code as RejectCode);
      entry.passed += passed;
      for (const [now, count] of Object.entries(refused)) entry.refused[now] = (entry.refused[now] ?? 0) + count;
      for (const [why, count] of Object.entries(unfit)) entry.unfit[why as Unfit] = (entry.unfit[why as Unfit] ?? 0) + count;
    }
  }

  const sorted = () => Object.fromEntries([...byCode].sort(([a], [b]) => (a < b ? -1 : 1)));
  return { add, merge, outcome: () => ({ ...totals, by_code: sorted() }) };
}
