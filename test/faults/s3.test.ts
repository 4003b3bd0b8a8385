/** Faults between a real client and a real S3 server on loopback. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import fc from 'fast-check';
import { NETWORK_FAULTS, type NetworkFault } from './proxy.ts';
import { type S3World, startS3World } from './s3.ts';
import type { SettingsName } from './world.ts';

let world: S3World;
let scenarios = 0;

before(async () => {
  world = await startS3World();
});

after(() => world.stop());

interface Start {
  readonly name: string;
  readonly before?: SettingsName;
  readonly keys: readonly string[];
  readonly faults: readonly NetworkFault[];
}

const STARTS: readonly Start[] = [
  { name: 'nothing', keys: ['batch.ndjson.zst', 'cut.ndjson.gz'], faults: NETWORK_FAULTS },
  {
    name: 'outputs made under other settings',
    before: 'other_names',
    keys: ['cut.ndjson.gz'],
    faults: ['error', 'reset_after', 'hang', 'kill', 'kill_after'],
  },
];

async function begin({ before }: Start, key: string) {
  const scenario = world.begin();
  if (before) await scenario.redeliver({ key, settings: before });
  return scenario;
}

describe('a single fault at any request is made good by the next delivery', () => {
  for (const start of STARTS) {
    for (const key of start.keys) {
      test(`${key}, after ${start.name}`, async () => {
        const whole = await begin(start, key);
        const { requests } = await whole.attempt({ key }, []);
        await whole.end([key]);
        for (let request = 0; request < requests(); request++)
          for (const fault of start.faults) await strikeOnce(start, key, request, fault);
      });
    }
  }
});

async function strikeOnce(start: Start, key: string, request: number, fault: NetworkFault): Promise<void> {
  scenarios++;
  const about = `${fault} at request ${request} of ${key}`;
  const scenario = await begin(start, key);
  const { struck } = await scenario.attempt({ key }, [{ request, fault }]);
  assert.deepEqual(struck, [fault], about);
  await scenario.redeliver({ key });
  await scenario.end([key], { about });
}

test('a single answer that says "later", or is lost, is not even noticed', async () => {
  const key = 'batch.ndjson.gz';
  for (const fault of ['busy', 'error', 'error_after', 'reset', 'reset_after'] as const) {
    for (let request = 0; request < 6; request++) {
      scenarios++;
      const about = `${fault} at request ${request}`;
      const scenario = world.begin();
      const { end, struck } = await scenario.attempt({ key }, [{ request, fault }], 3);
      assert.deepEqual([end, struck], ['complete', [fault]], about);
      await scenario.end([key], { about });
    }
  }
});

test('twins that end at the same time write their receipts one after the other', async () => {
  for (let turn = 0; turn < 10; turn++) {
    scenarios++;
    const scenario = world.begin();
    const twins = await Promise.all([1, 2, 3].map(() => scenario.attempt({ key: 'empty.ndjson' }, [])));
    assert.ok(twins.every(({ end }) => end === 'complete' || end === 'unchanged'));
    await scenario.end(['empty.ndjson']);
  }
});

test('faults, duplicates, disorder and twins at random', async () => {
  const strikes = fc.array(fc.record({ request: fc.nat(14), fault: fc.constantFrom(...NETWORK_FAULTS) }), { maxLength: 3 });
  const delivery = fc.record({ key: fc.constantFrom('plain.ndjson', 'batch.ndjson.gz', 'empty.ndjson'), strikes });
  const rounds = fc.array(fc.array(delivery, { minLength: 1, maxLength: 2 }), { minLength: 1, maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(rounds, async (rounds) => {
      scenarios++;
      const scenario = world.begin();
      for (const twins of rounds) await Promise.all(twins.map(({ key, strikes }) => scenario.attempt({ key }, strikes)));
      const keys = new Set(rounds.flatMap((twins) => twins.map(({ key }) => key)));
      for (const key of keys) await scenario.redeliver({ key });
      await scenario.end(keys);
    }),
    { numRuns: 60 },
  );
});

test('the number of scenarios', (t) => {
  t.diagnostic(`${scenarios} scenarios: faults between client and S3 server`);
  assert.ok(scenarios >= 300, `${scenarios}`);
});
