/** Takes one record from its text to the normalized event, without a store around it. */
import { parse } from '../../src/intake/parse.ts';
import { unwrap } from '../../src/intake/unwrap.ts';
import { normalize } from '../../src/normalize/normalize.ts';
import { type Judgement, judge } from '../../src/pipeline.ts';
import { readSettings, type Settings } from '../../src/settings.ts';
import type { EventSource, JsonObject, NormalizedEvent } from '../../src/types.ts';
import { validate } from '../../src/validate/validate.ts';
import { splitText } from './split.ts';

export const SOURCE: EventSource = { bucket: 'test', key: 'batch.json', etag: 'e', record: 0, offset: 0 };
const DEFAULTS = readSettings([]);

export function judgeText(text: string | Uint8Array, settings: Settings = DEFAULTS): Judgement {
  const [record] = splitText(Buffer.from(text as string)).records;
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

/**
 * The parts of a normalized event that a test wants to look at, whether or not the event is complete enough to be valid. What
 * Winnow writes of every event (id, generation, source) is left out.
 */
export function contexts(event: JsonObject): JsonObject {
  const [record] = splitText(JSON.stringify(event)).records;
  const parsed = record && parse(record.bytes, record.shape, DEFAULTS.max_depth);
  const unwrapped = record && parsed?.ok ? unwrap(parsed, record.bytes, DEFAULTS.max_depth) : undefined;
  if (!unwrapped?.ok) throw new Error('not an event');
  const { identity } = validate(unwrapped.plain, { conformance: 'compat', maxErrors: 1 });
  const { schema_version, event_id, generation, source, ...rest } = JSON.parse(
    JSON.stringify(normalize(unwrapped, identity, SOURCE)),
  );
  return rest;
}
