import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { duplicateKey, type Parsed, parse } from '../src/intake/parse.ts';
import { shapeOfText } from '../src/intake/scan.ts';
import type { Verdict } from '../src/types.ts';

const MAX_DEPTH = 64;

function parseText(text: string | Buffer, maxDepth = MAX_DEPTH): Verdict<Parsed> {
  const bytes = Buffer.from(text);
  return parse(bytes, shapeOfText(bytes), maxDepth);
}

function faultOf(text: string | Buffer, maxDepth?: number) {
  const verdict = parseText(text, maxDepth);
  assert.ok(!verdict.ok, String(text));
  return verdict.fault;
}

const SECRET = 'hunter2';
const S = JSON.stringify(SECRET);

/** Text, the byte at which it goes wrong, and what JSON allows there. */
type Row = readonly [text: string, offset: number, expected: string];

const SYNTAX: readonly Row[] = [
  ['hunter2', 0, 'a value'],
  ['  hunter2', 2, 'a value'],
  ['{hunter2}', 1, 'a key or }'],
  ["{'hunter2':1}", 1, 'a key or }'],
  ['{1:2}', 1, 'a key or }'],
  ['{,}', 1, 'a key or }'],
  ['{]', 1, 'a key or }'],
  [`{${S}}`, 10, ':'],
  [`{${S} ${S}}`, 11, ':'],
  [`{${S}=1}`, 10, ':'],
  ['{"é":=}', 6, 'a value'],
  ['{"a":}', 5, 'a value'],
  ['{"a":,}', 5, 'a value'],
  ['{"a":hunter2}', 5, 'a value'],
  ['{"a":nul}', 5, 'a value'],
  ['{"a":True}', 5, 'a value'],
  ['{"a":NaN}', 5, 'a value'],
  ['{"a":-Infinity}', 5, 'a value'],
  ['{"a":undefined}', 5, 'a value'],
  ['{"a":+1}', 5, 'a value'],
  ['{"a":.5}', 5, 'a value'],
  ['{"a":-}', 5, 'a value'],
  ['{"a":01}', 6, ', or }'],
  ['{"a":0x1F}', 6, ', or }'],
  ['{"a":1.}', 6, ', or }'],
  ['{"a":1.e5}', 6, ', or }'],
  ['{"a":1e}', 6, ', or }'],
  ['{"a":1_000}', 6, ', or }'],
  [`{"a":1 ${S}:2}`, 7, ', or }'],
  ['{"a":1]', 6, ', or }'],
  ['{"a":1:2}', 6, ', or }'],
  ['{"a":1,}', 7, 'a key'],
  ['{"a":1,,"b":2}', 7, 'a key'],
  ['{"a":1,hunter2:2}', 7, 'a key'],
  ['{"a":1}}', 7, 'the end of the record'],
  [`{"a":1} ${S}`, 8, 'the end of the record'],
  ['{"a":1}{"b":2}', 7, 'the end of the record'],
  ['{"a":"hunter2\u0001"}', 13, 'a value'],
  ['{"a":"hunter2\t"}', 13, 'a value'],
  ['{"a":"C:\\Temp"}', 8, 'a value'],
  ['{"a":"\\x41"}', 6, 'a value'],
  ['{"a":"\\u12G4"}', 6, 'a value'],
  ['{"a":"\\\'"}', 6, 'a value'],
  ['{"a\u0000":1}', 3, 'a key or }'],
  ['{"a":[1,]}', 8, 'a value'],
  ['{"a":[,1]}', 6, 'a value or ]'],
  ['{"a":[1 2]}', 8, ', or ]'],
  ['{"a":[1}', 7, ', or ]'],
  ['{"a":[}', 6, 'a value or ]'],
  ['{"a":[{"b":1},{"c":hunter2}]}', 19, 'a value'],
  ['{"a":1//hunter2\n}', 6, ', or }'],
  ['{/*hunter2*/"a":1}', 1, 'a key or }'],
  ['\uFEFF{"a":1}', 0, 'a value'],
  ['\u00a0{"a":1}', 0, 'a value'],
  ['2026-11-22 08:15:04 hunter2', 4, 'the end of the record'],
  ['1 2', 2, 'the end of the record'],
  [']', 0, 'a value'],
  ['}', 0, 'a value'],
];

const TRUNCATED: readonly Row[] = [
  ['', 0, 'a value'],
  ['{', 1, 'a key or }'],
  ['{"hunter2', 1, 'a key or }'],
  [`{${S}`, 10, ':'],
  [`{${S}:`, 11, 'a value'],
  ['{"a":"hunter2', 5, 'a value'],
  ['{"a":"hunter2\\', 5, 'a value'],
  ['{"a":"\\u00', 5, 'a value'],
  ['{"a":t', 5, 'a value'],
  ['{"a":nul', 5, 'a value'],
  ['{"a":-', 5, 'a value'],
  ['{"a":1', 6, ', or }'],
  ['{"a":1.', 6, ', or }'],
  ['{"a":1e', 6, ', or }'],
  ['{"a":1e+', 6, ', or }'],
  ['{"a":1,', 7, 'a key'],
  ['{"a":[', 6, 'a value or ]'],
  ['{"a":[1', 7, ', or ]'],
  ['{"a":[1,', 8, 'a value'],
  ['{"a":{"b":[]', 12, ', or }'],
];

for (const [code, rows] of [
  ['json.syntax', SYNTAX],
  ['json.truncated', TRUNCATED],
] as const) {
  describe(code, () => {
    for (const [text, offset, expected] of rows) {
      test(JSON.stringify(text), () => {
        const fault = faultOf(text);
        assert.equal(fault.code, code);
        assert.equal(fault.errors.length, 1);
        assert.equal(fault.errors[0]?.expected, `${expected} at byte ${offset}`);
        assert.ok(!JSON.stringify(fault).includes(SECRET), 'a fault quotes nothing');
      });
    }
  });
}

test('a record cut at a line break is truncated, wherever the cut is', () => {
  for (const [text] of TRUNCATED.filter(([cut]) => !/"(?:hunter2|\\u00)\\?$/.test(cut)))
    assert.equal(faultOf(`${text}\r\n`).code, 'json.truncated', text);
});

const object = fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue({ maxDepth: 4 }));

test('valid text parses, and every beginning of it is truncated', () => {
  fc.assert(
    fc.property(
      object,
      fc.constantFrom(undefined, 2),
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      (value, indent, share) => {
        const text = JSON.stringify(value, null, indent);
        const verdict = parseText(text);
        assert.ok(verdict.ok);
        assert.deepEqual(verdict.plain, JSON.parse(text));
        const characters = [...text];
        assert.equal(faultOf(characters.slice(0, Math.floor(characters.length * share)).join('')).code, 'json.truncated');
      },
    ),
    { numRuns: 1000 },
  );
});

test('text that a parser refuses is never accepted, and what is said of it quotes nothing', () => {
  const marks = fc.constantFrom('{', '}', '[', ']', ':', ',', '"', '\\', '\n', '1', '-', '.', 'e', 'true', S, ' ', '\u0001');
  fc.assert(
    fc.property(
      fc.array(marks, { maxLength: 12 }).map((parts) => `{${parts.join('')}`),
      (text) => {
        const verdict = parseText(text);
        if (verdict.ok) return void JSON.parse(text);
        assert.match(verdict.fault.code, /^json\.(syntax|truncated)$/);
        assert.throws(() => JSON.parse(text), SyntaxError);
        assert.ok(!JSON.stringify(verdict.fault).includes(SECRET));
      },
    ),
    { numRuns: 3000 },
  );
});

describe('what is JSON but not a record', () => {
  for (const [text, found] of [
    ['null', 'null'],
    ['[1,{"evt":{}}]', 'array'],
    [S, 'string'],
    ['42', 'number'],
    ['true', 'boolean'],
    ['18446744073709551615', 'number'],
  ] as const) {
    test(text, () => {
      const fault = faultOf(text);
      assert.equal(fault.code, 'json.not_object');
      assert.deepEqual(fault.errors, [{ path: '', keyword: 'type', expected: 'object', found }]);
    });
  }
});

describe('duplicate keys', () => {
  for (const text of [
    '{"a":1,"a":1}',
    '{"a":{"b":1,"c":2,"b":3}}',
    '{"a":[{"b":1},{"b":1,"b":1}]}',
    '{"__proto__":1,"__proto__":2}',
    '{"a":{"__proto__":{},"__proto__":{}}}',
    '{"constructor":1,"constructor":2}',
    '{"a":1,"\\u0061":2}',
    '{"1":1,"1":2}',
    '{"a":18446744073709551615,"a":1}',
    '{"":1,"":2}',
  ]) {
    test(text, () => {
      const parsed = parseText(text);
      assert.ok(parsed.ok);
      assert.equal(duplicateKey(parsed.plain, parsed.members)?.code, 'json.duplicate_key');
    });
  }

  test('are not seen where there are none', () => {
    for (const text of [
      '{"a":{"a":{"a":1}}}',
      '{"a":[{"a":1},{"a":1}]}',
      '{"__proto__":{"a":1},"a":1}',
      '{"toString":1,"hasOwnProperty":2}',
      '{"a":"\\"a\\":1"}',
      '{"a":1,"A":2}',
    ]) {
      const parsed = parseText(text);
      assert.ok(parsed.ok && duplicateKey(parsed.plain, parsed.members) === undefined, text);
    }
  });
});

describe('bytes', () => {
  test('that are not UTF-8 are refused', () => {
    for (const bytes of [[0xff], [0xc3], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf5, 0x80, 0x80, 0x80], [0xe2, 0x82]]) {
      const text = Buffer.concat([Buffer.from('{"a":"'), Buffer.from(bytes), Buffer.from('"}')]);
      assert.equal(faultOf(text).code, 'json.encoding');
    }
  });

  test('of escaped lone surrogates stay as they are', () => {
    const text = '{"a":"\\ud800","\\udfff":"x\\udc00y"}';
    const verdict = parseText(text);
    assert.ok(verdict.ok);
    assert.equal(JSON.stringify(verdict.exact), text);
  });
});

test('nesting is allowed to the limit and no deeper', () => {
  const nested = (depth: number) => `{"a":${'['.repeat(depth - 1)}${']'.repeat(depth - 1)}}`;
  assert.ok(parseText(nested(8), 8).ok);
  const fault = faultOf(nested(9), 8);
  assert.equal(fault.code, 'json.too_deep');
  assert.deepEqual(fault.errors, [{ path: '', keyword: 'maxDepth', expected: 'at most 8 levels', found: '9 levels' }]);
  assert.equal(faultOf(nested(1_000_000), 512).code, 'json.too_deep');
});
