/** One validated event of any generation to one shape: schema_version 1. */
import { hash } from 'node:crypto';
import { epochMs } from '../rfc3339.ts';
import type { CwsEvent, EventIdentity, EventSource, JsonObject, NormalizedEvent, Platform } from '../types.ts';
import { readEnvelope } from './envelope.ts';
import { eventName, readCustomEvent, readEvent } from './event.ts';
import type { Place } from './fields.ts';

export const SCHEMA_VERSION = 1;
const EVENT_ID_DIGITS = 32;

/** Normalizes an event. Total: every leaf of it is in the result, mapped or under `extra`, but for docs/fields.md's exceptions. */
export function normalize(event: CwsEvent, identity: EventIdentity, source: EventSource): NormalizedEvent {
  const place: Place = {
    pointer: '',
    reading: { event: eventName(event.plain), flat: event.envelope.kind === 'bare', extra: undefined },
  };
  const read = identity.generation === 'custom' ? readCustomEvent : readEvent;
  const { time: eventTime, evt, agent, title, service, ...contexts } = read(event.exact, place);
  const envelope = readEnvelope(event.envelope, { title, service });
  const time = (eventTime as string | undefined) ?? envelope.time;
  const platform = platformOf(identity, agent as JsonObject | undefined);
  const given = {
    time,
    time_ms: time === undefined ? undefined : epochMs(time),
    platform,
    generation: identity.generation,
    evt,
    agent,
    title,
    host: envelope.host,
    service: service ?? envelope.service,
    status: envelope.status,
    tags: envelope.tags,
  };
  const normalized: JsonObject = { schema_version: SCHEMA_VERSION, event_id: eventId(event.text) };
  for (const [name, value] of Object.entries(given)) if (value !== undefined) normalized[name] = value;
  Object.assign(normalized, contexts);
  if (place.reading.extra !== undefined) normalized['extra'] = place.reading.extra;
  if (envelope.envelope !== undefined) normalized['envelope'] = envelope.envelope;
  normalized['source'] = source;
  return normalized as NormalizedEvent;
}

/** The first 128 bits of SHA-256 over the event's own text: the same in every delivery. */
function eventId(text: Uint8Array): string {
  return hash('sha256', text, 'hex').slice(0, EVENT_ID_DIGITS);
}

/** Every shape but that of custom events belongs to one platform; those say it only since agents name their system. */
function platformOf(identity: EventIdentity, agent: JsonObject | undefined): Platform | undefined {
  if (identity.generation === 'windows') return 'windows';
  const os = agent?.['os'];
  if (os === 'windows' || os === 'linux') return os;
  return identity.generation === 'custom' ? undefined : 'linux';
}
