import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { epochMs, isRfc3339, isUnset, toUtc } from '../src/rfc3339.ts';

const VALID: readonly (readonly [text: string, utc: string, ms: number])[] = [
  ['2026-11-22T01:02:03Z', '2026-11-22T01:02:03Z', Date.UTC(2026, 10, 22, 1, 2, 3)],
  ['2026-11-22T01:02:03.5Z', '2026-11-22T01:02:03.5Z', Date.UTC(2026, 10, 22, 1, 2, 3, 500)],
  ['2026-11-22T01:02:03.123456789Z', '2026-11-22T01:02:03.123456789Z', Date.UTC(2026, 10, 22, 1, 2, 3, 123)],
  ['2026-11-22T01:02:03.1239999999999999Z', '2026-11-22T01:02:03.1239999999999999Z', Date.UTC(2026, 10, 22, 1, 2, 3, 123)],
  ['2026-11-22T01:02:03.000100+02:30', '2026-11-21T22:32:03.000100Z', Date.UTC(2026, 10, 21, 22, 32, 3)],
  ['2026-12-31T23:59:59.9-00:01', '2027-01-01T00:00:59.9Z', Date.UTC(2027, 0, 1, 0, 0, 59, 900)],
  ['2026-11-22t01:02:03z', '2026-11-22T01:02:03Z', Date.UTC(2026, 10, 22, 1, 2, 3)],
  ['2026-11-22t01:02:03Z', '2026-11-22T01:02:03Z', Date.UTC(2026, 10, 22, 1, 2, 3)],
  ['2026-11-22T01:02:03-00:00', '2026-11-22T01:02:03Z', Date.UTC(2026, 10, 22, 1, 2, 3)],
  ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00Z', Date.UTC(2024, 1, 29)],
  ['2000-02-29T00:00:00Z', '2000-02-29T00:00:00Z', Date.UTC(2000, 1, 29)],
  ['2016-12-31T23:59:60Z', '2016-12-31T23:59:60Z', Date.UTC(2017, 0, 1)],
  ['2016-12-31T15:59:60.25-08:00', '2016-12-31T23:59:60.25Z', Date.UTC(2017, 0, 1, 0, 0, 0, 250)],
  ['1969-12-31T23:59:59.9999Z', '1969-12-31T23:59:59.9999Z', -1],
  ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00Z', Date.parse('0001-01-01T00:00:00Z')],
  ['0000-03-01T00:00:00Z', '0000-03-01T00:00:00Z', Date.parse('0000-03-01T00:00:00Z')],
  ['9999-12-31T23:59:59Z', '9999-12-31T23:59:59Z', Date.parse('9999-12-31T23:59:59Z')],
];

const INVALID: readonly string[] = [
  '',
  'yesterday',
  '2026-11-22',
  '2026-11-22T01:02:03',
  '2026-11-22T01:02Z',
  '2026-11-22 01:02:03Z',
  '2026-11-22T01:02:03.Z',
  '2026-11-22T01:02:03,5Z',
  '2026-11-22T01:02:03ZZ',
  '2026-11-22T01:02:03+0200',
  '2026-11-22T01:02:03+02',
  '2026-11-22T01:02:03+24:00',
  '2026-11-22T01:02:03+02:60',
  '2026-13-01T00:00:00Z',
  '2026-00-01T00:00:00Z',
  '2026-11-31T00:00:00Z',
  '2026-11-00T00:00:00Z',
  '2025-02-29T00:00:00Z',
  '1900-02-29T00:00:00Z',
  '2026-11-22T24:00:00Z',
  '2026-11-22T01:60:00Z',
  '2026-11-22T01:02:61Z',
  '2026-11-22T01:02:60Z',
  '20261-1-22T01:02:03Z',
  '+026-11-22T01:02:03Z',
  '٢٠٢٦-11-22T01:02:03Z',
  '1732237323',
  ' 2026-11-22T01:02:03Z',
  '2026-11-22T01:02:03Z\n',
];

describe('RFC 3339 times', () => {
  for (const [text, utc, ms] of VALID) {
    it(`takes ${text}`, () => {
      assert.equal(isRfc3339(text), true);
      assert.equal(toUtc(text), utc);
      assert.equal(epochMs(text), ms);
    });
  }

  for (const text of INVALID) {
    it(`refuses ${JSON.stringify(text)}`, () => {
      assert.equal(isRfc3339(text), false);
      assert.equal(toUtc(text), undefined);
      assert.ok(Number.isNaN(epochMs(text)));
    });
  }

  it('says when UTC would need a year that RFC 3339 cannot write', () => {
    assert.equal(isRfc3339('9999-12-31T23:30:00-01:00'), true);
    assert.equal(toUtc('9999-12-31T23:30:00-01:00'), undefined);
    assert.equal(toUtc('0000-01-01T00:30:00+01:00'), undefined);
  });

  it("knows Go's zero time", () => {
    assert.equal(isUnset('0001-01-01T00:00:00Z'), true);
    assert.equal(isUnset('2001-01-01T00:00:00Z'), false);
  });
});

const instants = fc.integer({ min: Date.UTC(1, 0, 2), max: Date.UTC(9999, 11, 30) });
const fractions = fc.stringMatching(/^[0-9]{1,12}$/);
const offsets = fc.tuple(fc.constantFrom('+', '-'), fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }));

describe('RFC 3339 times, any of them', () => {
  it('agrees with Date on every millisecond', () => {
    fc.assert(
      fc.property(instants, (ms) => {
        const text = new Date(ms).toISOString();
        assert.equal(toUtc(text), text);
        assert.equal(epochMs(text), ms);
      }),
    );
  });

  it('keeps every digit and the instant whatever the offset', () => {
    fc.assert(
      fc.property(instants, fractions, offsets, (ms, fraction, [sign, hours, minutes]) => {
        const local = new Date(Math.floor(ms / 1000) * 1000).toISOString().slice(0, 19);
        const offset = `${sign}${String(hours).padStart(2, '0')}:${String(minutes).padStart(2, '0')}`;
        const text = `${local}.${fraction}${offset}`;
        const utc = toUtc(text) ?? '';
        assert.ok(utc.endsWith(`.${fraction}Z`), utc);
        assert.equal(epochMs(utc), epochMs(text));
        assert.equal(epochMs(text), Date.parse(`${local}.${fraction.slice(0, 3).padEnd(3, '0')}${offset}`));
        assert.equal(toUtc(utc), utc);
      }),
    );
  });

  it('takes no text that a plain grammar refuses', () => {
    const grammar = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/;
    const spoilt = fc.tuple(instants, fc.nat(30), fc.string({ maxLength: 2 })).map(([ms, at, text]) => {
      const iso = new Date(ms).toISOString();
      return iso.slice(0, at) + text + iso.slice(at + text.length);
    });
    fc.assert(fc.property(spoilt, (text) => !isRfc3339(text) || grammar.test(text)));
  });
});
