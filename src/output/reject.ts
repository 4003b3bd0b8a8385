/** A refused record as a line of the rejects file: why, where, and the original. */
import { isUtf8 } from 'node:buffer';
import { explanation } from '../reject-codes.ts';
import type { EventIdentity, EventSource, Fault, RawRecord, Reject } from '../types.ts';

/** What was known of an event when it was refused. */
export interface Known {
  readonly identity?: EventIdentity;
  readonly ruleId?: string;
}

const FIRST_ATTEMPT = 1;

export function rejectOf(record: RawRecord, fault: Fault, source: EventSource, known: Known): Reject {
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
    raw: record.bytes.toString(isText ? 'utf8' : 'base64'),
    ...(!isText && { raw_encoding: 'base64' }),
    ...(record.bytes.length < record.length && { raw_truncated: true }),
  };
}
