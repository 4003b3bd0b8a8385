/** One upload on its way: its message, and what the function's log says came of it. */
import { randomUUID } from 'node:crypto';
import { isObject } from '../json.ts';
import { type Created, urlEncode } from '../stores/embedded-s3.ts';
import type { Counts } from '../types.ts';
import type { Invoked, LogLine } from './function.ts';

/** An announcement of one object, with what its queue calls it. */
export interface Message {
  readonly id: string;
  readonly bucket: string;
  readonly key: string;
  readonly body: string;
  /** Lay in the bucket when the session began. */
  readonly isOld?: boolean;
}

/** The message that S3 sends to the queue when an object was written. */
export function messageOf({ bucket, key, size, etag, eventName }: Created): Message {
  const s3 = { bucket: { name: bucket }, object: { key: urlEncode(key), size, eTag: etag } };
  const body = JSON.stringify({ Records: [{ eventVersion: '2.1', eventSource: 'aws:s3', eventName, s3 }] });
  return { id: randomUUID(), bucket, key, body };
}

/** The event that the queue wakes the function with. */
export function queueEvent({ id, body }: Message, attempt: number): object {
  return { Records: [{ messageId: id, eventSource: 'aws:sqs', body, attributes: { ApproximateReceiveCount: String(attempt) } }] };
}

/** What became of a batch. */
export type Outcome =
  | {
      readonly kind: 'complete' | 'unchanged';
      readonly records: number;
      readonly valid: number;
      readonly rejected: number;
      readonly byCode: Counts;
    }
  | { readonly kind: 'ignored' | 'failed'; readonly why: string };

/** Reads the answer and the log of an invocation. */
export function outcomeOf(message: Message, invoked: Invoked): Outcome {
  if (!invoked.ok) return { kind: 'failed', why: invoked.why };
  const lines = new Map(invoked.log.map((line) => [line['message'], line]));
  const failed = lines.get('object failed');
  if (failed || isFailure(invoked.answer, message.id))
    return { kind: 'failed', why: String(failed?.['why'] ?? 'no reason given') };
  const ignored = lines.get('object ignored');
  if (ignored) return { kind: 'ignored', why: String(ignored['why']) };
  const done = lines.get('object processed');
  return done ? doneAs(done) : { kind: 'failed', why: 'the function said nothing of it' };
}

function isFailure(answer: unknown, id: string): boolean {
  const failures = isObject(answer) && 'batchItemFailures' in answer ? answer.batchItemFailures : undefined;
  // An answer that is not one counts as the failure of everything, as it does for Lambda's queue poller.
  return (
    !Array.isArray(failures) ||
    failures.some((failure) => isObject(failure) && 'itemIdentifier' in failure && failure.itemIdentifier === id)
  );
}

function doneAs(line: LogLine): Outcome {
  const { outcome, records, valid, rejected, by_code: byCode } = line;
  return {
    kind: outcome === 'unchanged' ? 'unchanged' : 'complete',
    records: Number(records),
    valid: Number(valid),
    rejected: Number(rejected),
    byCode: isObject(byCode) ? (byCode as Counts) : {},
  };
}
