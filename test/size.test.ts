/** Sizes as people write them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseSize, writeSize } from '../src/size.ts';

test('a size may have a unit of either kind', () => {
  const rows = {
    '1TB': 1e12,
    '2 GiB': 2 * 1024 ** 3,
    '500': 500,
    '1.5MB': 1.5e6,
    ' 64kB ': 64_000,
    '1KB': 1000,
    '3B': 3,
    '0': 0,
  };
  for (const [text, bytes] of Object.entries(rows)) assert.equal(parseSize(text), bytes, text);
  for (const text of ['', '-1', '1XB', 'TB', '1e3', '1.5', '1.5B', '1mb', '1M', '1kiB'])
    assert.ok(Number.isNaN(parseSize(text)), text);
});

test('is written shortly', () => {
  const rows = { '64GiB': 64 * 1024 ** 3, '500MB': 5e8, '62MB': 62e6, '1025': 1025, '0': 0, '1TiB': 1024 ** 4 };
  for (const [text, bytes] of Object.entries(rows)) assert.equal(writeSize(bytes), text);
});

test('and is read again as it was', () => {
  fc.assert(fc.property(fc.maxSafeNat(), (bytes) => assert.equal(parseSize(writeSize(bytes)), bytes)));
  fc.assert(fc.property(fc.nat(5000), (thousands) => assert.equal(parseSize(writeSize(thousands * 1000)), thousands * 1000)));
});
