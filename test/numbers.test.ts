/** Numbers of any size keep every digit from parsing to writing. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { parse } from '../src/intake/parse.ts';
import { shapeOfText } from '../src/intake/scan.ts';

function written(text: string): string {
  const bytes = Buffer.from(text);
  const verdict = parse(bytes, shapeOfText(bytes), 512);
  assert.ok(verdict.ok, text);
  assert.deepEqual(verdict.plain, JSON.parse(text), 'the plain value is left alone');
  return JSON.stringify(verdict.exact);
}

const KEPT = [
  '18446744073709551615',
  '9007199254740993',
  '-9007199254740993',
  '-9223372036854775808',
  '123456789012345678901234567890123456789012345678901234567890',
  '1e400',
  '-1E-400',
  '0.1000000000000000055511151231257827',
  '12345678901234567890.5',
  '1234567890123456.7',
];

describe('digits are kept', () => {
  for (const token of KEPT) {
    test(token, () => {
      for (const text of [`{"a":${token}}`, `{"a":[1,${token},{"b":${token}}],"c":"${token}"}`])
        assert.equal(written(text), text);
    });
  }

  test('in objects whose keys look like indexes', () => {
    assert.equal(written('{"2":9007199254740993,"1":9007199254740995}'), '{"1":9007199254740995,"2":9007199254740993}');
    assert.equal(
      written('{"a":{"10":9007199254740993,"9":[9007199254740995]},"b":9007199254740997}'),
      '{"a":{"9":[9007199254740995],"10":9007199254740993},"b":9007199254740997}',
    );
  });

  test('behind hostile keys', () => {
    const text = '{"__proto__":{"a":18446744073709551615},"constructor":9007199254740993}';
    assert.equal(written(text), text);
    assert.equal(written('{"__proto__":18446744073709551615}'), '{"__proto__":18446744073709551615}');
  });
});

test('numbers that a double holds are written the shortest way', () => {
  const same = {
    '1E5': '100000',
    '1.0': '1',
    '-0': '0',
    '0.50': '0.5',
    '1e0': '1',
    '9007199254740991': '9007199254740991',
    '1000000000000000': '1000000000000000',
    '100000000000000000000': '100000000000000000000',
  };
  for (const [token, shortest] of Object.entries(same)) assert.equal(written(`{"a":${token}}`), `{"a":${shortest}}`);
});

const digits = fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 1, maxLength: 25 });
const integer = fc.tuple(fc.constantFrom('', '-'), digits).map(([sign, text]) => sign + (text.replace(/^0+/, '') || '7'));
const decimal = fc.tuple(integer, digits).map(([whole, fraction]) => `${whole}.${fraction}`);
const exponent = fc
  .tuple(fc.oneof(integer, decimal), fc.constantFrom('e', 'E'), fc.constantFrom('', '+', '-'), fc.integer({ min: 0, max: 400 }))
  .map((parts) => parts.join(''));

function documents(number: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const key = fc.oneof(fc.string(), fc.constantFrom('1', '20', '__proto__', 'e1', '-5', '12345678901234567'));
  const { value } = fc.letrec<{ value: string; list: string; object: string }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      { weight: 3, arbitrary: number },
      fc.constantFrom('true', 'null', '"9007199254740993 \\" 1e5"'),
      tie('list'),
      tie('object'),
    ),
    list: fc.array(tie('value'), { maxLength: 5 }).map((items) => `[${items.join(' , ')}]`),
    object: fc.dictionary(key, tie('value'), { maxKeys: 5 }).map((members) => {
      const texts = Object.entries(members).map(([name, text]) => `${JSON.stringify(name)}: ${text}`);
      return `{${texts.join(',\n ')}}`;
    }),
  }));
  return value.map((text) => `{"value":${text}}`);
}

/** Number tokens of a JSON text, strings put aside, in the order of their digits: keys that are indexes change places. */
function tokensOf(text: string): string[] {
  const outside = text.replace(/"(?:[^"\\]|\\.)*"/g, '""');
  return [...outside.matchAll(/-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g)].map(([token]) => token).sort();
}

test('integers of any size survive digit for digit', () => {
  fc.assert(
    fc.property(documents(integer), (text) => {
      assert.deepEqual(tokensOf(written(text)), tokensOf(text));
    }),
    { numRuns: 1500 },
  );
});

test('numbers of any kind keep their value', () => {
  fc.assert(
    fc.property(documents(fc.oneof(integer, decimal, exponent)), (text) => {
      assert.deepEqual(tokensOf(written(text)).map(canonical).sort(), tokensOf(text).map(canonical).sort());
    }),
    { numRuns: 1500 },
  );
});

/** A number as an integer and a power of ten, without trailing zeros. */
function canonical(token: string): string {
  const [mantissa = '', power = '0'] = token.toLowerCase().split('e');
  const [whole = '', fraction = ''] = mantissa.split('.');
  let value = BigInt(whole + fraction);
  let exponent = Number(power) - fraction.length;
  if (value === 0n) return '0';
  for (; value % 10n === 0n; value /= 10n) exponent++;
  return `${value}e${exponent}`;
}
