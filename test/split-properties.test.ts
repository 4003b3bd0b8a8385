/** What must hold of the splitter and the scan for any bytes and any chunks. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { shapeOfText } from '../src/intake/scan.ts';
import { chunksOf, splitChunks, splitText } from './support/split.ts';

/** Pieces that mean something to the splitter, so that random sequences of them get everywhere in it. */
const PIECES = [
  ...['{', '}', '[', ']', '"', '\\', ',', ':', '\n', '\r\n', ' ', '\t', '\uFEFF', 'x', 'e', '1', '-1.5E3', 'é', '😀'],
  ...['{"a":1}', '{"a":"}"}', '{"b":[{"c":{}}]}', '[1,2]', 'null', '12345678901234567', '"text"', '\n{', '\n{"a":1}\n'],
  ...[
    '{"Records":[',
    '{"events": [\n',
    ']}',
    '{"Records":1}',
    '{"Rec',
    '"Records"',
    ',"next":1}',
    '{"cut":"y\n',
    '2026 WARN lost\n',
  ],
];
const hostile = fc.oneof(
  { weight: 8, arbitrary: fc.array(fc.constantFrom(...PIECES), { maxLength: 40 }).map((pieces) => Buffer.from(pieces.join(''))) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)) },
);
const sizes = fc.oneof(fc.constant([1]), fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 8 }));
const limits = fc.record({ maxRecordBytes: fc.integer({ min: 1, max: 30 }), maxRawBytes: fc.integer({ min: 1, max: 40 }) });

test('chunks never change a record', () => {
  fc.assert(
    fc.property(hostile, sizes, fc.option(limits, { nil: undefined }), (bytes, cuts, given) => {
      assert.deepEqual(splitChunks(chunksOf(bytes, cuts), given), splitChunks([bytes], given));
    }),
    { numRuns: 3000 },
  );
});

test('every byte belongs to a record or to a separator', () => {
  const separators = /^(?:[\s,[\]}]|\{\s*"(?:Records|events)"\s*:\s*\[)*$/;
  fc.assert(
    fc.property(hostile, (bytes) => {
      const { records, account } = splitText(bytes);
      let between = '';
      let at = 0;
      for (const { offset, length, line, bytes: own } of records) {
        assert.ok(offset >= at, 'records do not overlap');
        between += bytes.toString('utf8', at, offset);
        at = offset + length;
        assert.deepEqual(own, bytes.subarray(offset, at));
        assert.equal(line, 1 + bytes.subarray(0, offset).filter((byte) => byte === 0x0a).length);
      }
      between += bytes.toString('utf8', at);
      assert.match(between, separators);
      assert.equal(account.betweenRecords, bytes.length - records.reduce((sum, { length }) => sum + length, 0));
      assert.equal(account.inRecords, bytes.length - account.betweenRecords);
    }),
    { numRuns: 3000 },
  );
});

const document = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 5 }));
const texts = fc.tuple(fc.array(document, { minLength: 1, maxLength: 6 }), fc.constantFrom(undefined, 1, 2, '\t'));

test('documents come out as they went in, in every framing', () => {
  fc.assert(
    fc.property(texts, sizes, ([documents, indent], cuts) => {
      const written = documents.map((value) => JSON.stringify(value, null, indent));
      const isWrapper = (text: string | undefined) => /^\{\s*"(Records|events)"\s*:\s*\[/.test(text ?? '');
      fc.pre(!written.some(isWrapper));
      for (const input of [
        written.join('\n'),
        written.join(''),
        `${written.join('\r\n')}\r\n`,
        `[${written.join(',')}]`,
        `[ ${written.join(' ,\n ')}\n]`,
        `{"Records":[${written.join(', ')}]}`,
        `{ "events": [\n ${written.join(',\n ')} ] }\n`,
      ]) {
        const { records } = splitChunks(chunksOf(Buffer.from(input), cuts));
        assert.deepEqual(
          records.map(({ bytes }) => bytes.toString()),
          written,
          input,
        );
      }
    }),
    { numRuns: 300 },
  );
});

test('the shape of a text is what a parser finds', () => {
  const number = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer(), fc.maxSafeInteger()).map(String);
  const big = fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }).map(String);
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 5 },
      number,
      big,
      fc.constantFrom('true', 'null', '"e1"', '"12345678901234567"'),
      tie('list'),
      tie('object'),
    ),
    list: fc.array(tie('value'), { maxLength: 4 }).map((items) => `[${items.join(', ')}]`),
    object: fc.dictionary(fc.string(), tie('value'), { maxKeys: 4 }).map(
      (members) =>
        `{${Object.entries(members)
          .map(([key, text]) => `${JSON.stringify(key)}:\n${text}`)
          .join(',\n')}}`,
    ),
  }));
  fc.assert(
    fc.property(value as fc.Arbitrary<string>, (inner) => {
      const text = `{"value":${inner}}`;
      const shape = shapeOfText(Buffer.from(text));
      const parsed: unknown = JSON.parse(text);
      assert.equal(shape.depth, depthOf(parsed));
      assert.equal(shape.members, membersOf(parsed));
      const numbers = text.replace(/"(?:[^"\\]|\\.)*"/g, '""').match(/-?\d[-+.eE\d]*/g) ?? [];
      assert.equal(
        shape.exact,
        numbers.some((token) => token.length > 15 || /e/i.test(token)),
      );
    }),
    { numRuns: 1000 },
  );
});

function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}

function membersOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  const inside = Object.values(value).reduce((sum: number, member) => sum + membersOf(member), 0);
  return inside + (Array.isArray(value) ? 0 : Object.keys(value).length);
}
