/** Deliveries of one object: again, changed, stopped, at the same time. The outputs are those of one clean run. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { generateRecords } from '../src/generate/batch.ts';
import { frame } from '../src/generate/framing.ts';
import { processObject } from '../src/process.ts';
import type { Settings } from '../src/settings.ts';
import { StalledError } from '../src/stop.ts';
import { type Source, type Store, StoreError } from '../src/stores/port.ts';
import type { Receipt } from '../src/types.ts';
import { memorySource, memoryStore, outputsOf, settingsWith, timeless } from './support/objects.ts';

const REF = { bucket: 'landing', key: 'batch.json.gz' };
/** Small bounds, so that a small object has many parts and many places to stop at. */
const MANY_PARTS: Partial<Settings> = { max_buffer_bytes: 64 * 1024, max_part_bytes: 60_000, max_open_parts: 3, codec: 'none' };
const plain = Buffer.concat([...frame(generateRecords({ events: 250, seed: 3, bytes: 2500, broken: 0.2 }), 'ndjson')]);
const batch = gzipSync(plain);

interface Attempt {
  readonly settings?: Partial<Settings>;
  readonly force?: boolean;
  readonly signal?: AbortSignal;
  readonly source?: Source;
}

function attempt(
  store: Store,
  { settings = MANY_PARTS, source = memorySource({ [REF.key]: batch }, [700]), ...rest }: Attempt = {},
) {
  return processObject(REF, { source, store, settings: settingsWith(settings), now: () => 1_795_334_400_000, ...rest });
}

function receiptIn(stored: ReadonlyMap<string, Buffer>): Receipt {
  const keys = [...stored.keys()].filter((key) => key.startsWith('receipts/'));
  assert.equal(keys.length, 1);
  return JSON.parse(String(stored.get(keys[0] ?? '')));
}

const clean = memoryStore();
await attempt(clean);

function assertClean(stored: ReadonlyMap<string, Buffer>): void {
  assert.deepEqual(outputsOf(stored), outputsOf(clean.stored));
  assert.deepEqual(timeless(receiptIn(stored)), timeless(receiptIn(clean.stored)));
}

describe('an object that is done', () => {
  test('is not read again under the same settings', async () => {
    const store = memoryStore();
    const first = await attempt(store);
    const unread: Source = {
      ...memorySource({ [REF.key]: batch }),
      open: async (ref) => {
        const object = await memorySource({ [REF.key]: batch }).open(ref);
        return { ...object, read: () => assert.fail('it was read') };
      },
    };
    const writes: string[] = [];
    const second = await attempt({ ...store, put: async (key) => void writes.push(key) }, { source: unread });
    assert.deepEqual([first.outcome, second.outcome, writes], ['complete', 'unchanged', []]);
    assert.deepEqual(second.receipt, first.receipt);
  });

  test('is processed again with force, and under other settings, and leaves what a clean run leaves', async () => {
    const other: Partial<Settings> = { codec: 'gzip', partition: ['name'], max_buffer_bytes: 1 << 20 };
    const cleanOther = memoryStore();
    await attempt(cleanOther, { settings: other });
    const store = memoryStore();
    await attempt(store);
    assert.equal((await attempt(store, { force: true })).outcome, 'complete');
    assertClean(store.stored);
    assert.equal((await attempt(store, { settings: other })).outcome, 'complete');
    assert.deepEqual(outputsOf(store.stored), outputsOf(cleanOther.stored), 'what the new receipt does not list is gone');
    assert.deepEqual(timeless(receiptIn(store.stored)), timeless(receiptIn(cleanOther.stored)));
    await attempt(store);
    assertClean(store.stored);
  });

  test('whose replaced outputs are still there gets rid of them at the next delivery', async () => {
    const store = memoryStore();
    await attempt(store, { settings: { codec: 'gzip' } });
    let deletions = 0;
    const dying = { ...store, delete: async (key: string) => (++deletions > 2 ? assert.fail('killed') : store.delete(key)) };
    await assert.rejects(attempt(dying));
    assert.ok((receiptIn(store.stored).retired ?? []).length > 0);
    assert.equal((await attempt(store)).outcome, 'unchanged');
    assertClean(store.stored);
  });

  test('whose receipt is no receipt is processed again', async () => {
    const store = memoryStore();
    const { receipt } = await attempt(store);
    const key = `receipts/dt=2026-11-22/${receipt.object_id}.json`;
    for (const wreck of ['', '{', 'null', '[]', '{"status":"complete"}']) {
      await store.put(key, [Buffer.from(wreck)]);
      assert.equal((await attempt(store)).outcome, 'complete', wreck);
      assertClean(store.stored);
    }
  });
});

describe('an attempt that is stopped', () => {
  /** A store that gives the signal at the nth write. */
  function stoppingStore(store: Store, nth: number, hangs: boolean): { readonly store: Store; readonly signal: AbortSignal } {
    const controller = new AbortController();
    let writes = 0;
    const put: Store['put'] = async (key, body, condition) => {
      if (key.startsWith('receipts/') || writes++ < nth) return store.put(key, body, condition);
      controller.abort();
      return hangs ? new Promise<void>(() => {}) : store.put(key, body, condition);
    };
    return { store: { ...store, put }, signal: controller.signal };
  }

  for (const hangs of [false, true]) {
    test(`at any write${hangs ? ' that hangs' : ''} goes on from there and ends in the same outputs`, async () => {
      const total = receiptIn(clean.stored).outputs.length;
      const resumedAt = new Set<number>();
      for (let nth = 0; nth < total; nth++) {
        const store = memoryStore();
        const stopping = stoppingStore(store, nth, hangs);
        const { outcome, receipt } = await attempt(stopping.store, { signal: stopping.signal });
        if (outcome === 'partial') {
          assert.equal(receipt.counts.records, receipt.counts.valid + receipt.counts.rejected);
          assert.deepEqual(receipt, receiptIn(store.stored));
          resumedAt.add(receipt.resume?.record ?? -1);
          await attempt(store);
        }
        assertClean(store.stored);
      }
      assert.ok(resumedAt.size > 3, `resumed at ${[...resumedAt].join(', ')}`);
    });
  }

  test('over and over ends all the same, as long as each one gets further', async () => {
    const store = memoryStore();
    let attempts = 0;
    for (let isDone = false; !isDone; attempts++) {
      const stopping = stoppingStore(store, 5, false);
      const { outcome } = await attempt(stopping.store, { signal: stopping.signal });
      isDone = outcome !== 'partial';
    }
    assert.ok(attempts > 3, `${attempts} attempts`);
    assertClean(store.stored);
  });

  test('while the object hangs lets go of it', async () => {
    const store = memoryStore();
    const controller = new AbortController();
    let closed = false;
    const hanging: Source = {
      ...memorySource({}),
      open: async (ref) => {
        const object = await memorySource({ [REF.key]: batch }, [700]).open(ref);
        const read = async function* () {
          let chunks = 0;
          for await (const chunk of object.read()) {
            yield chunk;
            if (++chunks < 20) continue;
            controller.abort();
            await new Promise(() => {});
          }
        };
        const close = () => {
          closed = true;
        };
        return { ...object, read, close };
      },
    };
    const { outcome } = await attempt(store, { source: hanging, signal: controller.signal });
    assert.deepEqual([outcome, closed], ['partial', true]);
    await attempt(store);
    assertClean(store.stored);
  });

  test('under other settings before is not taken up', async () => {
    const store = memoryStore();
    const stopping = stoppingStore(store, 6, false);
    await attempt(stopping.store, { settings: { ...MANY_PARTS, codec: 'gzip' }, signal: stopping.signal });
    assert.equal(receiptIn(store.stored).status, 'partial');
    await attempt(store);
    assertClean(store.stored);
  });

  test('of a changed object does not forget what is to be removed', async () => {
    const store = memoryStore();
    await attempt(store, { settings: { codec: 'gzip' } });
    const stopping = stoppingStore(store, 6, false);
    await attempt(stopping.store, { signal: stopping.signal });
    assert.ok((receiptIn(store.stored).retired ?? []).length > 0);
    await attempt(store);
    assertClean(store.stored);
  });

  test('again and again without getting further is a matter of configuration', async () => {
    const store = memoryStore();
    const again = async () => {
      const stopping = stoppingStore(store, 0, true);
      return attempt(stopping.store, { signal: stopping.signal });
    };
    assert.equal((await again()).outcome, 'partial');
    assert.equal((await again()).outcome, 'partial');
    await assert.rejects(again(), (error) => error instanceof StalledError && /lower max_buffer_bytes/.test(error.message));
    await attempt(store);
    assertClean(store.stored);
  });
});

describe('twins', () => {
  test('at the same time leave what one leaves', async () => {
    const store = memoryStore();
    const results = await Promise.all([attempt(store), attempt(store), attempt(store)]);
    for (const { receipt } of results) assert.deepEqual(timeless(receipt), timeless(receiptIn(clean.stored)));
    assertClean(store.stored);
  });

  test('of which one is stopped do not undo what the other has done', async () => {
    const store = memoryStore();
    const controller = new AbortController();
    const slow = attempt(
      {
        ...store,
        put: async (key, body, condition) => {
          if (!key.startsWith('receipts/') && !controller.signal.aborted) {
            await attempt(store);
            controller.abort();
          }
          return store.put(key, body, condition);
        },
      },
      { signal: controller.signal },
    );
    assert.equal((await slow).outcome, 'complete');
    assertClean(store.stored);
  });

  test('under different settings do not both count: the later one is told to come again', async () => {
    const store = memoryStore();
    const put: Store['put'] = async (key, body, condition) => {
      if (key.startsWith('receipts/')) await attempt(store, { settings: { codec: 'gzip' } });
      return store.put(key, body, condition);
    };
    await assert.rejects(attempt({ ...store, put }), (error) => error instanceof StoreError && error.reason === 'conflict');
    await attempt(store);
    assertClean(store.stored);
  });
});
