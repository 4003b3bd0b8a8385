/** Every fault at every call of a run, one at a time, whatever was there before. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { FAULTS_OF, type Fault } from './inject.ts';
import {
  assertClean,
  assertHonest,
  attempt,
  type Delivery,
  deliver,
  KEYS,
  landLate,
  redeliver,
  type World,
  worldOf,
} from './world.ts';

interface Start {
  readonly name: string;
  readonly prepare: (world: World, key: string) => Promise<unknown>;
  /** What is then delivered. */
  readonly force?: boolean;
}

/** Stops an attempt in the middle of its calls. */
async function stopped(world: World, delivery: Delivery): Promise<void> {
  const { calls } = await attempt(worldOf(), delivery, { strikes: [] });
  await attempt(world, delivery, { strikes: [{ call: Math.floor((calls.length * 2) / 3), fault: 'hang' }] });
}

const STARTS: readonly Start[] = [
  { name: 'nothing', prepare: async () => {} },
  { name: 'a stopped attempt', prepare: (world, key) => stopped(world, { key }) },
  { name: 'a stopped attempt under other settings', prepare: (world, key) => stopped(world, { key, settings: 'same_names' }) },
  {
    name: 'outputs of the same names made under other settings',
    prepare: (world, key) => deliver(world, { key, settings: 'same_names' }),
  },
  { name: 'outputs of other names', prepare: (world, key) => deliver(world, { key, settings: 'other_names' }) },
  { name: 'the same outputs, made again by force', prepare: (world, key) => deliver(world, { key }), force: true },
  { name: 'the same outputs', prepare: (world, key) => deliver(world, { key }) },
];

let scenarios = 0;

async function scenario(start: World, delivery: Delivery, call: number, fault: Fault): Promise<void> {
  scenarios++;
  const world = worldOf(start.store.stored);
  const about = `${fault} at call ${call}`;
  const { struck } = await attempt(world, delivery, {
    strikes: [{ call, fault }],
    pauses: fault.startsWith('kill') ? [2, 0, 1] : [0],
  });
  assert.deepEqual(struck, [fault], about);
  await assertHonest(world.store.stored, about);
  // Whatever is still under way may land before the next attempt, or after it.
  const isEarly = call % 2 === 0;
  if (isEarly) await landLate(world);
  await redeliver(world, delivery);
  await landLate(world);
  await redeliver(world, delivery);
  await assertClean(world.store.stored, [delivery.key], { about });
}

for (const { name, prepare, force = false } of STARTS) {
  describe(`a single fault, after ${name},`, () => {
    for (const key of KEYS) {
      test(`at any call of a run over ${key}`, async () => {
        const start = worldOf();
        await prepare(start, key);
        const delivery = { key, force };
        const { calls } = await attempt(worldOf(start.store.stored), delivery, { strikes: [] });
        for (const [call, kind] of calls.entries())
          for (const fault of FAULTS_OF[kind]) await scenario(start, delivery, call, fault);
      });
    }
  });
}

test('the number of scenarios', (t) => {
  t.diagnostic(`${scenarios} scenarios: each fault at each call`);
  assert.ok(scenarios >= 2000, `${scenarios}`);
});
