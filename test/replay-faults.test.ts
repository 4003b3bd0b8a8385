/** Replays that are cut off, repeated, or made while somebody else is at work: nothing is lost, nothing is doubled. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Store, StoreError } from '../src/stores/port.ts';
import { verify } from '../src/verify/verify.ts';
import { memoryStore, outputsOf, type Stored, timeless } from './support/objects.ts';
import { BATCH, deliver, MENDED, receiptIn, replayed, STRICT, storeAfter, textsBelow } from './support/replays.ts';

const initial = (await storeAfter(STRICT)).stored;
const whole = await storeAfter(STRICT);
await replayed(whole);
const OTHER = { ...STRICT, max_part_bytes: 30_000, partition: ['name'] } as const;

async function copyOf(stored: Stored) {
  const store = memoryStore();
  for (const [key, body] of stored) await store.put(key, [body]);
  return store;
}

/** A store that does something before or after its nth write or removal. */
function disturbed(store: Store, nth: number, when: 'before' | 'after', disturb: () => void | Promise<void>): Store {
  let operations = 0;
  const around = async (work: () => Promise<void>): Promise<void> => {
    const isIt = operations++ === nth;
    if (isIt && when === 'before') await disturb();
    await work();
    if (isIt && when === 'after') await disturb();
  };
  return {
    ...store,
    put: (key, body, condition) => around(() => store.put(key, body, condition)),
    delete: (key) => around(() => store.delete(key)),
  };
}

async function countOperations(): Promise<number> {
  let operations = 0;
  const store = await copyOf(initial);
  const counting: Store = {
    ...store,
    put: (...given) => {
      operations++;
      return store.put(...given);
    },
    delete: (key) => {
      operations++;
      return store.delete(key);
    },
  };
  await replayed(counting);
  return operations;
}

const OPERATIONS = await countOperations();
/** Which of them writes the receipt: behind it are a removal for each part of rejects, and the receipt once more. */
const RECEIPT = OPERATIONS - 2 - [...initial.keys()].filter((key) => key.startsWith('rejects/')).length;
/** Every point of a replay. */
const POINTS = Array.from({ length: OPERATIONS }, (_, nth) =>
  (['before', 'after'] as const).map((when) => ({ nth, when })),
).flat();

class Killed extends Error {}
const kill = (): void => {
  throw new Killed();
};

async function problemsOf(store: Store): Promise<string[]> {
  return (await verify(store)).problems.map(({ kind, key }) => `${kind} ${key}`);
}

function assertWhole(stored: Stored, at: string): void {
  assert.deepEqual(outputsOf(stored), outputsOf(whole.stored), at);
  assert.deepEqual(timeless(receiptIn(stored)), timeless(receiptIn(whole.stored)), at);
}

/** Whatever parts the lines are in. */
function assertSameEvents(stored: Stored, at: string): void {
  assert.ok(textsBelow(stored, 'events/').join() === textsBelow(whole.stored, 'events/').join(), `${at}: other events`);
}

describe('a replay that is cut off', () => {
  test('has many points where that can happen', () => assert.ok(OPERATIONS > 8, String(OPERATIONS)));

  test('at any write or removal, and repeated, leaves what an uninterrupted one leaves', async () => {
    for (const { nth, when } of POINTS) {
      const store = await copyOf(initial);
      await assert.rejects(replayed(disturbed(store, nth, when, kill)), Killed);
      await replayed(store);
      assertWhole(store.stored, `${when} ${nth}`);
      assert.deepEqual(await problemsOf(store), []);
    }
  });

  test('is finished by a redelivery once its receipt stands, and has changed nothing before', async () => {
    for (const { nth, when } of POINTS) {
      const store = await copyOf(initial);
      await assert.rejects(replayed(disturbed(store, nth, when, kill)), Killed);
      const stands = receiptIn(store.stored).attempt === 2;
      assert.equal((await deliver(store, STRICT)).outcome, 'unchanged');
      if (stands) assertWhole(store.stored, `${when} ${nth}`);
      else for (const [key, body] of initial) assert.ok(store.stored.get(key)?.equals(body), `${key} ${when} ${nth}`);
    }
  });

  test('and repeated for other codes overwrites nothing, loses nothing and doubles nothing', async () => {
    for (const { nth, when } of POINTS) {
      const store = await copyOf(initial);
      await assert.rejects(replayed(disturbed(store, nth, when, kill)), Killed);
      await replayed(store, { codes: 'schema.required' });
      await replayed(store);
      for (const problem of await problemsOf(store)) assert.match(problem, /^output\.orphan /, `${when} ${nth}`);
      const listed = new Set(receiptIn(store.stored).outputs.map(({ key }) => key));
      assertSameEvents(new Map([...store.stored].filter(([key]) => listed.has(key))), `${when} ${nth}`);
    }
  });
});

describe('while an object is replayed', () => {
  test('another replay may take some of the rejects', async () => {
    for (const { nth, when } of POINTS) {
      const store = await copyOf(initial);
      const warnings: string[] = [];
      const other = () => replayed(store, { codes: 'schema.required' }).then(() => {});
      await replayed(disturbed(store, nth, when, other), { warnings });
      assert.deepEqual([await problemsOf(store), warnings], [[], []], `${when} ${nth}`);
      assertSameEvents(store.stored, `${when} ${nth}`);
    }
  });

  test('its twin may do the same', async () => {
    for (const { nth, when } of POINTS) {
      const store = await copyOf(initial);
      await replayed(disturbed(store, nth, when, () => replayed(store).then(() => {})));
      assertWhole(store.stored, `${when} ${nth}`);
    }
    const store = await copyOf(initial);
    await Promise.all([replayed(store), replayed(store), replayed(store)]);
    assertWhole(store.stored, 'at the same time');
  });

  test('it may be processed again, under the same settings or others', async () => {
    for (const settings of [STRICT, OTHER]) {
      // Between looking at the receipt and removing what it has retired, no store can be held still: hence not before removals.
      for (const { nth, when } of POINTS.filter(({ nth, when }) => when === 'after' || nth <= RECEIPT)) {
        const store = await copyOf(initial);
        await replayed(disturbed(store, nth, when, () => deliver(store, settings, { force: true }).then(() => {})));
        await replayed(store);
        for (const problem of await problemsOf(store)) assert.match(problem, /^output\.orphan /, `${when} ${nth}`);
        const listed = new Set(receiptIn(store.stored).outputs.map(({ key }) => key));
        assertSameEvents(new Map([...store.stored].filter(([key]) => listed.has(key))), `${when} ${nth}`);
      }
    }
  });

  test('a delivery that began before anybody was done may end: the replay stands', async () => {
    const store = memoryStore();
    const put: Store['put'] = async (key, body, condition) => {
      if (key.startsWith('receipts/') && !store.stored.has(key)) {
        await deliver(store, STRICT);
        await replayed(store);
        // What the late one has written meanwhile, after the replay removed it.
        for (const [part, bytes] of initial) if (part.startsWith('rejects/')) await store.put(part, [bytes]);
      }
      return store.put(key, body, condition);
    };
    const { receipt } = await deliver({ ...store, put }, STRICT);
    assert.equal(receipt.attempt, 2);
    assertWhole(store.stored, 'late');
  });
});

test('an answer that was lost is no conflict', async () => {
  const store = await copyOf(initial);
  const put: Store['put'] = async (key, body, condition) => {
    await store.put(key, body, condition);
    throw new StoreError('conflict', `${key}: the second try found the first`);
  };
  const warnings: string[] = [];
  const { failed_objects, passed } = await replayed({ ...store, put }, { warnings });
  assert.deepEqual([failed_objects, passed > 0, warnings], [0, true, []]);
  assertWhole(store.stored, 'lost answer');
});

test('a store that fails fails the object, and the next replay mends it', async () => {
  const store = await copyOf(initial);
  const warnings: string[] = [];
  const failing = disturbed(store, 3, 'before', () => {
    throw new StoreError('unavailable', 'put: out of order');
  });
  const { failed_objects, passed } = await replayed(failing, { warnings });
  assert.deepEqual([failed_objects, passed, warnings], [1, 0, ['put: out of order']]);
  await replayed(store);
  assertWhole(store.stored, 'mended');
});

test('events of a whole replay are those of a clean run', async () => {
  const clean = await storeAfter(MENDED, BATCH);
  assertSameEvents(clean.stored, 'clean');
});
