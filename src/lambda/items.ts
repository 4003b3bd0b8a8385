/** Takes the items of a trigger to their fates. One object's failure is never another's, and nothing here throws for one. */
import type { Ignored } from '../intake/trigger/found.ts';
import type { Item } from '../intake/trigger/trigger.ts';
import type { Processed } from '../process.ts';
import { StoppedError } from '../stop.ts';
import type { ObjectRef, Receipt } from '../types.ts';
import { type Failure, failureOf } from './failure.ts';

/** What became of one object, or of a part of the event that names none. */
export type Fate =
  | { readonly kind: 'done'; readonly ref: ObjectRef; readonly outcome: 'complete' | 'unchanged'; readonly receipt: Receipt }
  | ({ readonly kind: 'ignored' } & Ignored)
  | ({ readonly kind: 'failed'; readonly ref?: ObjectRef } & Failure);

export interface ItemFate {
  readonly id: string;
  readonly fates: readonly Fate[];
}

export interface Work {
  /** Why an object is not to be processed. */
  readonly refuse: (ref: ObjectRef) => Ignored['why'] | undefined;
  readonly process: (ref: ObjectRef) => Promise<Processed>;
  /** Told of every fate once, as soon as it is known. */
  readonly report: (fate: Fate) => void;
  /** Aborted when no further object may be begun. */
  readonly signal: AbortSignal;
}

/** An object that is named several times is processed once, and all the items that name it share its fate. */
export async function settleItems(items: readonly Item[], work: Work): Promise<readonly ItemFate[]> {
  const settled = new Map<string, Fate>();
  const settleOnce = async (ref: ObjectRef): Promise<Fate> => {
    const identity = JSON.stringify([ref.bucket, ref.key, ref.versionId]);
    const known = settled.get(identity);
    if (known) return known;
    const fate = await settle(ref, work);
    settled.set(identity, fate);
    work.report(fate);
    return fate;
  };

  const results: ItemFate[] = [];
  for (const { id, refs, ignored, problems } of items) {
    const fates = new Set<Fate>([
      ...ignored.map((each) => ({ kind: 'ignored', ...each }) as const),
      // Whoever sends such an event has been pointed at this function by mistake.
      ...problems.map((why) => ({ kind: 'failed', class: 'configuration', why }) as const),
    ]);
    for (const fate of fates) work.report(fate);
    for (const ref of refs) fates.add(await settleOnce(ref));
    results.push({ id, fates: [...fates] });
  }
  return results;
}

async function settle(ref: ObjectRef, { refuse, process, signal }: Work): Promise<Fate> {
  const why = refuse(ref);
  if (why !== undefined) return { kind: 'ignored', why, ref };
  try {
    if (signal.aborted) throw new StoppedError();
    const { receipt, outcome } = await process(ref);
    if (outcome !== 'partial') return { kind: 'done', ref, outcome, receipt };
    const reached = `time ran out after ${receipt.counts.records} records; the next delivery goes on from there`;
    return { kind: 'failed', ref, class: 'deadline', why: `s3://${ref.bucket}/${ref.key}: ${reached}` };
  } catch (error) {
    return { kind: 'failed', ref, ...failureOf(ref, error) };
  }
}
