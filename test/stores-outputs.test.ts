/** What every store promises of outputs, run against memory, local files and S3 over HTTP. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { localStore } from '../src/stores/local.ts';
import { openStore } from '../src/stores/open.ts';
import type { Store } from '../src/stores/port.ts';
import { memoryStore } from './support/objects.ts';
import { byBytes, failure, type Places, startPlaces } from './support/places.ts';
import { filesBelow } from './support/runs.ts';

const TEXT = [Buffer.from('one '), Buffer.from('object')];

const EXPECTATIONS: { readonly name: string; readonly check: (store: Store) => Promise<void> }[] = [
  {
    name: 'what was put is got whole and read in order, with another tag after another put',
    check: async (store) => {
      await store.put('receipts/dt=a/1.json', TEXT);
      const first = await store.get('receipts/dt=a/1.json');
      assert.equal(first?.body.toString(), 'one object');
      await store.put('receipts/dt=a/1.json', [Buffer.from('another')]);
      const second = await store.get('receipts/dt=a/1.json');
      assert.equal(second?.body.toString(), 'another');
      assert.notEqual(second?.tag, first?.tag);
      const big = randomBytes(3 * 1024 * 1024);
      await store.put('big', [big]);
      assert.ok(Buffer.concat(await Array.fromAsync(store.read('big'))).equals(big));
    },
  },
  {
    name: 'what is not there is got as nothing, and not read',
    check: async (store) => {
      assert.equal(await store.get('receipts/gone.json'), undefined);
      await assert.rejects(Array.fromAsync(store.read('receipts/gone.json')), failure('not_found', /gone\.json: no such/));
      await store.put('file', TEXT);
      assert.equal(await store.get('file/below'), undefined);
    },
  },
  {
    name: 'keys are listed by what they begin with, in byte order, with their sizes',
    check: async (store) => {
      const keys = ['a/1', 'a-b/2', 'a/b=%3D c/+é.json', 'a/😀', 'a/\uFFFD', 'ab/3', 'b/4'];
      for (const [index, key] of keys.entries()) await store.put(key, [Buffer.alloc(index)]);
      for (const prefix of ['', 'a', 'a/', 'a/b', 'a/b=%3D c/', 'nothing', 'nothing/', 'b/4/5']) {
        assert.deepEqual(
          await Array.fromAsync(store.list(prefix)),
          keys
            .filter((key) => key.startsWith(prefix))
            .sort(byBytes)
            .map((key) => ({ key, bytes: keys.indexOf(key) })),
          prefix,
        );
      }
    },
  },
  {
    name: 'what is deleted is gone, and deleting it again is fine',
    check: async (store) => {
      for (const key of ['a/b/c', 'a/b/d', 'a/e/f']) await store.put(key, TEXT);
      for (const key of ['a/b/c', 'a/e/f', 'a/e/f', 'never/there', 'a/b/d/below']) await store.delete(key);
      assert.deepEqual(await Array.fromAsync(store.list(''), ({ key }) => key), ['a/b/d']);
    },
  },
];

const CONDITIONS: typeof EXPECTATIONS = [
  {
    name: 'a write that expects nothing there happens once, also when many try at the same time',
    check: async (store) => {
      const tries = ['a', 'b', 'c', 'd', 'e'].map((text) =>
        store.put('receipts/1.json', [Buffer.from(text)], { ifAbsent: true }),
      );
      const results = await Promise.allSettled(tries);
      assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 1);
      const winner = results.findIndex(({ status }) => status === 'fulfilled');
      assert.equal((await store.get('receipts/1.json'))?.body.toString(), 'abcde'[winner]);
      await assert.rejects(store.put('receipts/1.json', TEXT, { ifAbsent: true }), failure('conflict', /1\.json/));
      assert.deepEqual(await Array.fromAsync(store.list('')), [{ key: 'receipts/1.json', bytes: 1 }]);
    },
  },
  {
    name: 'a write that expects a tag happens only over that content',
    check: async (store) => {
      await store.put('r', [Buffer.from('first')]);
      const { tag } = (await store.get('r')) ?? { tag: '' };
      await store.put('r', [Buffer.from('second')], { ifTag: tag });
      await assert.rejects(store.put('r', TEXT, { ifTag: tag }), failure('conflict', /r/));
      assert.equal((await store.get('r'))?.body.toString(), 'second');
      await assert.rejects(store.put('not-there', TEXT, { ifTag: tag }), failure('conflict', /not-there/));
      assert.equal(await store.get('not-there'), undefined);
    },
  },
];

let places: Places;

before(async () => {
  places = await startPlaces();
});

after(() => places.stop());

const KINDS: readonly (readonly [kind: string, make: () => Promise<Store>, expectations: typeof EXPECTATIONS])[] = [
  ['memory', async () => memoryStore(), [...EXPECTATIONS.filter(({ name }) => !name.includes('not there')), ...CONDITIONS]],
  ['local files', async () => localStore((await places.localPlace()).uri), [...EXPECTATIONS, ...CONDITIONS]],
  // The embedded server does not know conditions: stores-s3-http.test.ts shows what is sent and what answers mean.
  ['S3 over HTTP', async () => openStore((await places.s3Place()).uri, { endpoint: places.endpoint }), EXPECTATIONS],
];

for (const [kind, make, expectations] of KINDS) {
  describe(kind, () => {
    for (const { name, check } of expectations) test(name, async () => check(await make()));
  });
}

test('on a disk no empty folder outlives its last object, and writers do not stumble over that', async () => {
  const place = await places.localPlace();
  const store = localStore(place.uri);
  const writeAndDelete = async (name: string): Promise<void> => {
    for (let time = 0; time < 20; time++) {
      await store.put(`events/dt=a/${name}`, TEXT);
      await store.delete(`events/dt=a/${name}`);
    }
  };
  await Promise.all(['1', '2', '3', '4'].map(writeAndDelete));
  assert.deepEqual(await filesBelow(place.uri), []);
  await store.put('events/dt=a/1', TEXT);
  await store.put('events/2', TEXT);
  await store.delete('events/dt=a/1');
  assert.deepEqual(await filesBelow(place.uri), ['events/2']);
});
