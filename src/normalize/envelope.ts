/** What the envelope says: host, service, status, tags, and the rest under `envelope`. */
import type { Envelope, JsonObject } from '../types.ts';
import { type Kind, keep, type Place, type Reading } from './fields.ts';
import { idText, text, time, unlessEmpty } from './kinds.ts';

/** Comma-joined `key:value` text, or a list of it, as a map of lists. A tag without a colon has an empty list. */
const tags: Kind = {
  type: 'map',
  read: (value, place, key) => {
    const items: unknown = typeof value === 'string' ? value.split(',') : value;
    if (!Array.isArray(items) || !items.every((item) => typeof item === 'string')) return keep(value, place, key);
    const lists: { [tag: string]: string[] } = Object.create(null);
    for (const item of items) {
      const [tag, rest] = cut(item.trim());
      if (tag === '' && rest === undefined) continue;
      lists[tag] ??= [];
      if (rest !== undefined) lists[tag].push(rest);
    }
    return unlessEmpty(lists);
  },
};

function cut(tag: string): readonly [string, string | undefined] {
  const colon = tag.indexOf(':');
  return colon < 0 ? [tag, undefined] : [tag.slice(0, colon), tag.slice(colon + 1)];
}

/** First and last instant that RFC 3339 can write, in epoch milliseconds. */
const YEAR_0000 = -62_167_219_200_000;
const YEAR_9999 = 253_402_300_799_999;

/** The intake writes epoch milliseconds; collectors and archives write RFC 3339. */
const timestamp: Kind = {
  type: 'time',
  read: (value, place, key) => {
    if (typeof value !== 'number') return time.read(value, place, key);
    const isInstant = Number.isInteger(value) && value >= YEAR_0000 && value <= YEAR_9999;
    return isInstant ? new Date(value).toISOString() : keep(value, place, key);
  },
};

/** Which envelope member is read how. `tags`, `host`, `service` and `status` are the event's; the rest is the envelope's. */
export const ENVELOPE_FIELDS = {
  host: text,
  service: text,
  status: text,
  tags,
  timestamp,
  id: idText,
  source: text,
  message: text,
  trace_id: idText,
  span_id: idText,
} as const satisfies { readonly [name in Exclude<keyof Envelope, 'kind' | 'names' | 'unknown'>]: Kind };

export interface EnvelopeFields {
  readonly host?: string;
  readonly service?: string;
  readonly status?: string;
  readonly tags?: JsonObject;
  readonly time?: string;
  readonly envelope?: JsonObject;
}

/** Reads an envelope. `event` is the event read so far: what it says itself is not said again. */
export function readEnvelope(given: Envelope, event: JsonObject): EnvelopeFields {
  if (isEmpty(given)) return NOTHING;
  const reading: Reading = { event: undefined, flat: false, extra: undefined };
  const place: Place = { up: undefined, key: '', reading };
  const read: { -readonly [name in keyof typeof ENVELOPE_FIELDS]?: unknown } = {};
  for (const name in ENVELOPE_FIELDS) {
    const member = name as keyof typeof ENVELOPE_FIELDS;
    const value = given[member];
    if (value === undefined || value === null) continue;
    const result = ENVELOPE_FIELDS[member].read(value, place, given.names?.[member] ?? name);
    if (result !== undefined) read[member] = result;
  }
  for (const name in given.unknown) keep(given.unknown[name], place, name);
  const { host, status, tags, service, timestamp: sent, message, ...own } = read;
  const ownService = event['service'] === undefined || event['service'] === service ? undefined : service;
  const envelope: JsonObject = {
    ...(given.kind !== 'bare' && { kind: given.kind }),
    ...own,
    ...(sent !== undefined && { time: sent }),
    ...(ownService !== undefined && { service: ownService }),
    ...(message !== undefined && message !== event['title'] && { message }),
    ...(reading.extra && { extra: reading.extra }),
  };
  return {
    ...(host !== undefined && { host }),
    ...(service !== undefined && event['service'] === undefined && { service }),
    ...(status !== undefined && { status }),
    ...(tags !== undefined && { tags }),
    ...(sent !== undefined && { time: sent }),
    ...(Object.keys(envelope).length > 0 && { envelope }),
  } as EnvelopeFields;
}

const NOTHING: EnvelopeFields = Object.freeze({});

/** Whether an event came bare, as most do in a bucket that the agent's own collector fills. */
function isEmpty(envelope: Envelope): boolean {
  for (const name in envelope) if (name !== 'kind') return false;
  return envelope.kind === 'bare';
}
