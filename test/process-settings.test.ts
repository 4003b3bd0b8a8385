/** An object whose settings change while something goes wrong: no receipt stands for outputs that another attempt has overwritten. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Store } from '../src/stores/port.ts';
import { assertClean, assertHonest, attempt, deliver, receiptsIn, redeliver, worldOf } from './faults/world.ts';

const key = 'plain.ndjson';

test('a complete receipt is withdrawn before its outputs are overwritten', async () => {
  const world = worldOf();
  await deliver(world, { key });
  // Open, receipt, blank receipt, receipt again; then chunks and parts.
  const { end } = await attempt(world, { key, settings: 'same_names' }, { strikes: [{ call: 9, fault: 'kill' }] });
  assert.equal(end, 'killed');
  const [receipt] = receiptsIn(world.store.stored);
  assert.deepEqual([receipt?.status, receipt?.resume?.attempts, receipt?.outputs], ['partial', 0, []]);
  await assertHonest(world.store.stored);
  assert.equal((await deliver(world, { key })).outcome, 'complete', 'it is not taken for done');
  await assertClean(world.store.stored, [key]);
});

test('an attempt that finds the object done under other settings withdraws what it has spoilt', async () => {
  const world = worldOf();
  let isOvertaken = false;
  const put: Store['put'] = async (name, body, condition) => {
    if (name.startsWith('receipts/') && !isOvertaken) {
      isOvertaken = true;
      await deliver(world, { key });
      // As if this one's writes had come last.
      const spoilt = [...world.store.stored.keys()].find((stored) => stored.startsWith('rejects/')) ?? '';
      await world.store.put(spoilt, [Buffer.from('{}\n')]);
    }
    return world.store.put(name, body, condition);
  };
  const slow = { ...world, store: { ...world.store, put } };
  await assert.rejects(deliver(slow, { key, settings: 'same_names' }), { reason: 'conflict' });
  assert.equal(receiptsIn(world.store.stored)[0]?.status, 'partial');
  await redeliver(world, { key });
  await assertClean(world.store.stored, [key]);
});
