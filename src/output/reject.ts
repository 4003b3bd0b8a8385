/** A refused record as a line of the rejects file: why, where, and the original. */
import { isUtf8 } from 'node:buffer';
import { explanation } from '../reject-codes.ts';
import type { EventIdentity, EventSource, Fault, RawRecord, Reject } from '../types.ts';

/** What was known of an event when it was refused. */
export interface Known {
  readonly identity?: EventIdentity;
  readonly ruleId?: string;
  /** Of the original event, when there is one. */
  readonly eventId?: string;
}

const FIRST_ATTEMPT = 1;

/** `mask` takes the secrets out of a text and leaves the rest as it is. */
export function rejectOf(
  record: RawRecord,
  fault: Fault,
  source: EventSource,
  known: Known,
  mask: (text: string) => string,
): Reject {
  const isText = isUtf8(record.bytes);
  return {
    code: fault.code,
    stage: explanation(fault.code).stage,
    source: { ...source, line: record.line, length: record.length },
    errors: fault.errors,
    ...(known.identity?.name !== undefined && { event_name: known.identity.name }),
    ...(known.ruleId !== undefined && { rule_id: known.ruleId }),
    ...(known.identity && { generation: known.identity.generation }),
    attempt: FIRST_ATTEMPT,
    ...(known.eventId !== undefined && { event_id: known.eventId }),
    raw: isText ? mask(record.bytes.toString()) : maskedBytes(record.bytes, mask).toString('base64'),
    ...(!isText && { raw_encoding: 'base64' }),
    ...(record.bytes.length < record.length && { raw_truncated: true }),
  };
}

/** Byte for byte, so that whatever is no secret stays what it is; secrets in UTF-16 are not seen. */
function maskedBytes(bytes: Buffer, mask: (text: string) => string): Buffer {
  return Buffer.from(mask(bytes.toString('latin1')), 'latin1');
}
