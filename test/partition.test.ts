import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { DEFAULT_PARTITION, escapeValue, partitioner } from '../src/output/partition.ts';
import type { NormalizedEvent } from '../src/types.ts';
import { jsonLines, runObject } from './support/objects.ts';
import { linuxEvent } from './valid-events.ts';

const ESCAPED: readonly (readonly [name: string, value: unknown, escaped: string | RegExp])[] = [
  ['plain', 'web-1.example_com', 'web-1.example_com'],
  ['spaces and other marks', 'a b+c&d,e;f~g!h(i)@j|k', 'a b+c&d,e;f~g!h(i)@j|k'],
  ['a way out of the folder', '../../x', '..%2F..%2Fx'],
  ['equals sign', 'a=b', 'a%3Db'],
  ['percent sign', '50%', '50%25'],
  ['colon and backslash', 'c:\\temp', 'c%3A%5Ctemp'],
  ['globs', '*?[a]{b}^', '%2A%3F%5Ba%5D%7Bb%7D%5E'],
  ['quotes and hash', '"\'#', '%22%27%23'],
  ['control characters', '\u0000\n\u001f\u007f', '%00%0A%1F%7F'],
  ['unicode', 'größe 日本 😀', 'größe 日本 😀'],
  ['lone surrogate', 'a\uD800b', 'a\uFFFDb'],
  ['only dots', '..', '..'],
  ['empty', '', DEFAULT_PARTITION],
  ['missing', undefined, DEFAULT_PARTITION],
  ['null', null, DEFAULT_PARTITION],
  ['number', 7, DEFAULT_PARTITION],
  ['long', 'x'.repeat(10_240), /^x{32}~[0-9a-f]{16}$/],
  ['long when escaped', '/'.repeat(60), /^(?:%2F){32}~[0-9a-f]{16}$/],
  ['long with a character of two units at the cut', `${'x'.repeat(31)}${'😀'.repeat(60)}`, /^x{31}\uFFFD~[0-9a-f]{16}$/],
  ['as long as a value may be', 'y'.repeat(128), 'y'.repeat(128)],
];

describe('a partition value', () => {
  for (const [name, value, wanted] of ESCAPED) {
    test(name, () => {
      const escaped = escapeValue(value);
      if (typeof wanted === 'string') assert.equal(escaped, wanted);
      else assert.match(escaped, wanted);
    });
  }

  test('names one folder, is short, and reads back when it was not cut', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.nat(0xffff).map((unit) => String.fromCharCode(unit)), maxLength: 200 }), (value) => {
        const escaped = escapeValue(value);
        assert.doesNotMatch(escaped, /[/\\=:]/);
        assert.ok([...escaped].every((character) => character > '\u001f' && character !== '\u007f'));
        assert.ok(Buffer.byteLength(escaped) <= 128);
        assert.ok(escaped.isWellFormed());
        if (value !== '' && !/~[0-9a-f]{16}$/.test(escaped)) assert.equal(decodePercent(escaped), value.toWellFormed());
      }),
      { numRuns: 1000 },
    );
  });

  test('that is long stays apart from others that begin alike', () => {
    assert.notEqual(escapeValue(`${'x'.repeat(500)}a`), escapeValue(`${'x'.repeat(500)}b`));
  });
});

function decodePercent(text: string): string {
  return text.replace(/%([0-9A-F]{2})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)));
}

test('a hostile rule id stays within its folder', async () => {
  const agent = { rule_id: '../../../etc/cron.d/x=y', version: '7.72.0', os: 'linux', arch: 'x64', origin: 'ebpf' };
  const { receipt } = await runObject(jsonLines([{ ...linuxEvent(), agent }]), { settings: { partition: ['rule_id'] } });
  assert.deepEqual(
    receipt.outputs.map(({ partition }) => partition),
    ['rule_id=..%2F..%2F..%2Fetc%2Fcron.d%2Fx%3Dy'],
  );
});

test('a partition names its columns in the order given', () => {
  const event = { time: '2026-03-04T05:06:07Z', evt: { name: 'a=b', category: 'Network Activity' } };
  const partition = partitioner(['category', 'name', 'hour', 'dt', 'host'])(event as unknown as NormalizedEvent);
  assert.equal(partition, `category=network_activity/name=a%3Db/hour=05/dt=2026-03-04/host=${DEFAULT_PARTITION}`);
});
