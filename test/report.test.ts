/** The sums that a report is made of. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { bandAt, createBands, FILE_SIZES, LATENESS } from '../src/report/bands.ts';
import { createDrift } from '../src/report/drift.ts';
import { createReceiptsFold } from '../src/report/receipts.ts';
import { createChoice } from '../src/report/sample.ts';
import { createTable, createTop } from '../src/report/table.ts';
import { timelineOf } from '../src/report/timeline.ts';
import { receiptWith } from './support/accounts.ts';

const counted = (names: readonly string[], most?: number) => {
  const table = createTable(['count'], most);
  for (const name of names) table.add(name, { count: 1 });
  return table;
};

describe('a ranking', () => {
  test('has the largest first, equal ones by name, and sums up the rest', () => {
    const { rows, others } = counted(['b', 'a', 'c', 'c', 'd']).ranking('count', 2);
    assert.deepEqual(rows, [
      { name: 'c', count: 2 },
      { name: 'a', count: 1 },
    ]);
    assert.deepEqual(others, { names: 2, count: 2 });
  });

  test('has no others when there are none', () => {
    assert.deepEqual(counted(['a']).ranking('count', 1), { rows: [{ name: 'a', count: 1 }] });
  });

  test('loses no count, however few names it may hold and whatever they are', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.string(), fc.constant('__proto__'))), fc.nat(5), fc.nat(5), (names, held, most) => {
        const { rows, others } = counted(names, held).ranking('count', most);
        assert.ok(rows.length <= Math.min(held, most));
        const sum = rows.reduce((all, { count }) => all + count, 0);
        assert.equal(sum + (others?.count ?? 0), names.length);
      }),
    );
  });
});

test('the first few of many are those that sorting gives', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.integer()), fc.integer({ min: 1, max: 8 }), (numbers, most) => {
      const top = createTop<number>(most, (a, b) => a - b);
      for (const number of numbers) top.offer(number);
      assert.deepEqual(top.kept(), numbers.toSorted((a, b) => a - b).slice(0, most));
    }),
  );
});

describe('a timeline', () => {
  const over = (names: readonly string[]) => timelineOf(counted(names), ['count']);

  test('has every hour between the first and the last', () => {
    const { step, bars, gapless } = over(['2026-12-31T22', '2027-01-01T01', '2027-01-01T01']) ?? {};
    assert.equal(step, 'hour');
    assert.equal(gapless, true);
    assert.deepEqual(
      bars?.map(({ name, count }) => [name, count]),
      [
        ['2026-12-31T22', 1],
        ['2026-12-31T23', 0],
        ['2027-01-01T00', 0],
        ['2027-01-01T01', 2],
      ],
    );
  });

  test('takes days when one of its times is a day, and months and years when there is too much', () => {
    const days = (count: number, apart: number) =>
      Array.from({ length: count }, (_, index) => new Date(Date.UTC(2024, 0, 1 + index * apart)).toISOString().slice(0, 10));
    assert.equal(over(['2026-11-22T08', '2026-11-23'])?.step, 'day');
    assert.equal(over(days(72, 1))?.step, 'day');
    assert.equal(over(days(73, 1))?.step, 'month');
    assert.equal(over(days(80, 31))?.step, 'year');
  });

  test('says when it leaves gaps out, and what has no time', () => {
    const timeline = over(['2021-06-01T12', '2026-11-22T08', '__HIVE_DEFAULT_PARTITION__', '2026-13-45', '']);
    assert.equal(timeline?.gapless, false);
    assert.deepEqual(timeline?.outside, { count: 3 });
    assert.deepEqual(
      timeline?.bars.map(({ name }) => name),
      ['2021-06-01T12', '2026-11-22T08'],
    );
  });

  test('takes a year below 100 for what it is', () => {
    const bars = over(['0050-12-31', '0051-01-02'])?.bars.map(({ name, count }) => [name, count]);
    assert.deepEqual(bars, [
      ['0050-12-31', 1],
      ['0051-01-01', 0],
      ['0051-01-02', 1],
    ]);
  });

  test('is none without times', () => {
    assert.equal(over(['', 'yesterday']), undefined);
  });

  test('loses no count, whatever the times', () => {
    const time = fc.oneof(
      fc
        .date({ noInvalidDate: true, min: new Date(0), max: new Date('9999-12-31T23:00:00Z') })
        .map((date) => date.toISOString().slice(0, 13)),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(time, { minLength: 1 }), (times) => {
        const timeline = over(times);
        const sum = timeline?.bars.reduce((all, { count }) => all + count, 0) ?? 0;
        assert.ok((timeline?.bars.length ?? 0) <= 72);
        if (timeline) assert.equal(sum + (timeline.outside?.count ?? 0), times.length);
      }),
    );
  });
});

test('a value on the limit of two bands is in the upper one', () => {
  const late = createBands(LATENESS);
  for (const ms of [-1, 0, 59_999, 60_000, Number.MAX_SAFE_INTEGER]) late.add(ms);
  assert.deepEqual(
    late.bands().filter(({ count }) => count > 0),
    [
      { name: 'ahead of its object', count: 1 },
      { name: 'under 1 minute', count: 2 },
      { name: '1 to 5 minutes', count: 1 },
      { name: '30 days and more', count: 1 },
    ],
  );
  assert.equal(bandAt(late.bands(), 0.5), 'under 1 minute');
  assert.equal(bandAt(late.bands(), 0.95), '30 days and more');
  assert.equal(bandAt(createBands(FILE_SIZES).bands(), 0.5), undefined);
});

describe('a choice of outputs', () => {
  const outputs = Array.from({ length: 300 }, (_, index) => ({ key: `events/${index}`, records: 10, arrived: '' }));
  const chosen = (lines: number, from = outputs) => {
    const choice = createChoice(lines);
    for (const output of from) choice.offer(output);
    return choice.chosen();
  };

  test('is everything when there is room', () => {
    assert.deepEqual(
      chosen(1_000_000)
        .map(({ key, lines }) => `${key} ${lines}`)
        .sort(),
      outputs.map(({ key }) => `${key} 10`).sort(),
    );
  });

  test('is the same share of some of them when there is not, whatever their order', () => {
    const some = chosen(500);
    assert.deepEqual(some, chosen(500, outputs.toReversed()));
    assert.equal(some.length, 100);
    assert.ok(some.every(({ lines }) => lines === 5));
  });

  test('is nothing when nothing is wanted', () => {
    assert.deepEqual(chosen(0), []);
  });
});

describe('drift', () => {
  const withDrift = (key: string, lastModified: string, version: string | undefined) =>
    receiptWith({
      ...{ key, lastModified },
      tally: {
        drift: {
          '/a/*/b': { count: 2, ...(version !== undefined && { first_seen_agent_version: version }) },
          '/evt/name=teleport': { count: 1 },
        },
      },
    });

  test('tells the version of the object that arrived first, whatever the order', () => {
    const receipts = [
      withDrift('a', '2026-11-22T08:00:00.000Z', '7.80.0'),
      withDrift('b', '2026-11-21T08:00:00.000Z', '7.79.0'),
      withDrift('c', '2026-11-20T08:00:00.000Z', undefined),
    ];
    for (const order of [receipts, receipts.toReversed()]) {
      const drift = createDrift();
      for (const receipt of order) drift.add(receipt);
      assert.deepEqual(drift.drift(1), {
        rows: [
          {
            ...{ name: '/a/*/b', kind: 'field', count: 6, objects: 3 },
            ...{ first_arrived: '2026-11-20T08:00:00.000Z', first_seen_agent_version: '7.79.0' },
          },
        ],
        more: 1,
      });
      assert.deepEqual(drift.drift(2).rows[1]?.name, 'teleport');
      assert.deepEqual(drift.drift(2).rows[1]?.kind, 'event type');
    }
  });
});

test('receipts add up, and those that are partial do not count', () => {
  const fold = createReceiptsFold();
  const tally = { valid: 3, rejected: 2, by_code: { 'json.syntax': 2 }, by_event: { open: 3 } };
  fold.add(receiptWith({ key: 'slow', tally, durationMs: 900 }));
  fold.add(receiptWith({ key: 'fast', tally, durationMs: 10, lastModified: '2026-11-22T09:00:00.000Z' }));
  fold.add(receiptWith({ key: 'half', tally, status: 'partial' }));
  const { totals, by_code, by_event, arrivals, slowest, most_rejects: most, settings_digests: digests } = fold.result();
  assert.deepEqual(
    [totals.objects, totals.unfinished_objects, totals.records, totals.valid, totals.rejected, totals.bytes_in],
    [2, 1, 10, 6, 4, 2000],
  );
  assert.deepEqual(by_code, { rows: [{ name: 'json.syntax', count: 4 }] });
  assert.deepEqual(by_event, { rows: [{ name: 'open', count: 6 }] });
  assert.deepEqual(
    arrivals?.bars.map(({ name, valid, rejected }) => [name, valid, rejected]),
    [
      ['2026-11-22T08', 3, 2],
      ['2026-11-22T09', 3, 2],
    ],
  );
  assert.deepEqual(
    slowest.map(({ name }) => name),
    ['landing/slow', 'landing/fast'],
  );
  assert.deepEqual(
    most.map(({ rejected }) => rejected),
    [2, 2],
  );
  assert.equal(digests.rows.length, 1);
});
