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
  return refuse(fault, known, FIRST_ATTEMPT, {
    source: { ...source, line: record.line, length: record.length },
    raw: isText ? mask(record.bytes.toString()) : maskedBytes(record.bytes, mask).toString('base64'),
    ...(!isText && { raw_encoding: 'base64' }),
    ...(record.bytes.length < record.length && { raw_truncated: true }),
  });
}

/** A reject whose original was judged once more and refused once more. Original and place stay as they were. */
export function rejectAgain(before: Reject, fault: Fault, known: Known): Reject {
  return refuse(fault, known, before.attempt + 1, before);
}

/** What of a reject no verdict changes. */
type Original = Pick<Reject, 'source' | 'raw' | 'raw_encoding' | 'raw_truncated'>;

function refuse(fault: Fault, known: Known, attempt: number, original: Original): Reject {
  return {
    code: fault.code,
    stage: explanation(fault.code).stage,
    source: original.source,
    errors: fault.errors,
    ...(known.identity?.name !== undefined && { event_name: known.identity.name }),
    ...(known.ruleId !== undefined && { rule_id: known.ruleId }),
    ...(known.identity && { generation: known.identity.generation }),
    attempt,
    ...(known.eventId !== undefined && { event_id: known.eventId }),
    raw: original.raw,
    ...(original.raw_encoding && { raw_encoding: original.raw_encoding }),
    ...(original.raw_truncated && { raw_truncated: original.raw_truncated }),
  };
}

/** Byte for byte, so that whatever is no secret stays what it is; secrets in UTF-16 are not seen. */
function maskedBytes(bytes: Buffer, mask: (text: string) => string): Buffer {
  return Buffer.from(mask(bytes.toString('latin1')), 'latin1');
}
