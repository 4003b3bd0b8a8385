/** What every line of an output must be: an event or a reject of the object that the output belongs to. */
import { isCustomEvent, isKnownEvent } from '../event-types.ts';
import { isObject, parseObject } from '../json.ts';
import type { Tally } from '../output/tally.ts';
import { REJECT_CODES, type RejectCode } from '../reject-codes.ts';
import type { JsonObject, NormalizedEvent, Receipt } from '../types.ts';
import type { SeenRecords } from './records.ts';

const NEWLINE = 0x0a;

/** No output line is near this long; whatever is, is not one of Winnow's. */
const LONGEST_LINE_BYTES = 400 * 1024 * 1024;

/** A line without its line break; `whole` is false for what follows the last line break, or is too long to be a line. */
export interface Line {
  readonly text: string;
  readonly whole: boolean;
}

/** Cuts bytes into lines. */
export async function* linesOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<Line> {
  let pieces: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      const last = chunk.subarray(start, end);
      yield { text: pieces.length === 0 ? last.toString() : Buffer.concat([...pieces, last]).toString(), whole: true };
      pieces = [];
      bytes = 0;
      start = end + 1;
    }
    if (start === chunk.length) continue;
    // A copy, because whoever made the chunk may write to it again.
    pieces.push(Buffer.from(chunk.subarray(start)));
    bytes += chunk.length - start;
    if (bytes > LONGEST_LINE_BYTES) break;
  }
  if (bytes > 0) yield { text: '', whole: false };
}

/** What is held against the lines of one object's outputs; filled while they are read. */
export interface ObjectAccount {
  readonly receipt: Receipt;
  readonly seen: SeenRecords;
  readonly tally: Tally;
}

/** A bitmap of more records than this would not fit into memory, and no object has them. */
const MOST_RECORDS = 2 ** 32;

export type LineVerdict = { readonly kind: 'ok' } | { readonly kind: 'output.foreign' | 'record.doubled'; readonly why: string };

const OK: LineVerdict = { kind: 'ok' };

/** Judges one line of an output of `folder`, and counts it. */
export function judgeLine(text: string, folder: 'events' | 'rejects', { receipt, seen, tally }: ObjectAccount): LineVerdict {
  const value = parseObject(text);
  if (value === undefined) return foreign('is not a JSON object');
  const source = value['source'];
  if (!isObject(source)) return foreign('has no source');
  const { bucket, key, etag } = receipt.source;
  if (source['bucket'] !== bucket || source['key'] !== key || source['etag'] !== etag)
    return foreign('comes from another object');
  const record = source['record'];
  if (!isRecord(record) || record >= Math.min(receipt.counts.records, MOST_RECORDS)) {
    return foreign(`has a record number that is not below ${receipt.counts.records}`);
  }
  if (folder === 'events') {
    if (!isEvent(value)) return foreign('is not a normalized event');
    tally.valid(value, isKnown(value));
  } else {
    if (!isReject(value)) return foreign('is not a reject');
    tally.rejected(value.code);
  }
  return seen.mark(record) ? OK : { kind: 'record.doubled', why: `is record ${record}, which is there already` };
}

function foreign(why: string): LineVerdict {
  return { kind: 'output.foreign', why };
}

function isRecord(record: unknown): record is number {
  return Number.isSafeInteger(record) && (record as number) >= 0;
}

function isEvent(value: JsonObject): value is NormalizedEvent {
  return value['schema_version'] === 1 && typeof value['event_id'] === 'string' && typeof value['generation'] === 'string';
}

function isReject(value: JsonObject): value is JsonObject & { readonly code: RejectCode } {
  const code = value['code'];
  return typeof code === 'string' && Object.hasOwn(REJECT_CODES, code) && typeof value['raw'] === 'string';
}

function isKnown({ evt, generation }: NormalizedEvent): boolean {
  const name = evt?.['name'];
  if (typeof name !== 'string') return false;
  return generation === 'custom' ? isCustomEvent(name) : isKnownEvent(name);
}
