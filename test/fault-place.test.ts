/** Where an example looks for its fault. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { faultPlace, withoutPlace } from '../src/report/fault-place.ts';

const EVENT = '{"date":"x","process":{"pid":7,"args":["-c","{\\"a\\":1}"],"a/b":null},"file":{}}';
const inMessage = (text: string) => JSON.stringify({ host: 'é😀', message: ` ${text}` });

describe('a fault is found', () => {
  const from = (text: string, path: string) => text.slice(faultPlace(text, { path, keyword: 'type', expected: 'x' }));

  test('by its pointer: in the event, in its attributes, in its message', () => {
    for (const [path, begins] of [
      ['/date', '"x"'],
      ['/process', '{"pid'],
      ['/process/pid', '7,'],
      ['/process/args/1', '"{'],
      ['/process/a~1b', 'null'],
      ['/file', '{}'],
    ] as const) {
      assert.ok(from(EVENT, path).startsWith(begins), path);
      assert.ok(from(`{"id":1,"attributes":${EVENT}}`, path).startsWith(begins), path);
      assert.ok(from(inMessage(EVENT), path).startsWith(JSON.stringify(begins).slice(1, -1)), path);
    }
  });

  test('at what is nearest above it when it is absent', () => {
    assert.ok(from(EVENT, '/process/credentials/uid').startsWith('{"pid"'));
    assert.equal(from(EVENT, '/capabilities'), EVENT);
  });

  test('by its byte, of the record or of its message', () => {
    const cut = '{"name":"é😀","a":tru!';
    const fault = { keyword: 'syntax', expected: `a value at byte ${Buffer.byteLength(cut) - 4}` };
    assert.equal(cut.slice(faultPlace(cut, { ...fault, path: '' })), 'tru!');
    assert.ok(
      inMessage(cut)
        .slice(faultPlace(inMessage(cut), { ...fault, path: '/message' }))
        .startsWith('tru!"'),
    );
  });

  test('by the depth that is too deep', () => {
    const deep = `{"a":"[[[[","b":${'['.repeat(9)}${']'.repeat(9)}}`;
    const fault = { keyword: 'maxDepth', expected: 'at most 4 levels' };
    assert.equal(faultPlace(deep, { ...fault, path: '' }), deep.indexOf('":[') + 2 + 3);
    assert.equal(faultPlace(inMessage(deep), { ...fault, path: '/message' }), inMessage(deep).indexOf('":[') + 2 + 3);
  });
});

test('whatever the text, the place is in it', () => {
  const path = fc.constantFrom('', '/message', '/a/b', '/a/0', '/attributes');
  const expected = fc.oneof(
    fc.nat(300).map((byte) => `":" at byte ${byte}`),
    fc.constant('at most 1 levels'),
  );
  const text = fc.oneof(
    fc.string(),
    fc.json(),
    fc.json().map(inMessage),
    fc.json().map((json) => json.slice(0, json.length / 2)),
  );
  fc.assert(
    fc.property(text, path, expected, fc.constantFrom('syntax', 'maxDepth', 'type'), (whole, pointer, wanted, keyword) => {
      const place = faultPlace(whole, { path: pointer, keyword, expected: wanted });
      assert.ok(place >= 0 && place <= whole.length, String(place));
    }),
  );
});

test('what is expected at many places is told without one of them', () => {
  assert.equal(withoutPlace('a value or ] at byte 901'), 'a value or ]');
  assert.equal(withoutPlace('at most 64 levels'), 'at most 64 levels');
});
