/** Any number of faults, deliveries, twins and changes of settings, chosen at random. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { FAULTS, type Strike } from './faults/inject.ts';
import {
  assertClean,
  assertHonest,
  attempt,
  type Delivery,
  KEYS,
  landInFlight,
  landLate,
  redeliver,
  type SettingsName,
  worldOf,
} from './faults/world.ts';

interface Step extends Delivery {
  readonly strikes: readonly Strike[];
  readonly pauses: readonly number[];
}

const FARTHEST_CALL = 40;

const strikes = fc.array(fc.record({ call: fc.nat(FARTHEST_CALL), fault: fc.constantFrom(...FAULTS) }), { maxLength: 4 });
const step: fc.Arbitrary<Step> = fc.record({
  key: fc.constantFrom(...KEYS),
  force: fc.oneof({ arbitrary: fc.constant(false), weight: 4 }, { arbitrary: fc.constant(true), weight: 1 }),
  strikes,
  pauses: fc.array(fc.nat(4), { minLength: 1, maxLength: 8 }),
});

let scenarios = 0;
const ends: { [end: string]: number } = {};

function count({ end }: { readonly end: string }): void {
  ends[end] = (ends[end] ?? 0) + 1;
}

test('faults, duplicates, disorder, force and twins, under one choice of settings', async () => {
  const round = fc.record({ twins: fc.array(step, { minLength: 1, maxLength: 3 }), landsEarly: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(fc.array(round, { minLength: 1, maxLength: 5 }), async (rounds) => {
      scenarios++;
      const world = worldOf();
      for (const { twins, landsEarly } of rounds) {
        const attempts = await Promise.all(twins.map((twin) => attempt(world, twin, twin)));
        attempts.forEach(count);
        if (landsEarly) await landLate(world);
        await assertHonest(world.store.stored);
      }
      const keys = new Set(rounds.flatMap(({ twins }) => twins.map(({ key }) => key)));
      for (const key of keys) await redeliver(world, { key });
      await landLate(world);
      for (const key of keys) await redeliver(world, { key });
      await assertClean(world.store.stored, keys);
    }),
    { numRuns: 300 },
  );
});

const settings: fc.Arbitrary<SettingsName> = fc.constantFrom('usual', 'same_names', 'other_names');

test('settings that change between attempts, and back', async () => {
  const key = fc.constantFrom('plain.ndjson', 'batch.ndjson.zst');
  // An answer that comes when nobody waits for it any more is left out: nothing tells the writes of the past from those of today.
  const changing = fc.record({ step, key, settings }).map(({ step, ...delivery }) => ({
    ...step,
    ...delivery,
    strikes: step.strikes.filter(({ fault }) => fault !== 'late'),
  }));
  await fc.assert(
    fc.asyncProperty(fc.array(changing, { minLength: 1, maxLength: 6 }), async (steps) => {
      scenarios++;
      const world = worldOf();
      let mayLeaveOrphans = false;
      for (const each of steps) {
        const attempted = await attempt(world, each, each);
        // For the same reason.
        await landInFlight();
        count(attempted);
        mayLeaveOrphans ||= attempted.end === 'killed' || attempted.end === 'failed';
        await assertHonest(world.store.stored);
      }
      const keys = new Set(steps.map(({ key }) => key));
      for (const key of keys) await redeliver(world, { key });
      // What an attempt under other settings stored before it failed is in no receipt; `verify` names it.
      await assertClean(world.store.stored, keys, mayLeaveOrphans ? { mayLeave: ['output.orphan'] } : {});
    }),
    { numRuns: 300 },
  );
});

test('twins under different settings', async () => {
  const twin = fc.record({
    key: fc.constant('plain.ndjson'),
    settings,
    pauses: fc.array(fc.nat(6), { minLength: 1, maxLength: 12 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(twin, { minLength: 2, maxLength: 3 }), fc.boolean(), async (twins, hasOutputs) => {
      scenarios++;
      const world = worldOf();
      if (hasOutputs) await redeliver(world, { key: 'plain.ndjson', settings: 'other_names' });
      const attempts = await Promise.all(twins.map((each) => attempt(world, each, { ...each, strikes: [] })));
      attempts.forEach(count);
      await redeliver(world, { key: 'plain.ndjson' });
      await assertClean(world.store.stored, ['plain.ndjson']);
    }),
    { numRuns: 100 },
  );
});

test('the number of scenarios', (t) => {
  t.diagnostic(`${scenarios} scenarios: faults at random; attempts that ended ${JSON.stringify(ends)}`);
  assert.ok(scenarios >= 650, `${scenarios}`);
  for (const end of ['complete', 'unchanged', 'partial', 'failed', 'killed']) assert.ok((ends[end] ?? 0) > 20, end);
});
