/** Every kind of event → the same object refs. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { readTrigger } from '../src/intake/trigger/trigger.ts';
import type { ObjectRef } from '../src/types.ts';
import { eventBridgeEvent, s3Event, s3Record, TRIGGER_SHAPES } from './support/trigger-events.ts';

const KEYS = [
  'plain.json',
  'a/b/c.json',
  'a b+c=d&é.json',
  'a%20b.json',
  'plus%2B.json',
  '100%.json',
  'dt=2026-11-22/日本語.json',
  '😀.json',
  'line\nbreak.json',
  'quote\'"\\.json',
  '../dots/./..json',
  'folder/',
];

function refsOf(event: unknown): readonly ObjectRef[] {
  const { items } = readTrigger(event);
  for (const { problems } of items) assert.deepEqual(problems, []);
  return items.flatMap(({ refs }) => refs);
}

for (const { name, kind, tells, items, event } of TRIGGER_SHAPES) {
  describe(name, () => {
    test('names the same objects as every other kind', () => {
      const refs = KEYS.map((key) => ({ bucket: 'in', key }));
      for (const ref of refs) assert.deepEqual(refsOf(event([ref])), [ref]);
      assert.equal(readTrigger(event(refs)).kind, kind);
      assert.equal(readTrigger(event(refs)).items.length, items === 'each' ? refs.length : 1);
      if (items !== 'single') assert.deepEqual(refsOf(event(refs)), refs);
    });

    test('says which version, where it can', () => {
      const ref = { bucket: 'in', key: 'a.json', versionId: 'IYV3p45BT0ac8hjHg1houSdS1a.Mro8e' };
      const expected = tells.includes('version') ? ref : { bucket: 'in', key: 'a.json' };
      assert.deepEqual(refsOf(event([ref])), [expected]);
    });

    test('passes over an empty folder, and not over an empty object', () => {
      const folder = { bucket: 'in', key: 'folder/' };
      const empty = { bucket: 'in', key: 'empty.json' };
      const ignored = readTrigger(event([{ ...folder, size: 0 }])).items.flatMap((item) => item.ignored);
      assert.deepEqual(ignored, tells.includes('size') ? [{ why: 'folder_marker', ref: folder }] : []);
      assert.deepEqual(refsOf(event([{ ...folder, size: 0 }])), tells.includes('size') ? [] : [folder]);
      assert.deepEqual(refsOf(event([{ ...empty, size: 0 }])), [empty]);
    });

    test('carries any key and version unharmed', () => {
      const piece = fc.oneof(
        fc.string({ unit: 'grapheme', minLength: 1 }),
        fc.constantFrom('+', '%', '%2B', ' ', '\n', '/', '"', '\\'),
      );
      const key = fc.array(piece, { minLength: 1, maxLength: 8 }).map((pieces) => pieces.join(''));
      const version = fc.option(fc.stringMatching(/^[A-Za-z0-9._]{1,32}$/), { nil: undefined });
      fc.assert(
        fc.property(fc.array(fc.tuple(key, version), { minLength: 1, maxLength: items === 'single' ? 1 : 4 }), (named) => {
          const refs = named.map(([each, versionId]) => ({
            bucket: 'in',
            key: each,
            ...(versionId !== undefined && tells.includes('version') && { versionId }),
          }));
          assert.deepEqual(refsOf(event(refs)), refs);
        }),
        { numRuns: 200 },
      );
    });
  });
}

test('each message and task has its id', () => {
  const ids = TRIGGER_SHAPES.map(({ event }) => readTrigger(event([{ bucket: 'in', key: 'a' }])).items[0]?.id);
  assert.deepEqual(new Set(ids), new Set(['', 'message-0', 'task-0']));
});

test('a list by hand may name objects of several buckets', () => {
  assert.deepEqual(
    refsOf([
      { bucket: 'one', keys: ['a', 'b'] },
      { bucket: 'two', key: 'c' },
    ]),
    [
      { bucket: 'one', key: 'a' },
      { bucket: 'one', key: 'b' },
      { bucket: 'two', key: 'c' },
    ],
  );
});

for (const [encoded, key] of [
  ['a+b.json', 'a b.json'],
  ['a%2Bb.json', 'a+b.json'],
  ['a%20b.json', 'a b.json'],
  ['100%25.json', '100%.json'],
  ['plus%252B.json', 'plus%2B.json'],
  ['dt%3D2026-11-22/%E6%97%A5.json', 'dt=2026-11-22/日.json'],
] as const) {
  test(`S3 writes ${key} as ${encoded}, and EventBridge as it is`, () => {
    const event = s3Event([{ bucket: 'in', key: 'x' }]);
    for (const { s3 } of event.Records) s3.object.key = encoded;
    assert.deepEqual(refsOf(event), [{ bucket: 'in', key }]);
    assert.deepEqual(refsOf(eventBridgeEvent({ bucket: 'in', key: encoded })), [{ bucket: 'in', key: encoded }]);
  });
}

test('every way of creating an object counts, and several records keep their order', () => {
  const names = ['Put', 'Post', 'Copy', 'CompleteMultipartUpload'].map((way) => `ObjectCreated:${way}`);
  const Records = [...names, 's3:ObjectCreated:Put'].map((name, index) => s3Record({ bucket: 'in', key: `${9 - index}` }, name));
  assert.deepEqual(
    refsOf({ Records }).map(({ key }) => key),
    ['9', '8', '7', '6', '5'],
  );
});
