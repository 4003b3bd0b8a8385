import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createSplitter } from '../src/intake/split.ts';
import { chunksOf, splitChunks, splitText } from './support/split.ts';

const A = '{"a":1}';
const B = '{"b":[1,{"c":"x"}]}';
const C = '{"d":"}]{[,\\"\\\\"}';
const BOM = '\uFEFF';

interface Row {
  readonly name: string;
  readonly input: string;
  readonly records: readonly string[];
}

const FRAMINGS: readonly Row[] = [
  { name: 'lines', input: `${A}\n${B}\n${C}\n`, records: [A, B, C] },
  { name: 'lines without the last break', input: `${A}\n${B}`, records: [A, B] },
  { name: 'lines with CRLF', input: `${A}\r\n${B}\r\n`, records: [A, B] },
  { name: 'blank lines and white space', input: `\n\n  ${A} \t\r\n\n${B}\n\n`, records: [A, B] },
  { name: 'byte order mark', input: `${BOM}${A}\n${B}\n`, records: [A, B] },
  { name: 'byte order mark before an array', input: `${BOM}[${A}]`, records: [A] },
  { name: 'array', input: `[${A},${B},${C}]`, records: [A, B, C] },
  { name: 'array over lines', input: `[\n${A},\n${B}\n]\n`, records: [A, B] },
  { name: 'array with a trailing comma', input: `[${A},${B},]`, records: [A, B] },
  { name: 'array of scalars', input: '[1,"x",null,true,-2.5e3]', records: ['1', '"x"', 'null', 'true', '-2.5e3'] },
  { name: 'array of arrays', input: `[[${A}],[],${B}]`, records: [`[${A}]`, '[]', B] },
  { name: 'empty array', input: '[]', records: [] },
  { name: 'two arrays', input: `[${A}]\n[${B}]`, records: [A, B] },
  { name: 'concatenated', input: A + B + C + A, records: [A, B, C, A] },
  { name: 'concatenated with commas', input: `${A},${B}`, records: [A, B] },
  {
    name: 'pretty',
    input: '{\n  "a": {\n    "b": [\n      1\n    ]\n  }\n}\n',
    records: ['{\n  "a": {\n    "b": [\n      1\n    ]\n  }\n}'],
  },
  { name: 'two pretty documents', input: '{\n  "a": 1\n}\n{\n  "b": 2\n}\n', records: ['{\n  "a": 1\n}', '{\n  "b": 2\n}'] },
  { name: 'Records wrapper', input: `{"Records":[${A},${B}]}`, records: [A, B] },
  { name: 'events wrapper, pretty', input: `{\n  "events" : [\n    ${A},\n    ${B}\n  ]\n}\n`, records: [A, B] },
  { name: 'empty wrapper', input: '{"Records":[]}', records: [] },
  { name: 'wrappers after each other', input: `{"Records":[${A}]}{"events":[${B}]}\n${C}`, records: [A, B, C] },
  { name: 'wrapper whose list is not first', input: `{"n":1,"Records":[${A}]}`, records: [`{"n":1,"Records":[${A}]}`] },
  { name: 'member named like a wrapper without a list', input: '{"Records":1}', records: ['{"Records":1}'] },
  { name: 'member that begins like a wrapper key', input: '{"Record":[1]}', records: ['{"Record":[1]}'] },
  { name: 'wrapper inside a list is a record', input: `[{"Records":[${A}]}]`, records: [`{"Records":[${A}]}`] },
  { name: 'scalars in lines', input: '1\n"two words"\nnull\n', records: ['1', '"two words"', 'null'] },
  { name: 'text runs to the end of its line', input: `not json, at {all}\n${A}\n`, records: ['not json, at {all}', A] },
  { name: 'text with CRLF keeps its CR', input: `oops\r\n${A}`, records: ['oops\r', A] },
  { name: 'text in a list runs to the comma', input: `[oops, ${A}]`, records: ['oops', A] },
  {
    name: 'log line in brackets',
    input: `[2026-11-22 08:15] WARN {lost}\n${A}\n`,
    records: ['2026-11-22 08:15', 'WARN {lost}', A],
  },
  { name: 'stray closing marks', input: `}\n${A}\n]\n${B}`, records: ['}', A, ']', B] },
  { name: 'nothing', input: '', records: [] },
  { name: 'only a byte order mark', input: BOM, records: [] },
  { name: 'only white space', input: ' \r\n\t\n', records: [] },
];

/** What is broken costs itself only: the next line is whole again. */
const BROKEN: readonly Row[] = [
  { name: 'log line with an open bracket', input: `${A}\n[oops, at {all}\n${B}\n`, records: [A, 'oops', 'at {all}', B] },
  { name: 'log line with an open bracket at the end', input: `${A}\n[oops\n`, records: [A, 'oops'] },
  { name: 'text on a line of its own in a list', input: `[\noops\n,${A}`, records: ['oops', A, ''] },
  { name: 'cut inside a string', input: `{"a":"xy\n${B}\n`, records: ['{"a":"xy', B] },
  { name: 'cut inside a key', input: `{"a\n${B}\n`, records: ['{"a', B] },
  {
    name: 'cut behind a backslash',
    input: `{"a":"x\\\n${B}\n{"c":"y\n${A}`,
    records: ['{"a":"x\\', B, '{"c":"y', A],
  },
  { name: 'cut between members', input: `{"a":1,\n${B}\n${A}\n`, records: ['{"a":1,\n', B, A] },
  { name: 'cut inside nested values', input: `{"a":{"b":[{"c":1},\n${B}\n`, records: ['{"a":{"b":[{"c":1},\n', B] },
  { name: 'cut with CRLF', input: `{"a":1,\r\n${B}\r\n`, records: ['{"a":1,\r\n', B] },
  { name: 'cut at the end', input: `${A}\n{"b":`, records: [A, '{"b":'] },
  { name: 'cut inside a list', input: `[{"a":"x\n,${B}]`, records: ['{"a":"x', B] },
  { name: 'array that is never closed', input: `[${A},${B}`, records: [A, B, ''] },
  { name: 'array that is never closed, with a comma', input: `[${A},\n`, records: [A, ''] },
  { name: 'wrapper that is never closed', input: `{"Records":[${A}`, records: [A, ''] },
  { name: 'wrapper whose brace is missing', input: `{"Records":[${A}]\n`, records: [A, ''] },
  { name: 'wrapper whose brace is missing before a line', input: `{"Records":[${A}]\n${B}\n`, records: [A, '', B] },
];

for (const [title, rows] of [
  ['framings', FRAMINGS],
  ['broken inputs', BROKEN],
] as const) {
  describe(title, () => {
    for (const { name, input, records } of rows) {
      test(name, () => {
        const found = splitText(input);
        assert.deepEqual(
          found.records.map(({ bytes }) => bytes.toString()),
          records,
        );
        assert.deepEqual(
          found.records.map(({ index }) => index),
          records.map((_, index) => index),
        );
        assert.ok(found.records.every(({ fault }) => fault === undefined));
        assert.equal(found.account.inRecords + found.account.betweenRecords, Buffer.byteLength(input));
        for (const size of [1, 2, 3, 5])
          assert.deepEqual(splitChunks(chunksOf(Buffer.from(input), [size])), found, `chunks of ${size}`);
      });
    }
  });
}

test('members beside the list of a wrapper are a record of their own kind', () => {
  for (const [rest, record] of [
    [',"next":{"token":"x"}}', ',"next":{"token":"x"}}'],
    [' , "a":[{}],"b":"}"}\n{"a":1}', ', "a":[{}],"b":"}"}'],
    [',"next":"cut\n{"a":1}', ',"next":"cut'],
  ] as const) {
    const { records } = splitText(`{"Records":[${A}]${rest}`);
    assert.equal(records[0]?.bytes.toString(), A);
    assert.equal(records[1]?.bytes.toString(), record);
    assert.equal(records[1]?.fault?.code, 'envelope.container_members');
    assert.equal(records[2]?.fault, undefined);
  }
});

test('a wrapper is known however much white space an object may hold before its list, within a bound', () => {
  const wrapper = (spaces: number) => `{${' '.repeat(spaces)}"Records":[${A}]}`;
  assert.deepEqual(
    splitText(wrapper(900)).records.map(({ bytes }) => bytes.toString()),
    [A],
  );
  const { records } = splitText(wrapper(2000));
  assert.equal(records.length, 1);
  assert.deepEqual(splitChunks(chunksOf(Buffer.from(wrapper(2000)), [1])).records, records);
});

test('the last record of an object that cannot be read further has the fault, even if it is empty', () => {
  const fault = { code: 'object.truncated', errors: [] } as const;
  for (const [input, last] of [
    [`${A}\n`, ''],
    [`${A}\n{"b":`, '{"b":'],
    ['', ''],
    [`[${A}`, ''],
    ['{ ', '{ '],
    ['{"Rec', '{"Rec'],
  ] as const) {
    const { records, account } = splitChunks([Buffer.from(input)], undefined, fault);
    assert.equal(records.at(-1)?.bytes.toString(), last, input);
    assert.equal(records.at(-1)?.fault?.code, 'object.truncated');
    assert.equal(records.filter((record) => record.fault).length, 1);
    assert.equal(account.inRecords + account.betweenRecords, input.length);
  }
});

describe('a record that is too large', () => {
  const limits = { maxRecordBytes: 40, maxRawBytes: 16 };

  test('keeps the same head, its place and its length, whatever the chunks', () => {
    const large = `{"large":"${'x'.repeat(100)}","more":[${'1,'.repeat(60)}1]}`;
    for (const [input, at] of [
      [`${A}\n${large}\n${B}\n`, 8],
      [`[${large},${B}]`, 1],
      [`${'log '.repeat(30)}\n${B}`, 0],
      [`{"cut":"${'y'.repeat(90)}\n${B}`, 0],
    ] as const) {
      const bytes = Buffer.from(input);
      const whole = splitText(bytes, limits);
      const [found] = whole.records.filter(({ fault }) => fault !== undefined);
      assert.equal(found?.fault?.code, 'record.too_large');
      assert.equal(found.offset, at);
      assert.equal(found.bytes.toString(), input.slice(at, at + 16));
      assert.equal(whole.records.at(-1)?.bytes.toString(), B, 'what follows is whole');
      for (const sizes of [[1], [7], [16], [39, 1], [40], [41], [1000]]) {
        assert.deepEqual(splitChunks(chunksOf(bytes, sizes), limits), whole, `${sizes}`);
      }
    }
  });

  test('is one byte longer than the limit, not as long as it', () => {
    const ofLength = (length: number) => `{"a":"${'x'.repeat(length - 8)}"}`;
    assert.equal(splitText(ofLength(40), limits).records[0]?.fault, undefined);
    assert.equal(splitText(ofLength(41), limits).records[0]?.fault?.code, 'record.too_large');
  });

  test('takes time in proportion to its length, however small the chunks', () => {
    const chunk = Buffer.alloc(4096, 'x');
    const splitter = createSplitter({ maxRecordBytes: 64 * 1024 * 1024, maxRawBytes: 1024 }, () => {});
    splitter.push(Buffer.from('{"a":"'));
    const started = performance.now();
    for (let sent = 0; sent < 16 * 1024 * 1024; sent += chunk.length) splitter.push(chunk);
    splitter.end();
    // Copying the record anew for each chunk would take a quarter of a minute.
    assert.ok(performance.now() - started < 4000);
  });

  test('needs no memory of its size', () => {
    const chunk = Buffer.alloc(64 * 1024, 'x');
    let lengths = 0;
    const splitter = createSplitter({ maxRecordBytes: 4096, maxRawBytes: 1024 }, ({ bytes, length }) => {
      assert.equal(bytes.length, 1024);
      lengths += length;
    });
    const before = process.memoryUsage();
    let most = 0;
    splitter.push(Buffer.from('{"a":"'));
    for (let sent = 0; sent < 50 * 1024 * 1024; sent += chunk.length) {
      splitter.push(chunk);
      const { arrayBuffers, heapUsed } = process.memoryUsage();
      most = Math.max(most, arrayBuffers - before.arrayBuffers, heapUsed - before.heapUsed);
    }
    splitter.end();
    assert.equal(lengths, 50 * 1024 * 1024 + 6);
    assert.ok(most < 16 * 1024 * 1024, `${most} bytes`);
  });
});
