import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { ENVELOPES } from '../src/generate/envelope.ts';
import { VARIETIES } from '../src/generate/render.ts';
import { parse } from '../src/intake/parse.ts';
import { unwrap } from '../src/intake/unwrap.ts';
import { json } from '../src/json.ts';
import { normalize } from '../src/normalize/normalize.ts';
import type { JsonObject } from '../src/types.ts';
import { validate } from '../src/validate/validate.ts';
import { closedSchema } from './support/closed-schemas.ts';
import { foundLeaves, foundTags, valueAt } from './support/found.ts';
import { normalized, SOURCE } from './support/judged.ts';
import { inUtc, isSameValue, type Leaf, leavesOf, parseExact } from './support/leaves.ts';
import { mutate, mutation, type Parcel, parcelOf, recordOf } from './support/parcels.ts';
import { splitText } from './support/split.ts';

const assertEvent = closedSchema('normalized-event');
const MAX_DEPTH = 64;

/** Normalizes without asking whether the event is valid: nothing may be lost of an invalid one either. */
function normalizeText(text: string): { readonly text: string; readonly output: JsonObject } | undefined {
  const [record] = splitText(text).records;
  const parsed = record && parse(record.bytes, record.shape, MAX_DEPTH);
  if (!record || !parsed?.ok) return undefined;
  const event = unwrap(parsed, record.bytes, MAX_DEPTH);
  if (!event.ok) return undefined;
  const before = JSON.stringify(event.exact);
  const written = JSON.stringify(
    normalize(event, validate(event.plain, { conformance: 'compat', maxErrors: 1 }).identity, SOURCE),
  );
  assert.equal(JSON.stringify(event.exact), before, 'the event must not be changed');
  return { text: written, output: parseExact(written) as JsonObject };
}

/** Leaves of the envelope; its tags are looked at apart. */
function envelopeLeaves({ envelope, event }: Parcel): Leaf[] {
  return Object.entries(envelope).flatMap(([name, value]): Leaf[] => {
    if (name === 'ddtags' || name === 'tags') return [];
    const leaves = leavesOf({ [name]: value });
    const isSaid = (name === 'service' && value === event['service']) || (name === 'message' && value === event['title']);
    if (isSaid) return [];
    const millis = ['timestamp', 'date'].includes(name) && json.isRawJSON(value) ? Number(value.rawJSON) : Number.NaN;
    const instant = Number.isInteger(millis) && Math.abs(millis) < 1e14 ? [JSON.stringify(new Date(millis).toISOString())] : [];
    return leaves.map((leaf) => ({ ...leaf, path: `(envelope)/${leaf.path}`, forms: [...leaf.forms, ...instant] }));
  });
}

function assertAllFound(parcel: Parcel, output: JsonObject): void {
  const found = foundLeaves(output, parcel.event);
  const take = ({ forms }: Leaf): boolean => {
    const form = forms.find((text) => (found.get(text) ?? 0) > 0);
    if (form !== undefined) found.set(form, (found.get(form) ?? 0) - 1);
    return form !== undefined;
  };
  const leaves = [...leavesOf(parcel.event), ...envelopeLeaves(parcel)];
  // Those with one form go first, so that none with a choice takes theirs.
  leaves.sort((a, b) => Number(a.optional) - Number(b.optional) || a.forms.length - b.forms.length);
  const lost = leaves.filter((leaf) => !take(leaf) && !leaf.optional);
  assert.deepEqual(lost, [], 'every leaf is in the output');
  assertTagsFound(parcel, output);
  assertExtraIsInput(parcel, output);
}

function assertTagsFound({ envelope }: Parcel, output: JsonObject): void {
  const given = envelope['ddtags'] ?? envelope['tags'];
  const items: unknown = typeof given === 'string' ? given.split(',') : given;
  if (!Array.isArray(items) || !items.every((item) => typeof item === 'string')) return;
  const found = foundTags(output);
  for (const item of items.map((text) => text.trim())) assert.ok(item === '' || found.has(item), `the tag ${item}`);
}

/** What is kept stands at its own place of the input, and unchanged. */
function assertExtraIsInput({ event, envelope, kind }: Parcel, output: JsonObject): void {
  const root = kind === 'bare' ? { ...event, ...envelope } : event;
  const within = (output['envelope'] ?? {}) as JsonObject;
  for (const [from, extra] of [
    [root, output['extra']],
    [envelope, within['extra']],
  ] as const) {
    for (const [pointer, value] of Object.entries((extra ?? {}) as JsonObject)) {
      // One that was read in part is kept less the part that was.
      if (/\/mount\/(mp|root)$/.test(pointer)) continue;
      assert.ok(isSameValue(valueAt(from, pointer), value), `${pointer} is ${JSON.stringify(value)}`);
    }
  }
}

const parcels = fc
  .record({ variety: fc.nat(VARIETIES.length - 1), kind: fc.constantFrom(...ENVELOPES), seed: fc.nat(1_000_000) })
  .map(({ variety, kind, seed }) => ({ about: `${JSON.stringify(VARIETIES[variety])} ${kind} ${seed}`, variety, kind, seed }));

describe('every leaf of the input is in the output or on the list of exceptions', () => {
  it('of events as agents write them', () => {
    fc.assert(
      fc.property(parcels, ({ variety, kind, seed }) => {
        const parcel = parcelOf(variety, kind, seed);
        const result = normalizeText(recordOf(parcel));
        assert.ok(result);
        assertAllFound(parcel, result.output);
        assertEvent(JSON.parse(result.text));
      }),
      { numRuns: 1000 },
    );
  });

  it('of events with unknown keys, wrong types, nulls and empty objects anywhere', () => {
    let normalizedEvents = 0;
    fc.assert(
      fc.property(
        parcels,
        fc.array(mutation, { minLength: 1, maxLength: 6 }),
        fc.array(mutation, { maxLength: 2 }),
        ({ variety, kind, seed }, inEvent, inEnvelope) => {
          const parcel = parcelOf(variety, kind, seed);
          for (const change of inEvent) mutate(parcel.event, change);
          if (kind !== 'bare') for (const change of inEnvelope) mutate(parcel.envelope, change);
          const result = normalizeText(recordOf(parcel));
          // Without evt or agent it is no event any more.
          if (result === undefined) return;
          normalizedEvents++;
          assertAllFound(parcel, result.output);
          assertEvent(JSON.parse(result.text));
        },
      ),
      { numRuns: 2000 },
    );
    assert.ok(normalizedEvents > 1600, String(normalizedEvents));
  });

  it('of bare events with the members of an intake payload beside their own', () => {
    fc.assert(
      fc.property(fc.nat(VARIETIES.length - 1), fc.nat(), fc.array(mutation, { maxLength: 2 }), (variety, seed, changes) => {
        const { event, envelope } = parcelOf(variety, 'intake', seed);
        const { service: _service, ...members } = envelope;
        for (const change of changes) mutate(members, { ...change, act: 'replace', place: 0 });
        const parcel: Parcel = { kind: 'bare', event, envelope: members };
        const result = normalizeText(recordOf(parcel));
        assert.ok(result);
        assertAllFound(parcel, result.output);
        assertEvent(JSON.parse(result.text));
      }),
      { numRuns: 300 },
    );
  });
});

describe('the check itself', () => {
  it('notices a leaf that is gone, and one that is kept at another place', () => {
    const parcel = parcelOf(
      VARIETIES.findIndex(({ generation, type }) => generation === 'linux' && type === 'open'),
      'bare',
      1,
    );
    mutate(parcel.event, { act: 'add', place: 0, member: 0, key: 'a/b', value: '18446744073709551615' });
    const output = normalizeText(recordOf(parcel))?.output ?? {};
    assertAllFound(parcel, output);
    const { comm: _comm, ...process } = output['process'] as JsonObject;
    assert.throws(() => assertAllFound(parcel, { ...output, process }), /every leaf/);
    assert.throws(() => assertAllFound(parcel, { ...output, extra: {} }), /every leaf/);
    const extra = output['extra'] as JsonObject;
    assert.throws(() => assertAllFound(parcel, { ...output, extra: { '/a~01b': extra['/a~1b'] } }), /a~01b/);
  });
});

describe('digits', () => {
  const written = (more: object): string => {
    const process = { pid: 1, executable_path: '/bin/sh' };
    return normalized(JSON.stringify({ agent: { rule_id: 'r' }, evt: { name: 'fork' }, process, ...more })).text;
  };
  const rows: readonly (readonly [string, object, string])[] = [
    ['an inode', { file: { inode: json.rawJSON('18446744073709551615') } }, '"file":{"inode":18446744073709551615}'],
    ['a span id that was a number', { dd: { span_id: json.rawJSON('9007199254740993') } }, '"dd":{"span_id":"9007199254740993"}'],
    ['an unknown number', { x_new: json.rawJSON('0.1000000000000000055') }, '"/x_new":0.1000000000000000055'],
    [
      'nanoseconds',
      { process: { executable_path: '/', exec_time: '2026-01-02T03:04:05.123456789Z' } },
      '"exec_time":"2026-01-02T03:04:05.123456789Z"',
    ],
    ['an offset', { date: '2026-01-01T01:30:00.1200+05:30' }, '"time":"2025-12-31T20:00:00.1200Z"'],
    ['milliseconds of a time', { date: '2026-01-01T01:30:00.1239+05:30' }, '"time_ms":1767211200123'],
  ];
  for (const [name, more, expected] of rows) {
    it(`${name} keeps every digit`, () => assert.ok(written(more).includes(expected), written(more)));
  }

  it('a time in UTC is the same instant', () => {
    assert.equal(inUtc('2026-01-01T01:30:00.1200+05:30'), '2025-12-31T20:00:00.1200Z');
  });
});
