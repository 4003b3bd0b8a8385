import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { generateRecords } from '../src/generate/batch.ts';
import { ENVELOPES } from '../src/generate/envelope.ts';
import { FRAMINGS, frame } from '../src/generate/framing.ts';
import { processObject } from '../src/process.ts';
import { localSource, localStore } from '../src/stores/local.ts';
import { StoreError } from '../src/stores/port.ts';
import type { Receipt } from '../src/types.ts';
import {
  jsonLines,
  keysOf,
  LAST_MODIFIED,
  memorySource,
  memoryStore,
  outputsOf,
  runObject,
  settingsWith,
  timeless,
} from './support/objects.ts';
import { customEvent, linuxEvent, windowsEvent } from './valid-events.ts';

const GOOD = [linuxEvent(), windowsEvent(), customEvent('heartbeat')];
const BROKEN = ['not json', '{"evt":', '{"a":1,"a":2}', 'null', '{}', '{"message":"{\\"evt\\":"}'];
const MIXED = `${jsonLines(GOOD)}${BROKEN.join('\n')}\n`;

/** Some 1.5 MB: more than one block of the compressors and more than one chunk of any store. */
const batch = Buffer.concat([
  ...frame(generateRecords({ events: 500, seed: 5, bytes: 3000, broken: 0.1, envelopes: ENVELOPES }), 'ndjson'),
]);

function assertBalanced({ counts, outputs }: Receipt): void {
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  assert.equal(counts.records, counts.valid + counts.rejected);
  assert.equal(counts.bytes_decompressed, counts.bytes_in_records + counts.bytes_between_records);
  assert.equal(counts.rejected, sum(Object.values(counts.by_code)));
  for (const counter of [counts.by_event, counts.by_category, counts.by_generation])
    assert.equal(sum(Object.values(counter)), counts.valid);
  assert.equal(counts.records, sum(outputs.map(({ records }) => records)));
  assert.equal(counts.bytes_out, sum(outputs.map(({ bytes }) => bytes)));
}

describe('the account of an object', () => {
  test('says what was in it', async () => {
    const { receipt, events, rejects, stored } = await runObject(MIXED, { key: 'a/b.json' });
    assertBalanced(receipt);
    assert.deepEqual(receipt.source, {
      bucket: 'landing',
      key: 'a/b.json',
      etag: createHash('md5').update(MIXED).digest('hex'),
      size: Buffer.byteLength(MIXED),
      last_modified: LAST_MODIFIED,
    });
    assert.equal(
      receipt.object_id,
      createHash('sha256').update(`landing\na/b.json\n${receipt.source.etag}`).digest('hex').slice(0, 32),
    );
    assert.equal(receipt.status, 'complete');
    assert.equal(receipt.object_fault, undefined);
    assert.deepEqual(receipt.counts.by_generation, { custom: 1, linux: 1, windows: 1 });
    assert.deepEqual(receipt.counts.by_event, { create: 1, heartbeat: 1, open: 1 });
    assert.deepEqual(receipt.counts.by_category, { 'Agent Event': 1, 'File Activity': 2 });
    assert.deepEqual(receipt.counts.by_code, {
      'envelope.message_truncated': 1,
      'envelope.unknown': 1,
      'json.duplicate_key': 1,
      'json.not_object': 1,
      'json.syntax': 1,
      'json.truncated': 1,
    });
    assert.deepEqual(receipt.timings, { started_at: '2026-11-22T08:00:00.007Z', duration_ms: 7 });
    assert.equal(events.length, 3);
    assert.deepEqual(
      rejects.map(({ raw }) => raw.trimEnd()),
      BROKEN,
    );
    const receiptKey = `receipts/dt=2026-11-22/${receipt.object_id}.json`;
    assert.equal([...stored.keys()].at(-1), receiptKey, 'the receipt is stored last');
    assert.deepEqual(JSON.parse(String(stored.get(receiptKey))), receipt);
  });

  test('lists outputs as they are stored, in the order of their keys', async () => {
    const { receipt, stored } = await runObject(MIXED);
    assert.deepEqual(
      receipt.outputs.map(({ key }) => key),
      [...keysOf(stored, 'events/'), ...keysOf(stored, 'rejects/')],
    );
    for (const { key, partition, bytes, sha256 } of receipt.outputs) {
      const content = stored.get(key) ?? Buffer.alloc(0);
      assert.equal(bytes, content.length);
      assert.equal(sha256, createHash('sha256').update(content).digest('hex'));
      assert.equal(key, `${key.split('/')[0]}/${partition}/${receipt.object_id}-0000.ndjson.zst`);
    }
    assert.ok(keysOf(stored, 'rejects/').every((key) => key.startsWith('rejects/dt=2026-11-22/')));
  });

  test('balances for every framing and compression', async () => {
    const records = [...generateRecords({ events: 40, lines: false, broken: 0.2, bytes: 1500, envelopes: ENVELOPES })];
    const refused = records.filter(({ expect }) => expect !== 'valid').length;
    for (const framing of FRAMINGS) {
      const plain = Buffer.concat([...frame(records, framing)]);
      for (const bytes of [plain, gzipSync(plain), zstdCompressSync(plain)]) {
        const { receipt } = await runObject(bytes);
        assertBalanced(receipt);
        assert.equal(receipt.counts.bytes_in, bytes.length);
        assert.equal(receipt.counts.bytes_decompressed, plain.length);
        assert.deepEqual([receipt.counts.records, receipt.counts.rejected], [40, refused], framing);
      }
    }
  });

  test('of an empty object is a receipt and nothing else', async () => {
    for (const input of ['', '\n\n', '[]', '\uFEFF', gzipSync('')]) {
      const { receipt, stored } = await runObject(input);
      assertBalanced(receipt);
      assert.equal(receipt.counts.records, 0);
      assert.deepEqual([...stored.keys()], [`receipts/dt=2026-11-22/${receipt.object_id}.json`]);
    }
  });

  test('does not need a line break at the end', async () => {
    const { receipt } = await runObject(jsonLines(GOOD).trimEnd());
    assert.equal(receipt.counts.valid, 3);
  });
});

describe('outputs', () => {
  test('are the same bytes in every run, whatever the chunks, with every codec', async () => {
    for (const codec of ['zstd', 'gzip', 'none'] as const) {
      const settings = { codec, max_part_bytes: 400_000 };
      const first = await runObject(batch, { settings });
      assert.ok(Object.keys(outputsOf(first.stored)).length > 5);
      for (const chunkSizes of [[64 * 1024], [1_000_000_000], [977], [1, 100_000], [300_000, 5]]) {
        const again = await runObject(batch, { settings, chunkSizes });
        assert.deepEqual(outputsOf(again.stored), outputsOf(first.stored), `${codec} ${chunkSizes}`);
        assert.deepEqual(timeless(again.receipt), timeless(first.receipt));
      }
    }
  });

  test('of a small object are the same for chunks of one byte', async () => {
    const first = await runObject(MIXED);
    for (const chunkSizes of [[1], [2], [3], [7]])
      assert.deepEqual(outputsOf((await runObject(MIXED, { chunkSizes })).stored), outputsOf(first.stored));
  });

  test('of several objects do not depend on their order, nor on whether they run at once', async () => {
    const objects = { 'a.json': Buffer.from(MIXED), 'b.json': Buffer.from(jsonLines(GOOD)), 'c/d.json': batch };
    const keys = Object.keys(objects);
    const runs = await Promise.all(
      [keys, keys.toReversed(), [...keys, ...keys]].map(async (order, index) => {
        const store = memoryStore();
        const deps = { source: memorySource(objects), store, settings: settingsWith(), now: () => 0 };
        const refs = order.map((key) => ({ bucket: 'landing', key }));
        if (index === 2) await Promise.all(refs.map((ref) => processObject(ref, deps)));
        else for (const ref of refs) await processObject(ref, deps);
        return outputsOf(store.stored);
      }),
    );
    assert.deepEqual(runs[1], runs[0]);
    assert.deepEqual(runs[2], runs[0]);
  });

  test('have another object id under another key or with other bytes', async () => {
    const ids = await Promise.all(
      [runObject(MIXED), runObject(MIXED, { key: 'other.json' }), runObject(`${MIXED} `)].map(
        async (run) => (await run).receipt.object_id,
      ),
    );
    assert.equal(new Set(ids).size, 3);
  });
});

test('on a disk two runs leave the same files', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'winnow-pipeline-'));
  try {
    const input = join(folder, 'batch.ndjson');
    await writeFile(input, MIXED);
    await utimes(input, new Date(LAST_MODIFIED), new Date(LAST_MODIFIED));
    const filesOf = async (out: string) => {
      const source = await localSource(input);
      for await (const ref of source.list())
        await processObject(ref, { source, store: localStore(out), settings: settingsWith(), now: Date.now });
      const files = await readdir(out, { recursive: true, withFileTypes: true });
      const paths = files
        .filter((file) => file.isFile())
        .map(({ parentPath, name }) => join(parentPath, name).slice(out.length))
        .sort();
      return Promise.all(
        paths.filter((path) => !path.startsWith('/receipts')).map(async (path) => [path, await readFile(out + path, 'hex')]),
      );
    };
    const first = await filesOf(join(folder, 'one'));
    assert.equal(first.length, 3);
    assert.deepEqual(await filesOf(join(folder, 'two')), first);
    assert.deepEqual(await filesOf(join(folder, 'one')), first, 'again into the same folder');
  } finally {
    await rm(folder, { recursive: true });
  }
});

describe('a store that fails', () => {
  for (const [name, failing] of [
    ['events', /^events/],
    ['rejects', /^rejects/],
    ['receipts', /^receipts/],
  ] as const) {
    test(`leaves no receipt when ${name} cannot be written`, async () => {
      const store = memoryStore();
      const put = async (key: string, body: readonly Uint8Array[]) => {
        if (failing.test(key)) throw new StoreError('unavailable', 'the disk is full');
        await store.put(key, body);
      };
      // Parts are closed early, so that puts fail while the object is still read.
      const settings = settingsWith({ max_part_bytes: 4096, max_open_parts: 1 });
      const deps = { source: memorySource({ 'batch.json': batch }, [4096]), store: { ...store, put }, settings, now: () => 0 };
      await assert.rejects(processObject({ bucket: 'landing', key: 'batch.json' }, deps), StoreError);
      assert.deepEqual(keysOf(store.stored, 'receipts/'), []);
    });
  }

  test('leaves no receipt when the object breaks off while it is read', async () => {
    const store = memoryStore();
    const source = memorySource({ 'batch.json': batch });
    const open = async (ref: { bucket: string; key: string }) => {
      const object = await source.open(ref);
      const read = async function* () {
        yield batch.subarray(0, 1000);
        throw new StoreError('unavailable', 'the connection was lost');
      };
      return { ...object, read };
    };
    const deps = { source: { ...source, open }, store, settings: settingsWith(), now: () => 0 };
    await assert.rejects(processObject({ bucket: 'landing', key: 'batch.json' }, deps), StoreError);
    assert.deepEqual(keysOf(store.stored, 'receipts/'), []);
  });
});
