import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { memberText } from '../src/intake/member.ts';
import { parse } from '../src/intake/parse.ts';
import { shapeOfText } from '../src/intake/scan.ts';
import { unwrap } from '../src/intake/unwrap.ts';
import type { CwsEvent, Fault, Verdict } from '../src/types.ts';
import { jsonLines, runObject } from './support/objects.ts';
import { linuxEvent } from './valid-events.ts';

function unwrapText(text: string, maxDepth = 64): Verdict<CwsEvent> {
  const bytes = Buffer.from(text);
  const parsed = parse(bytes, shapeOfText(bytes), maxDepth);
  assert.ok(parsed.ok, text);
  return unwrap(parsed, bytes, maxDepth);
}

function eventIn(text: string): CwsEvent {
  const verdict = unwrapText(text);
  assert.ok(verdict.ok, text);
  return verdict;
}

function faultIn(text: string, maxDepth?: number): Fault {
  const verdict = unwrapText(text, maxDepth);
  assert.ok(!verdict.ok, text);
  return verdict.fault;
}

const EVENT = '{"agent":{"rule_id":"r"},"evt":{"name":"open"}}';
const TEXT = JSON.stringify(EVENT);

/** Record, and the envelope that is read from it. */
const ENVELOPES: readonly (readonly [name: string, record: string, envelope: object])[] = [
  ['bare', EVENT, { kind: 'bare' }],
  [
    'bare, with what a collector left beside it',
    `{"hostname":"h","ddtags":"a:b","status":"info",${EVENT.slice(1)}`,
    { kind: 'bare', host: 'h', tags: 'a:b', status: 'info' },
  ],
  [
    'intake with the event as text',
    `{"message":${TEXT},"hostname":"h","service":"s","ddtags":"a:b","ddsource":"src","status":"info","timestamp":1604188800000}`,
    { kind: 'intake', host: 'h', service: 's', tags: 'a:b', source: 'src', status: 'info', timestamp: 1_604_188_800_000 },
  ],
  ['intake with the event as an object', `{"message":${EVENT},"hostname":"h"}`, { kind: 'intake', host: 'h' }],
  [
    'collector',
    `{"timestamp":"2026-11-22T08:15:04.123Z","message":${TEXT},"host":"h"}`,
    { kind: 'intake', host: 'h', timestamp: '2026-11-22T08:15:04.123Z' },
  ],
  ['intake with white space around the event', `{"message":${JSON.stringify(` \r\n${EVENT}\n`)}}`, { kind: 'intake' }],
  [
    'archive',
    `{"_id":"AAA","date":"2026-11-22T08:15:04.123Z","host":"h","tags":["a:b"],"attributes":${EVENT}}`,
    { kind: 'archive', id: 'AAA', timestamp: '2026-11-22T08:15:04.123Z', host: 'h', tags: ['a:b'] },
  ],
  ['archive with the event in message as well', `{"attributes":${EVENT},"message":${TEXT}}`, { kind: 'archive', message: EVENT }],
  [
    'archive with the title as message',
    `{"attributes":${EVENT},"message":"A shell was opened"}`,
    { kind: 'archive', message: 'A shell was opened' },
  ],
  [
    'archive with the event in message only',
    `{"_id":"AAA","attributes":{"http":{}},"message":${TEXT}}`,
    { kind: 'intake', id: 'AAA', unknown: { attributes: { http: {} } } },
  ],
  [
    'members that nobody knows',
    `{"message":${TEXT},"file":"/var/log","n":null}`,
    { kind: 'intake', unknown: { file: '/var/log', n: null } },
  ],
  [
    'two names for one thing',
    `{"host":"a","hostname":"b","message":${TEXT}}`,
    { kind: 'intake', host: 'a', unknown: { hostname: 'b' } },
  ],
  [
    'hostile names',
    `{"constructor":1,"toString":2,"message":${TEXT}}`,
    { kind: 'intake', unknown: { constructor: 1, toString: 2 } },
  ],
  ['an agent event', '{"agent":{"rule_id":"heartbeat"}}', { kind: 'bare' }],
  ['a wrapper by its names inside the event', `{"attributes":{"x":1},${EVENT.slice(1)}`, { kind: 'bare' }],
];

describe('envelopes', () => {
  for (const [name, record, envelope] of ENVELOPES) {
    test(name, () => {
      const event = eventIn(record);
      const { names: _, ...members } = event.envelope;
      assert.deepEqual(members, envelope);
      assert.ok(event.plain['evt'] !== undefined || event.plain['agent'] !== undefined);
    });
  }

  test('__proto__ is a member like any other', () => {
    const { envelope } = eventIn(`{"__proto__":{"evt":1},"message":${TEXT}}`);
    assert.equal(JSON.stringify(envelope.unknown), '{"__proto__":{"evt":1}}');
    assert.equal(Object.getPrototypeOf(envelope.unknown), Object.prototype);
    assert.equal(faultIn(`{"__proto__":${EVENT}}`).code, 'envelope.unknown');
  });
});

/** Record, the code, and the path of the error. */
const REFUSED: readonly (readonly [name: string, record: string, code: string, path: string])[] = [
  ['another kind of log', '{"level":"info","msg":"GET /health 200"}', 'envelope.unknown', ''],
  ['an empty object', '{}', 'envelope.unknown', ''],
  ['a message that is a sentence', '{"message":"GET /health 200","service":"web"}', 'envelope.unknown', ''],
  ['a message of another log', '{"message":"{\\"level\\":\\"info\\"}"}', 'envelope.unknown', ''],
  ['a message that is a number', '{"message":7}', 'envelope.unknown', ''],
  ['a message that is a list', `{"message":[${EVENT}]}`, 'envelope.unknown', ''],
  ['evt that is not an object', '{"evt":"open"}', 'envelope.unknown', ''],
  ['a message that was cut', `{"message":${JSON.stringify(EVENT.slice(0, -5))}}`, 'envelope.message_truncated', '/message'],
  ['a message that is cut inside a text', '{"message":"{\\"evt\\":{\\"name\\":\\"op"}', 'envelope.message_truncated', '/message'],
  ['a message that is not JSON', '{"message":"{\\"evt\\"=>{}}"}', 'envelope.message_syntax', '/message'],
  [
    'a message with something behind the event',
    `{"message":${JSON.stringify(`${EVENT} x`)}}`,
    'envelope.message_syntax',
    '/message',
  ],
  ['a message with a key twice', '{"message":"{\\"evt\\":{\\"a\\":1,\\"a\\":2}}"}', 'json.duplicate_key', '/message'],
];

describe('records without an event', () => {
  for (const [name, record, code, path] of REFUSED) {
    test(name, () => {
      const fault = faultIn(record);
      assert.deepEqual([fault.code, fault.errors.map((error) => error.path)], [code, [path]]);
    });
  }

  test('a message that nests too deep', () => {
    const message = `{"evt":{"a":${'['.repeat(20)}${']'.repeat(20)}}}`;
    assert.equal(faultIn(JSON.stringify({ message }), 10).code, 'json.too_deep');
  });
});

describe('the text of an event is its own', () => {
  test('in every envelope', () => {
    for (const [, record] of ENVELOPES.slice(2, 9)) assert.equal(Buffer.from(eventIn(record).text).toString(), EVENT, record);
  });

  test('with its escapes, characters, digits and white space', () => {
    const events = [
      '{"evt" : {"name":"\\u006fpen"} , "a":"\\/é😀\\ud800"}',
      '{\n  "evt": {},\n  "n": 18446744073709551615\n}',
      '{"evt":{},"x":"\\"}{\\\\","message":"m","attributes":{"message":{}}}',
      '{\n"evt":{},\n"pretty":\n{\n"a":\n{"b":1}}}',
    ];
    for (const event of events) {
      assert.equal(Buffer.from(eventIn(JSON.stringify({ message: event, hostname: 'h' })).text).toString(), event, 'as text');
      if (/\n\{/.test(event)) continue;
      for (const record of [event, ` {"x":"attributes","message" :\t${event} }`, `{"n":1,"attributes":${event},"z":[{}]}`]) {
        assert.equal(Buffer.from(eventIn(record.trim()).text).toString(), event, record);
      }
    }
  });

  test('with every number of its own', () => {
    for (const record of [
      `{"evt":{"n":18446744073709551615}}`,
      '{"message":{"evt":{"n":18446744073709551615}}}',
      '{"attributes":{"evt":{"n":18446744073709551615}}}',
      '{"message":"{\\"evt\\":{\\"n\\":18446744073709551615}}"}',
    ]) {
      assert.equal(JSON.stringify(eventIn(record).exact), '{"evt":{"n":18446744073709551615}}');
    }
  });

  test('with lone surrogates, though no text in UTF-8 can hold them', () => {
    const event = eventIn('{"message":"{\\"evt\\":{},\\"a\\":\\"x\\ud800y\\"}"}');
    assert.equal(event.plain['a'], 'x\ud800y');
  });

  test('so that its id is the same in every delivery', async () => {
    const event = JSON.stringify(linuxEvent());
    const records = [
      event,
      JSON.stringify({ message: event }),
      `{"message":${event},"hostname":"h"}`,
      `{"_id":"A","attributes":${event}}`,
      JSON.stringify({ message: `\n${event} ` }),
    ];
    const { events, receipt } = await runObject(`${records.join('\n')}\n`);
    assert.equal(receipt.counts.valid, records.length);
    assert.equal(new Set(events.map(({ event_id }) => event_id)).size, 1);
    const { events: others } = await runObject(jsonLines([{ ...linuxEvent(), title: 'Another title' }]));
    assert.notEqual(others[0]?.event_id, events[0]?.event_id);
  });
});

test('the text of a member is found whatever stands around it', () => {
  const name = fc.oneof(fc.string(), fc.constantFrom('message', 'attributes', '__proto__', '"', '\\', 'me\\ssage', '\u0000'));
  const members = fc.dictionary(name, fc.jsonValue({ maxDepth: 3 }), { maxKeys: 5 });
  const spaces = fc.constantFrom(undefined, 1, '\t');
  fc.assert(
    fc.property(members, members, fc.dictionary(fc.string(), fc.jsonValue()), spaces, (before, after, wanted, indent) => {
      const { wanted: _, ...rest } = { ...before, ...after };
      const split = Object.entries(rest);
      const all = Object.fromEntries([...split.slice(0, 2), ['wanted', wanted], ...split.slice(2)]);
      const text = JSON.stringify(all, null, indent);
      const found = memberText(Buffer.from(text), 'wanted').toString();
      assert.equal(JSON.stringify(JSON.parse(found)), JSON.stringify(wanted));
      assert.equal(found, found.trim());
      assert.ok(text.includes(found));
    }),
    { numRuns: 1000 },
  );
});
