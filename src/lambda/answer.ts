/** What each kind of source wants to hear. */
import type { Trigger } from '../intake/trigger/trigger.ts';
import { receiptKey } from '../output/naming.ts';
import type { Counts, ObjectRef } from '../types.ts';
import { isPermanent } from './failure.ts';
import type { Fate, ItemFate } from './items.ts';

type Done = Extract<Fate, { kind: 'done' }>;
type Failed = Extract<Fate, { kind: 'failed' }>;

/** To a queue: the messages that are to come again. */
export interface QueueAnswer {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}

/** To S3 Batch Operations: a code for each task. */
export interface BatchAnswer {
  readonly invocationSchemaVersion: string;
  readonly treatMissingKeysAs: 'PermanentFailure';
  readonly invocationId: string;
  readonly results: readonly {
    readonly taskId: string;
    readonly resultCode: 'Succeeded' | 'TemporaryFailure' | 'PermanentFailure';
    readonly resultString: string;
  }[];
}

/** To everybody else, when every object was done. */
export interface InvocationSummary {
  readonly objects: number;
  /** What was passed over, by reason. */
  readonly ignored: Counts;
  readonly records: number;
  readonly valid: number;
  readonly rejected: number;
  readonly results: readonly (ObjectRef & {
    readonly outcome: 'complete' | 'unchanged';
    /** Key of the receipt, below the output place. */
    readonly receipt: string;
    readonly records: number;
    readonly valid: number;
    readonly rejected: number;
  })[];
}

export type Answer = QueueAnswer | BatchAnswer | InvocationSummary;

/**
 * Some objects of a direct invocation failed, all others are done. Its `name` is what a state machine decides by, in the
 * words of Batch Operations: after a `PermanentFailure` none of the failed objects would fare better the next time.
 */
export class ObjectsFailed extends Error {
  constructor(failed: readonly Failed[], objects: number) {
    super(`${failed.length} of ${objects} objects failed: ${failed.map(({ why }) => why).join('; ')}`);
    this.name = codeOf(failed);
  }
}

/** Answers in the way of the source. Throws `ObjectsFailed` where there is no other way to report a failure. */
export function answer(trigger: Trigger, items: readonly ItemFate[]): Answer {
  switch (trigger.kind) {
    case 'sqs':
      return { batchItemFailures: items.filter(hasFailed).map(({ id }) => ({ itemIdentifier: id })) };
    case 'batch_operations':
      return {
        invocationSchemaVersion: trigger.invocationSchemaVersion,
        treatMissingKeysAs: 'PermanentFailure',
        invocationId: trigger.invocationId,
        results: items.map(({ id, fates }) => ({ taskId: id, resultCode: codeOf(fates), resultString: tell(fates) })),
      };
    case 'direct':
      return summaryOf(items.flatMap(({ fates }) => fates));
  }
}

function hasFailed({ fates }: ItemFate): boolean {
  return fates.some(({ kind }) => kind === 'failed');
}

function codeOf(fates: readonly Fate[]): BatchAnswer['results'][number]['resultCode'] {
  const failed = fates.filter(isFailed);
  if (failed.length === 0) return 'Succeeded';
  return failed.every(isPermanent) ? 'PermanentFailure' : 'TemporaryFailure';
}

/** Longest text that a report of Batch Operations takes for one task. */
const MAX_RESULT_CHARACTERS = 1024;

function tell(fates: readonly Fate[]): string {
  const texts = fates.map((fate) => {
    if (fate.kind === 'failed') return fate.why;
    return fate.kind === 'done' ? receiptKey(fate.receipt) : `ignored: ${fate.why}`;
  });
  return texts.join('; ').slice(0, MAX_RESULT_CHARACTERS);
}

function summaryOf(fates: readonly Fate[]): InvocationSummary {
  const failed = fates.filter(isFailed);
  const done = fates.filter((fate): fate is Done => fate.kind === 'done');
  if (failed.length > 0) throw new ObjectsFailed(failed, failed.length + done.length);
  const ignored: { [why: string]: number } = {};
  for (const fate of fates) if (fate.kind === 'ignored') ignored[fate.why] = (ignored[fate.why] ?? 0) + 1;
  const sum = (name: 'records' | 'valid' | 'rejected') => done.reduce((total, { receipt }) => total + receipt.counts[name], 0);
  return {
    objects: done.length,
    ignored,
    records: sum('records'),
    valid: sum('valid'),
    rejected: sum('rejected'),
    results: done.map(({ ref, outcome, receipt }) => {
      const { records, valid, rejected } = receipt.counts;
      return { ...ref, outcome, receipt: receiptKey(receipt), records, valid, rejected };
    }),
  };
}

function isFailed(fate: Fate): fate is Failed {
  return fate.kind === 'failed';
}
