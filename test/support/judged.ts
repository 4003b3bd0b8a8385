/** Takes one record from its text to the normalized event, without a store around it. */
import { createSplitter } from '../../src/intake/split.ts';
import { type Judgement, judge } from '../../src/pipeline.ts';
import { readSettings, type Settings } from '../../src/settings.ts';
import type { EventSource, JsonObject, NormalizedEvent, RawRecord } from '../../src/types.ts';

export const SOURCE: EventSource = { bucket: 'test', key: 'batch.json', etag: 'e', record: 0, offset: 0 };
const DEFAULTS = readSettings([]);

/** The records of a batch. */
export function split(bytes: Buffer): RawRecord[] {
  const records: RawRecord[] = [];
  const splitter = createSplitter({ maxRecordBytes: DEFAULTS.max_record_bytes, maxRawBytes: 1024 }, (record) =>
    records.push({ ...record, bytes: Buffer.from(record.bytes) }),
  );
  splitter.push(bytes);
  splitter.end();
  return records;
}

export function judgeText(text: string | Uint8Array, settings: Settings = DEFAULTS): Judgement {
  const [record] = split(Buffer.from(text as string));
  if (record === undefined) throw new Error('there is no record');
  return judge(record, SOURCE, settings);
}

/** The normalized event as it is written, once as text and once read back. Fails when the record is refused. */
export function normalized(record: string | Uint8Array | JsonObject): { readonly text: string; readonly event: NormalizedEvent } {
  const isBytes = typeof record === 'string' || record instanceof Uint8Array;
  const judgement = judgeText(isBytes ? (record as string) : JSON.stringify(record));
  if (!judgement.ok) throw new Error(`refused: ${JSON.stringify(judgement.fault)}`);
  const text = JSON.stringify(judgement.event);
  return { text, event: JSON.parse(text) };
}
