/** Judges the originals of rejects as a run of today would. */
import { shapeOfRecord } from '../intake/scan.ts';
import { type Known, rejectAgain } from '../output/reject.ts';
import { judge } from '../pipeline.ts';
import { MARK } from '../redact/mark.ts';
import { standsForRecord } from '../reject-codes.ts';
import type { Settings } from '../settings.ts';
import type { NormalizedEvent, RawRecord, Receipt, Reject } from '../types.ts';

/** Why a reject cannot be judged again, and what can be done instead. */
export const UNFIT = {
  no_record: 'stands for what is missing from the object, or beside its list: winnow explain says how to get that',
  truncated: 'holds only the beginning of its record: process its object again under a higher limit',
  masked: 'was masked before it was known as an event, so its event_id is lost: process its object again with run --force',
} as const;

export type Unfit = keyof typeof UNFIT;

/** What becomes of a reject. `changed`: it is refused for other reasons than before. */
export type Retrial =
  | { readonly kind: 'passed'; readonly event: NormalizedEvent; readonly known: boolean }
  | { readonly kind: 'refused'; readonly reject: Reject; readonly changed: boolean }
  | { readonly kind: 'unfit'; readonly why: Unfit };

const TOO_LARGE = { code: 'record.too_large', errors: [] } as const;

/** Judges a reject that `receipt` accounts for. The verdict is the same each time: nothing of it comes from a clock or a store. */
export function retry(reject: Reject, { counts }: Receipt, settings: Settings): Retrial {
  if (!standsForRecord(reject.code) || reject.raw === '') return { kind: 'unfit', why: 'no_record' };
  if (reject.raw_truncated) return { kind: 'unfit', why: 'truncated' };
  const bytes = Buffer.from(reject.raw, reject.raw_encoding);
  // An original may hold these characters by itself, but not in an object of which nothing was masked.
  const isMasked = counts.redacted > 0 && bytes.includes(MARK);
  const id = isMasked ? reject.event_id : undefined;
  if (isMasked && id === undefined) return { kind: 'unfit', why: 'masked' };

  const { line, length, ...source } = reject.source;
  const record: RawRecord = {
    index: source.record,
    line,
    offset: source.offset,
    length,
    bytes,
    shape: shapeOfRecord(bytes),
    ...(length > settings.max_record_bytes && { fault: TOO_LARGE }),
  };
  const judgement = judge(record, source, settings, id);
  if (judgement.ok) return { kind: 'passed', event: judgement.event, known: judgement.known };
  const known: Known = { ...judgement.known, ...(id !== undefined && { eventId: id }) };
  const again = rejectAgain(reject, judgement.fault, known);
  const changed = JSON.stringify({ ...again, attempt: reject.attempt }) !== JSON.stringify(reject);
  return { kind: 'refused', reject: again, changed };
}
