/** Depth: of values, and of envelopes. */
import { linuxEvent } from '../valid-events.ts';
import { type Family, HOLE, type HostileCase, line, payload } from './case.ts';

const DEPTH = 100_000;
const A = line(linuxEvent()).trim();
const TOO_DEEP = { valid: 1, rejects: { 'json.too_deep': 1 } } as const;

const arrays = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
const objects = (depth: number): string => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;
const mixed = (depth: number): string => `${'[{"a":'.repeat(depth / 2)}1${'}]'.repeat(depth / 2)}`;

/** An event with this JSON text under a key that no table knows. */
const holding = (text: string): string => line({ ...linuxEvent(), new_key: HOLE }, text);

const VALUES: readonly HostileCase[] = [
  {
    name: '100,000 arrays',
    what: 'nothing but brackets, then an event',
    input: () => `${arrays(DEPTH)}\n${A}`,
    expected: TOO_DEEP,
  },
  {
    name: '100,000 objects',
    what: 'objects in objects, then an event',
    input: () => `${objects(DEPTH)}\n${A}`,
    expected: TOO_DEEP,
  },
  {
    name: '100,000 levels, mixed',
    what: 'an unknown key of an event holds arrays and objects in turn',
    input: () => holding(mixed(DEPTH)) + A,
    expected: TOO_DEEP,
  },
  {
    name: '100,000 levels in a list',
    what: 'as an item of an array of records',
    input: () => `[${objects(DEPTH)},${A}]`,
    expected: TOO_DEEP,
  },
  {
    name: '100,000 levels, never closed',
    what: 'opening brackets and the end',
    input: () => `${A}\n${'['.repeat(DEPTH)}`,
    expected: TOO_DEEP,
  },
  {
    name: '100,000 objects, never closed',
    what: 'opening braces and a line break, then an event',
    input: () => `${'{"a":'.repeat(DEPTH)}\n${A}`,
    expected: TOO_DEEP,
  },
  {
    name: '100,000 levels in a message',
    what: 'inside the text that an envelope holds',
    input: () => payload(holding(mixed(DEPTH))) + A,
    expected: TOO_DEEP,
  },
  {
    name: '100,000 levels in attributes',
    what: 'inside the event of an archive line',
    input: () => `{"attributes":${holding(arrays(DEPTH)).trim()}}\n${A}`,
    expected: TOO_DEEP,
  },
  {
    name: 'as deep as allowed',
    what: 'an unknown key that brings the event to 64 levels exactly',
    input: () => holding(mixed(62).replace('1', '[]')),
    expected: { valid: 1 },
  },
  {
    name: 'one level too deep',
    what: '65 levels',
    input: () => holding(mixed(64)),
    expected: { valid: 0, rejects: { 'json.too_deep': 1 } },
  },
  {
    name: 'brackets in a text',
    what: 'a title of 100,000 opening brackets is no nesting',
    input: () => line({ ...linuxEvent(), title: '[{'.repeat(DEPTH / 2) }),
    expected: { valid: 1 },
  },
];

/** Payloads in payloads: each layer is JSON text in the message of the next. Quotes would double with each, so 50 are nested as objects. */
function payloadsInside(layers: number): string {
  let message: string = A;
  for (let layer = 0; layer < layers; layer++) message = payload(message).trim();
  return message;
}

function messagesInside(layers: number): string {
  return `${'{"message":'.repeat(layers)}${A}${'}'.repeat(layers)}`;
}

const ENVELOPES: readonly HostileCase[] = [
  {
    name: 'message in a message',
    what: 'a payload whose message is a payload: one envelope is opened',
    input: () => payloadsInside(2),
    expected: { valid: 0, rejects: { 'envelope.unknown': 1 } },
  },
  {
    name: 'envelopes 8 deep',
    what: 'payloads as text in payloads; backslashes double with each',
    input: () => payloadsInside(8),
    expected: { valid: 0, rejects: { 'envelope.unknown': 1 } },
  },
  {
    name: 'envelopes 50 deep',
    what: 'payloads as objects in payloads',
    input: () => messagesInside(50),
    expected: { valid: 0, rejects: { 'envelope.unknown': 1 } },
  },
  {
    name: 'envelopes 100 deep',
    what: 'more of them than `max_depth`',
    input: () => messagesInside(100),
    expected: { valid: 0, rejects: { 'json.too_deep': 1 } },
  },
  {
    name: 'event in attributes and in message',
    what: 'two events in one envelope: `attributes` is opened, the text of `message` is kept beside it',
    input: () => `{"attributes":${A},"message":${JSON.stringify(A)}}`,
    expected: { valid: 1 },
  },
  {
    name: 'bare event with a message',
    what: 'an event that has an event as text in a member of its own',
    input: () => line({ ...linuxEvent(), message: A }),
    expected: { valid: 1 },
    extra: { '/message': A },
  },
  {
    name: 'message of a list',
    what: 'the message holds a JSON array of events',
    input: () => payload(`[${A}]`),
    expected: { valid: 0, rejects: { 'envelope.unknown': 1 } },
  },
  {
    name: 'message of two events',
    what: 'the message holds two events in a row',
    input: () => payload(`${A}\n${A}`),
    expected: { valid: 0, rejects: { 'envelope.message_syntax': 1 } },
  },
  {
    name: 'message of 1 MB, cut',
    what: 'an event of more than 1 MB in an intake payload, cut at 1,000,000 bytes as the intake does',
    input: () => payload(line({ ...linuxEvent(), title: 'x'.repeat(1_100_000) }).slice(0, 1_000_000)),
    expected: { valid: 0, rejects: { 'envelope.message_truncated': 1 } },
  },
  {
    name: 'message cut in an escape',
    what: 'the cut is within `\\u00e9`',
    input: () => payload('{"evt":{"name":"open"},"title":"\\u00'),
    expected: { valid: 0, rejects: { 'envelope.message_truncated': 1 } },
  },
  {
    name: 'message that is empty',
    what: 'empty, blank, `{` and `{}`',
    input: () => ['', ' \n', '{', '{}'].map(payload).join(''),
    expected: { valid: 0, rejects: { 'envelope.unknown': 3, 'envelope.message_truncated': 1 } },
  },
  {
    name: 'message of every type',
    what: 'null, a number, a list, an object without an event',
    input: () => '{"message":null}\n{"message":7}\n{"message":[]}\n{"message":{}}\n',
    expected: { valid: 0, rejects: { 'envelope.unknown': 4 } },
  },
];

export const NESTING: Family = { title: 'Nesting and envelopes', cases: [...VALUES, ...ENVELOPES] };
