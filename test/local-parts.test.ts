/** The queue and the page of `winnow local`, without the rest. */
import assert from 'node:assert/strict';
import { request } from 'node:http';
import { test } from 'node:test';
import { startPage } from '../src/local/page.ts';
import { createQueue } from '../src/local/queue.ts';

test('the page outlives an address that is none', async () => {
  const page = await startPage({ port: 0, make: '', upload: '', draw: async () => undefined, onError: assert.ifError });
  const statusOf = (path: string) =>
    new Promise((resolve, reject) => {
      request(page.url, { path, agent: false }, (response) => resolve(response.resume().statusCode))
        .on('error', reject)
        .end();
    });
  assert.equal(await statusOf('//'), 404);
  assert.equal(await statusOf('/report'), 200);
  await page.stop();
});

test('what is done between messages sees none half done', async () => {
  const seen: string[] = [];
  const slowly = async (name: string): Promise<boolean> => {
    seen.push(`${name} begins`);
    await new Promise(setImmediate);
    seen.push(`${name} ends`);
    return true;
  };
  const queue = createQueue({ deliver: slowly, onDead: assert.fail, mostAttempts: 1, visibilityMs: 1 });
  queue.send('one');
  queue.send('two');
  const failed = queue.between(() => Promise.reject(new Error('no report')));
  await assert.rejects(failed, /no report/);
  await queue.between(() => slowly('report'));
  await queue.stop();
  assert.deepEqual(
    seen.filter((_, at) => at % 2 === 0).map((begin) => begin.replace('begins', 'ends')),
    seen.filter((_, at) => at % 2 === 1),
  );
});

test('a message comes again after the others, and is set aside when it failed too often', async () => {
  const seen: string[] = [];
  const { promise: dead, resolve: onDead } = Promise.withResolvers<string>();
  const deliver = async (message: string, attempt: number): Promise<boolean> => {
    seen.push(`${message} ${attempt}`);
    return message !== 'bad';
  };
  const queue = createQueue({ deliver, onDead, mostAttempts: 3, visibilityMs: 1 });
  for (const message of ['one', 'bad', 'two']) queue.send(message);
  assert.equal(await dead, 'bad');
  assert.deepEqual(seen, ['one 1', 'bad 1', 'two 1', 'bad 2', 'bad 3']);
  await queue.stop();
});

test('a message that comes just when the queue has run dry is delivered', async () => {
  for (let steps = 0; steps < 6; steps++) {
    const seen: string[] = [];
    const sendLast = async (): Promise<void> => {
      for (let step = 0; step < steps; step++) await undefined;
      queue.send('last');
    };
    const deliver = async (message: string): Promise<boolean> => {
      seen.push(message);
      if (message === 'first') void sendLast();
      return true;
    };
    const queue = createQueue({ deliver, onDead: assert.fail, mostAttempts: 1, visibilityMs: 1 });
    queue.send('first');
    await new Promise(setImmediate);
    assert.deepEqual(seen, ['first', 'last'], `${steps} steps`);
  }
});
