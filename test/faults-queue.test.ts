/** Faults behind the door of a queue: what fails comes again, in other batches, until the queue is empty. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readTrigger } from '../src/intake/trigger/trigger.ts';
import { answer, type QueueAnswer } from '../src/lambda/answer.ts';
import { settleItems } from '../src/lambda/items.ts';
import { FAULTS, type Strike, strike } from './faults/inject.ts';
import { assertClean, assertHonest, BUCKET, deliver, KEYS, landLate, type World, worldOf } from './faults/world.ts';

interface Message {
  readonly messageId: string;
  readonly body: string;
}

/** An invocation: which messages of those that wait it gets, and what goes wrong. */
interface Invocation {
  /** Places among the messages that wait; it takes one after another. */
  readonly picks: readonly number[];
  readonly strikes: readonly Strike[];
  readonly pauses: readonly number[];
}

function messageOf(keys: readonly string[], number: number): Message {
  const records = keys.map((key) => ({
    eventSource: 'aws:s3',
    eventName: 'ObjectCreated:Put',
    s3: { bucket: { name: BUCKET }, object: { key: encodeURIComponent(key), size: 1 } },
  }));
  return { messageId: `message-${number}`, body: JSON.stringify({ Records: records }) };
}

/** Lambda's side of a queue: gives what the function answers, or nothing when its process was killed. */
async function invoke(
  world: World,
  messages: readonly Message[],
  { strikes, pauses }: Invocation,
): Promise<QueueAnswer | undefined> {
  const struck = strike(world, { strikes, pauses, late: (effect) => void world.late.push(effect) });
  const trigger = readTrigger({ Records: messages.map((message) => ({ ...message, eventSource: 'aws:sqs' })) });
  const work = settleItems(trigger.items, {
    refuse: () => undefined,
    process: ({ key }) => deliver(struck, { key }, struck.signal),
    report: (fate) => assert.notEqual(fate.kind === 'failed' && fate.class, 'surprise'),
    signal: struck.signal,
  });
  const items = await Promise.race([work, struck.killed]);
  struck.release();
  return items === 'killed' ? undefined : (answer(trigger, items) as QueueAnswer);
}

/** Takes messages from the queue, invokes, and puts back what is to come again. */
async function takeTurn(world: World, queue: Message[], invocation: Invocation): Promise<void> {
  const batch = invocation.picks.flatMap((pick) => queue.splice(pick % Math.max(1, queue.length), 1));
  if (batch.length === 0) return;
  const answered = await invoke(world, batch, invocation);
  const failed = answered?.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
  queue.push(...batch.filter(({ messageId }) => failed === undefined || failed.includes(messageId)));
}

const FARTHEST_CALL = 60;
const invocation: fc.Arbitrary<Invocation> = fc.record({
  picks: fc.array(fc.nat(9), { minLength: 1, maxLength: 4 }),
  strikes: fc.array(fc.record({ call: fc.nat(FARTHEST_CALL), fault: fc.constantFrom(...FAULTS) }), { maxLength: 3 }),
  pauses: fc.array(fc.nat(3), { minLength: 1, maxLength: 6 }),
});
/** Each message names one object or several; an object may be named by many. */
const messages = fc.array(fc.array(fc.constantFrom(...KEYS), { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 6 });
/** Invocations at the same time, one round after another. */
const rounds = fc.array(fc.array(invocation, { minLength: 1, maxLength: 2 }), { maxLength: 5 });

test('a queue whose messages are doubled, disordered and cut short ends empty, with the outputs of a clean run', async (t) => {
  let scenarios = 0;
  await fc.assert(
    fc.asyncProperty(messages, rounds, async (named, rounds) => {
      scenarios++;
      const world = worldOf();
      const queue = named.map(messageOf);
      for (const invocations of rounds) {
        await Promise.all(invocations.map((each) => takeTurn(world, queue, each)));
        await assertHonest(world.store.stored);
      }
      await landLate(world);
      for (let turns = 0; queue.length > 0; turns++) {
        assert.ok(turns < named.length, 'it should be empty by now');
        await takeTurn(world, queue, { picks: [0, 0, 0], strikes: [], pauses: [0] });
      }
      await assertClean(world.store.stored, named.flat());
    }),
    { numRuns: 200 },
  );
  t.diagnostic(`${scenarios} scenarios: faults behind a queue`);
});
