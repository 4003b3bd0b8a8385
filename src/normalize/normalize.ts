/** One validated event of any generation to one shape: schema_version 1. */
import { hash } from 'node:crypto';
import { epochMs } from '../rfc3339.ts';
import type { CwsEvent, EventIdentity, EventSource, JsonObject, NormalizedEvent, Platform } from '../types.ts';
import { readEnvelope } from './envelope.ts';
import { eventName, readCustomEvent, readEvent } from './event.ts';
import type { Place } from './fields.ts';

export const SCHEMA_VERSION = 1;
const EVENT_ID_DIGITS = 32;

/**
 * Normalizes an event. Total: every leaf of it is in the result, mapped or under `extra`, but for docs/fields.md's exceptions.
 * `id` is given when the event's own text is not at hand as it came.
 */
export function normalize(
  event: CwsEvent,
  identity: EventIdentity,
  source: EventSource,
  id: string = eventId(event.text),
): NormalizedEvent {
  const place: Place = {
    up: undefined,
    key: '',
    reading: { event: eventName(event.plain), flat: event.envelope.kind === 'bare', extra: undefined },
  };
  const read = identity.generation === 'custom' ? readCustomEvent : readEvent;
  const fields = read(event.exact, place);
  const envelope = readEnvelope(event.envelope, fields);
  const time = (fields['time'] as string | undefined) ?? envelope.time;
  const platform = platformOf(identity, fields['agent'] as JsonObject | undefined);

  const normalized: JsonObject = { schema_version: SCHEMA_VERSION, event_id: id };
  if (time !== undefined) {
    normalized['time'] = time;
    normalized['time_ms'] = epochMs(time);
  }
  if (platform !== undefined) normalized['platform'] = platform;
  normalized['generation'] = identity.generation;
  for (const name of FIRST) if (fields[name] !== undefined) normalized[name] = fields[name];
  for (const name of FROM_ENVELOPE) if (envelope[name] !== undefined) normalized[name] ??= envelope[name];
  for (const name in fields) if (name !== 'time') normalized[name] = fields[name];
  if (place.reading.extra !== undefined) normalized['extra'] = place.reading.extra;
  if (envelope.envelope !== undefined) normalized['envelope'] = envelope.envelope;
  normalized['source'] = source;
  return normalized as NormalizedEvent;
}

/** What people look for first stands first; the other contexts follow as they came. */
const FIRST = ['evt', 'agent', 'title', 'service'] as const;
const FROM_ENVELOPE = ['host', 'service', 'status', 'tags'] as const;

/** The first 128 bits of SHA-256 over the event's own text: the same in every delivery. */
export function eventId(text: Uint8Array): string {
  return hash('sha256', text, 'hex').slice(0, EVENT_ID_DIGITS);
}

/** Every shape but that of custom events belongs to one platform; those say it only since agents name their system. */
function platformOf(identity: EventIdentity, agent: JsonObject | undefined): Platform | undefined {
  if (identity.generation === 'windows') return 'windows';
  const os = agent?.['os'];
  if (os === 'windows' || os === 'linux') return os;
  return identity.generation === 'custom' ? undefined : 'linux';
}
