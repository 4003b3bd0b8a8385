/** One table of expectations for a store, run against local files and against S3 over HTTP. */
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { openSource, openStore } from '../src/stores/open.ts';
import { byBytes, bytesOf, failure, type Place, type Places, startPlaces } from './support/places.ts';

const ODD_NAMES = [
  'Z.json',
  'a b+c=d&é.json',
  'a-b.json',
  'a.json',
  'a/b/c.json',
  'a/x.json',
  "it's (1)!*~.json",
  'plus+percent%20.json',
  'q?#[]{}^.json',
  'quote"<&amp;>.json',
  'dt=2026-11-22/category=x%3Dy/p.json',
  '\uFFFD.json',
  '😀.json',
  '日本語.json',
];

const EXPECTATIONS: { readonly name: string; readonly check: (place: Place) => Promise<void> }[] = [
  {
    name: 'odd keys are listed in byte order, and each opens the bytes stored under it',
    check: async (place) => {
      for (const name of ODD_NAMES) await place.upload(name, Buffer.from(name));
      const source = await openSource(place.uri, { endpoint: places.endpoint });
      const refs = await Array.fromAsync(source.list());
      assert.deepEqual(
        refs.map(({ key }) => key),
        ODD_NAMES.map((name) => place.keyOf(name)).sort(byBytes),
      );
      for (const ref of refs) {
        assert.equal(ref.bucket, place.bucket);
        const object = await source.open(ref);
        assert.equal(object.info.key, ref.key);
        assert.equal(place.keyOf((await bytesOf(object)).toString()), ref.key);
      }
    },
  },
  {
    name: 'an empty place lists nothing',
    check: async (place) => assert.deepEqual(await place.list(), []),
  },
  {
    name: 'a place can be one object, and its neighbours stay out',
    check: async (place) => {
      for (const name of ['one.json', 'one.json.bak', 'two.json']) await place.upload(name, Buffer.from(name));
      const root = `${place.uri}/one.json`;
      const source = await openSource(root, { endpoint: places.endpoint });
      const [ref, ...more] = await Array.fromAsync(source.list());
      assert.ok(ref);
      assert.deepEqual(more, []);
      assert.equal(ref.key, place.keyOf('one.json', root));
      assert.equal((await bytesOf(await source.open(ref))).toString(), 'one.json');
    },
  },
  {
    name: 'a folder whose name begins like another does not include it',
    check: async (place) => {
      for (const name of ['app/1', 'app-old/2', 'application/3']) await place.upload(name, Buffer.from(name));
      for (const root of [`${place.uri}/app`, `${place.uri}/app/`]) {
        assert.deepEqual(await place.list(root), [place.keyOf('app/1', root)]);
      }
    },
  },
  {
    name: 'a big object tells its size, MD5 and date, and can be read more than once',
    check: async (place) => {
      const bytes = randomBytes(20 * 1024 * 1024);
      await place.upload('big.bin', bytes);
      const object = await place.open('big.bin');
      assert.equal(object.info.size, bytes.length);
      assert.equal(object.info.etag, createHash('md5').update(bytes).digest('hex'));
      assert.match(object.info.lastModified, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/);
      assert.ok(Math.abs(Date.parse(object.info.lastModified) - Date.now()) < 60_000);
      for (let time = 0; time < 3; time += 1) assert.ok((await bytesOf(object)).equals(bytes));
    },
  },
  {
    name: 'reading may stop early and start again',
    check: async (place) => {
      const bytes = randomBytes(3 * 1024 * 1024);
      await place.upload('half.bin', bytes);
      const object = await place.open('half.bin');
      for await (const chunk of object.read()) {
        assert.ok(bytes.subarray(0, chunk.length).equals(chunk));
        break;
      }
      assert.ok((await bytesOf(object)).equals(bytes));
    },
  },
  {
    name: 'an empty object is an object',
    check: async (place) => {
      await place.upload('empty.json', Buffer.alloc(0));
      assert.deepEqual(await place.list(), [place.keyOf('empty.json')]);
      const object = await place.open('empty.json');
      assert.equal(object.info.size, 0);
      assert.equal((await bytesOf(object)).length, 0);
    },
  },
  {
    name: 'a missing object is not_found and named',
    check: async (place) => {
      await place.upload('there.json', Buffer.from('{}'));
      await assert.rejects(place.open('gone.json'), failure('not_found', /gone\.json: no such/));
    },
  },
  {
    name: 'an object that is overwritten between two readings is changed, never mixed',
    check: async (place) => {
      await place.upload('moving.json', Buffer.from('first'));
      const object = await place.open('moving.json');
      assert.equal((await bytesOf(object)).toString(), 'first');
      await place.upload('moving.json', Buffer.from('other'));
      await assert.rejects(bytesOf(object), failure('changed', /moving\.json/));
    },
  },
  {
    name: 'what is put is listed and read back, chunks joined, and a second put replaces the first',
    check: async (place) => {
      const store = await openStore(place.uri, { endpoint: places.endpoint });
      const key = 'events/dt=2026-11-22/category=é%3D/0-0000.ndjson.zst';
      const big = randomBytes(6 * 1024 * 1024);
      await store.put(key, [Buffer.from('first')]);
      await store.put(key, [big.subarray(0, 1000), Buffer.alloc(0), big.subarray(1000)]);
      await store.put('receipts/empty.json', []);
      assert.deepEqual(
        await place.list(),
        [key, 'receipts/empty.json'].map((name) => place.keyOf(name)),
      );
      assert.ok((await bytesOf(await place.open(key))).equals(big));
      assert.equal((await place.open('receipts/empty.json')).info.size, 0);
    },
  },
];

let places: Places;

before(async () => {
  places = await startPlaces();
});

after(() => places.stop());

for (const [kind, makePlace] of [
  ['local files', () => places.localPlace()],
  ['S3 over HTTP', () => places.s3Place()],
] as const) {
  describe(kind, () => {
    for (const { name, check } of EXPECTATIONS) test(name, async () => check(await makePlace()));
  });
}
