/** What kind of failure an error is: the log, the metrics and the answer all decide by this. */
import { StalledError, StoppedError } from '../stop.ts';
import { StoreError, type StoreFailure } from '../stores/port.ts';
import type { ObjectRef } from '../types.ts';

/**
 * `transient`: the next delivery may succeed. `gone`: the object is no more. `configuration`: only a change of the set-up
 * helps. `deadline`: time ran out; the next delivery goes on. `surprise`: a bug in Winnow.
 */
export const FAILURE_CLASSES = ['transient', 'gone', 'configuration', 'deadline', 'surprise'] as const;
export type FailureClass = (typeof FAILURE_CLASSES)[number];

export interface Failure {
  readonly class: FailureClass;
  /** For people. Names objects, permissions and places in the event, never what is in a record. */
  readonly why: string;
  readonly reason?: StoreFailure;
  /** Where a surprise happened. */
  readonly frames?: readonly string[];
}

/** Whether delivering the same again cannot help. */
export function isPermanent({ class: kind }: Failure): boolean {
  return kind === 'gone' || kind === 'configuration';
}

const CLASS_BY_REASON: { readonly [reason in StoreFailure]: FailureClass } = {
  not_found: 'gone',
  // Overwritten while it was read, or written by a twin at the same time: the next delivery finds it settled.
  changed: 'transient',
  conflict: 'transient',
  unavailable: 'transient',
  denied: 'configuration',
  misconfigured: 'configuration',
};

export function classify(error: unknown): FailureClass {
  if (error instanceof StoreError) return CLASS_BY_REASON[error.reason];
  // Only more time or smaller buffers get such an object any further.
  if (error instanceof StalledError) return 'configuration';
  return error instanceof StoppedError ? 'deadline' : 'surprise';
}

/** The failure of one object. Only our own messages are repeated: that of any other error might quote the record it stumbled over. */
export function failureOf({ bucket, key }: ObjectRef, error: unknown): Failure {
  const kind = classify(error);
  if (error instanceof StoreError) return { class: kind, why: error.message, reason: error.reason };
  if (error instanceof StalledError) return { class: kind, why: error.message };
  if (kind === 'deadline') return { class: kind, why: `s3://${bucket}/${key}: time ran out before anything could be done` };
  const name = error instanceof Error ? error.name : typeof error;
  const frames = error instanceof Error ? (error.stack ?? '').split('\n').filter((line) => /^ {4}at /.test(line)) : [];
  return { class: kind, why: `s3://${bucket}/${key}: internal error (${name})`, frames };
}
