/** Generated events in their envelopes, and ways to damage or extend them. */
import fc from 'fast-check';
import { type EnvelopeName, wrap } from '../../src/generate/envelope.ts';
import { createRandom } from '../../src/generate/random.ts';
import { VARIETIES } from '../../src/generate/render.ts';
import { tellEvent } from '../../src/generate/size.ts';
import { define } from '../../src/json.ts';
import type { JsonObject } from '../../src/types.ts';
import { isJsonObject, parseExact, STRANGE_KEYS } from './leaves.ts';

/** An event and what it travels in, as exact JSON, before they become one text. */
export interface Parcel {
  readonly kind: EnvelopeName;
  readonly event: JsonObject;
  readonly envelope: JsonObject;
}

/** Writes a parcel down as a record. */
export function recordOf({ kind, event, envelope }: Parcel): string {
  if (kind === 'bare') return JSON.stringify({ ...event, ...envelope });
  return JSON.stringify(
    kind === 'archive' ? { ...envelope, attributes: event } : { message: JSON.stringify(event), ...envelope },
  );
}

export function parcelOf(variety: number, kind: EnvelopeName, seed: number): Parcel {
  const random = createRandom(seed);
  const at = { seconds: 1_795_334_400 + (seed % 86_400), nanos: seed % 1_000_000_000 };
  const { event, story } = tellEvent(VARIETIES[variety % VARIETIES.length] ?? { type: 'open', generation: 'linux' }, random, at);
  const record = parseExact(wrap(kind, event, random, story)) as JsonObject;
  if (kind === 'bare') return { kind, event: record, envelope: {} };
  if (kind === 'archive') {
    const { attributes, ...envelope } = record;
    return { kind, event: attributes as JsonObject, envelope };
  }
  const { message, ...envelope } = record;
  return { kind, event: parseExact(message as string) as JsonObject, envelope };
}

/** Values of every type, written as JSON: some are wrong wherever they are put, some mean nothing in places. */
const VALUES = [
  ...['null', '{}', '[]', 'true', 'false', '0', '1', '-1', '1.0', '1e3', '0.10', '-0', '1e400', '12345678901234567890.5'],
  ...['18446744073709551615', '9007199254740993', '-9223372036854775808', '"18446744073709551615"'],
  ...['""', '"null"', '"text"', '"/a/path"', '"\\ud800"', '"\\u0000"', '"md5:0"', '"constructor:0"'],
  ...['"2026-01-02T03:04:05.123456789+02:00"', '"2026-01-02t03:04:05z"', '"0001-01-01T00:00:00Z"', '"0000-01-01T00:00:00+23:00"'],
  ...['["a",1,null]', '[null]', '[[]]', '[{}]', '{"":null}', '{"x_new":{"m~n":[1,{"__proto__":{}}]}}', '{"__proto__":1}'],
];

/** How to damage or extend an event: what to do, where (counted through all objects and lists), and with what. */
export const mutation = fc.record({
  act: fc.constantFrom('add', 'add', 'replace', 'replace', 'empty'),
  place: fc.nat(),
  member: fc.nat(),
  key: fc.constantFrom(...STRANGE_KEYS),
  value: fc.oneof(fc.constantFrom(...VALUES), fc.json({ maxDepth: 2 })),
});
export type Mutation = typeof mutation extends fc.Arbitrary<infer T> ? T : never;

export function mutate(root: JsonObject, { act, place, member, key, value }: Mutation): void {
  const holders = [...holdersOf(root)];
  const holder = holders[place % holders.length] ?? root;
  const names = Object.keys(holder);
  const name = names[member % names.length];
  const parsed = parseExact(value);
  if (act === 'add' || name === undefined) {
    if (Array.isArray(holder)) holder.push(parsed);
    else define(holder, key, parsed);
  } else {
    define(holder as JsonObject, name, act === 'empty' ? (member % 2 === 0 ? null : {}) : parsed);
  }
}

/** Objects and lists, not those that a mutation has put under a strange key. */
function* holdersOf(value: unknown): Generator<JsonObject | unknown[]> {
  if (Array.isArray(value)) {
    yield value;
    for (const item of value) yield* holdersOf(item);
  } else if (isJsonObject(value)) {
    yield value;
    for (const [key, member] of Object.entries(value)) if (!STRANGE_KEYS.includes(key)) yield* holdersOf(member);
  }
}
