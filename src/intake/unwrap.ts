/**
 * Takes an event out of what it came in: bare, in the payload of the log intake (`message` holds the event as text; a
 * collector may have turned the timestamp into text), or in a line of a Log Archive (`attributes` holds the event).
 */
import { define, isObject } from '../json.ts';
import type { CwsEvent, Envelope, EnvelopeKind, Fault, JsonObject, Shape, Verdict } from '../types.ts';
import { memberText } from './member.ts';
import { duplicateKey, type Parsed, parse } from './parse.ts';
import { shapeOfText } from './scan.ts';

type EnvelopeMember = Exclude<keyof Envelope, 'kind' | 'names' | 'unknown'>;

/** Envelope members by the names that intake, collectors and archives give them, and ours. */
const ENVELOPE_MEMBERS: { readonly [name: string]: EnvelopeMember } = {
  hostname: 'host',
  host: 'host',
  service: 'service',
  status: 'status',
  ddtags: 'tags',
  tags: 'tags',
  timestamp: 'timestamp',
  date: 'timestamp',
  ddsource: 'source',
  source: 'source',
  _id: 'id',
  message: 'message',
  trace_id: 'trace_id',
  span_id: 'span_id',
};

/** Members that collectors leave beside the event's own keys when they flatten an intake payload. */
const FLAT_MEMBERS = ['hostname', 'status', 'timestamp', 'ddsource', 'ddtags'];
const FLAT_NAMES = { host: 'hostname', source: 'ddsource', tags: 'ddtags' };

/**
 * Finds the event in a parsed record. `bytes` is the record's text.
 * Faults: json.duplicate_key, envelope.unknown, envelope.message_truncated, envelope.message_syntax, and those of `parse` for
 * a message. Duplicate keys of a bare event are left to whoever walks over it anyway: it has `members` then.
 */
export function unwrap(record: Parsed, bytes: Buffer, maxDepth: number): Verdict<CwsEvent> {
  const { plain, exact, members } = record;
  if (isEvent(plain)) return { ok: true, plain, exact, text: bytes, envelope: flatEnvelope(exact), members };
  const fault = duplicateKey(plain, members);
  if (fault !== undefined) return { ok: false, fault };
  for (const name of ['attributes', 'message'] as const) {
    const inner = plain[name];
    if (!isObject(inner) || !isEvent(inner)) continue;
    const text = memberText(bytes, name);
    const envelope = envelopeOf(name === 'message' ? 'intake' : 'archive', exact, name);
    return { ok: true, plain: inner, exact: exact[name] as JsonObject, text, envelope };
  }
  const message = plain['message'];
  if (typeof message !== 'string' || !message.trimStart().startsWith('{')) return unknown();
  const text = Buffer.from(escapeSurrogates(message.trim()));
  const shape: Shape = shapeOfText(text);
  const parsed = parse(text, shape, maxDepth);
  const messageIsWrong = parsed.ok ? duplicateKey(parsed.plain, parsed.members) : parsed.fault;
  if (!parsed.ok || messageIsWrong) return { ok: false, fault: messageFault(messageIsWrong as Fault) };
  if (!isEvent(parsed.plain)) return unknown();
  return { ok: true, plain: parsed.plain, exact: parsed.exact, text, envelope: envelopeOf('intake', exact, 'message') };
}

/** UTF-8 has no place for half a surrogate pair, but JSON can write one. Behind a backslash a half is no JSON, and stays none. */
function escapeSurrogates(text: string): string {
  if (text.isWellFormed()) return text;
  return text.replace(/\\.|\p{Surrogate}/gsu, (found) =>
    found.startsWith('\\') ? found : `\\u${found.charCodeAt(0).toString(16)}`,
  );
}

/** Every CWS event has `evt`, or is one of the agent's own events and has `agent`. */
function isEvent(value: JsonObject): boolean {
  return isObject(value['evt']) || isObject(value['agent']);
}

function unknown(): Verdict<CwsEvent> {
  const expected = 'evt or agent at the root, in attributes, or in message';
  return { ok: false, fault: { code: 'envelope.unknown', errors: [{ path: '', keyword: 'envelope', expected }] } };
}

function messageFault(fault: Fault): Fault {
  const code =
    fault.code === 'json.truncated'
      ? 'envelope.message_truncated'
      : fault.code === 'json.syntax'
        ? 'envelope.message_syntax'
        : fault.code;
  return { code, errors: fault.errors.map((error) => ({ ...error, path: '/message' })) };
}

const BARE: Envelope = { kind: 'bare' };

/** The envelope of a bare event: empty, unless a collector has left intake members beside the event's keys. */
function flatEnvelope(event: JsonObject): Envelope {
  let envelope: { -readonly [name in keyof Envelope]: Envelope[name] } | undefined;
  for (const name of FLAT_MEMBERS) {
    const target = ENVELOPE_MEMBERS[name];
    if (target === undefined || event[name] === undefined) continue;
    envelope ??= { kind: 'bare', names: FLAT_NAMES };
    envelope[target] = event[name];
  }
  return envelope ?? BARE;
}

function envelopeOf(kind: EnvelopeKind, record: JsonObject, eventMember: string): Envelope {
  const envelope: { -readonly [name in keyof Envelope]: Envelope[name] } = { kind };
  const unknown: JsonObject = {};
  let hasUnknown = false;
  let names: { [member: string]: string } | undefined;
  for (const name in record) {
    if (name === eventMember) continue;
    const target = Object.hasOwn(ENVELOPE_MEMBERS, name) ? ENVELOPE_MEMBERS[name] : undefined;
    if (target !== undefined && envelope[target] === undefined) {
      envelope[target] = record[name];
      if (target !== name) {
        names ??= {};
        names[target] = name;
      }
      continue;
    }
    hasUnknown = true;
    define(unknown, name, record[name]);
  }
  if (names) envelope.names = names;
  if (hasUnknown) envelope.unknown = unknown;
  return envelope;
}
