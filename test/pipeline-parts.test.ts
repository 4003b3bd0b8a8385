/** How outputs are cut into parts, compressed and laid out in partitions. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { generateRecords } from '../src/generate/batch.ts';
import { frame } from '../src/generate/framing.ts';
import { createParts } from '../src/output/parts.ts';
import { CODECS, DIMENSIONS, type Dimension, type Settings } from '../src/settings.ts';
import type { NormalizedEvent } from '../src/types.ts';
import { jsonLines, keysOf, linesIn, outputsOf, runObject } from './support/objects.ts';
import { customEvent, event2020, linuxEvent } from './valid-events.ts';

const batch = Buffer.concat([...frame(generateRecords({ events: 200, seed: 8, bytes: 2000, broken: 0.1 }), 'ndjson')]);

function sequencesOf(keys: readonly string[]): Map<string, number[]> {
  const sequences = new Map<string, number[]>();
  for (const key of keys) {
    const [, folder = '', sequence = ''] = /^(.*)\/[0-9a-f]{32}-(\d{4,})\.ndjson/.exec(key) ?? [];
    sequences.set(folder, [...(sequences.get(folder) ?? []), Number(sequence)]);
  }
  return sequences;
}

const LIMITS: { readonly [name: string]: Partial<Settings> } = {
  max_part_bytes: { max_part_bytes: 20_000 },
  'max_part_bytes below one event': { max_part_bytes: 4096 },
  max_open_parts: { max_open_parts: 1 },
  'max_open_parts with many partitions': { max_open_parts: 3, partition: ['name', 'platform'] },
  max_buffer_bytes: { max_buffer_bytes: 64 * 1024 },
  'all of them': { max_part_bytes: 50_000, max_open_parts: 4, max_buffer_bytes: 64 * 1024, partition: ['hour', 'name'] },
};

describe('a bound closes parts and begins the next', () => {
  for (const [name, limits] of Object.entries(LIMITS)) {
    for (const codec of CODECS) {
      test(`${name}, ${codec}`, async () => {
        const settings = { ...limits, codec };
        const wide = await runObject(batch, {
          settings: { ...settings, max_part_bytes: 1e9, max_open_parts: 4096, max_buffer_bytes: 1e9 },
        });
        const { receipt, stored, events, rejects } = await runObject(batch, { settings });
        const sequences = sequencesOf(receipt.outputs.map(({ key }) => key));
        assert.ok(
          [...sequences.values()].some((numbers) => numbers.length > 1),
          'some folder has several parts',
        );
        for (const [folder, numbers] of sequences)
          assert.deepEqual(
            numbers,
            numbers.map((_, index) => index),
            folder,
          );
        const byId = (a: NormalizedEvent, b: NormalizedEvent) => a.source.record - b.source.record;
        assert.deepEqual([...events].sort(byId), [...wide.events].sort(byId), 'nothing is lost');
        assert.deepEqual(rejects, wide.rejects);
        for (const chunkSizes of [[501], [1_000_000]]) {
          assert.deepEqual(outputsOf((await runObject(batch, { settings, chunkSizes })).stored), outputsOf(stored));
        }
        for (const { key, records } of receipt.outputs)
          assert.equal(linesIn(key, stored.get(key) ?? Buffer.alloc(0)).length, records);
      });
    }
  }
});

test('events of a part keep the order of the object', async () => {
  const { stored } = await runObject(batch);
  for (const key of keysOf(stored, 'events/')) {
    const records = linesIn<NormalizedEvent>(key, stored.get(key) ?? Buffer.alloc(0)).map(({ source }) => source.record);
    assert.deepEqual(
      records,
      records.toSorted((a, b) => a - b),
    );
  }
});

test('a line of any length and any characters is written as it is', async () => {
  const lines = ['', 'é'.repeat(300_000), '\uD800', 'x'.repeat(262_143), '"\u{1F600}"', 'y'.repeat(600_000)];
  for (const codec of CODECS) {
    const stored = new Map<string, Buffer>();
    const put = async (key: string, body: readonly Buffer[]) => void stored.set(key, Buffer.concat(body));
    const limits = { maxPartBytes: 1e9, maxOpenParts: 2, maxBufferBytes: 1e9 };
    const parts = createParts({ objectId: 'id', codec, compressionLevel: 1, ...limits, put });
    for (const line of lines) parts.write('events/all', line);
    await parts.finish();
    const [entry] = parts.closed();
    const [bytes = Buffer.alloc(0)] = stored.values();
    const plain = codec === 'zstd' ? zstdDecompressSync(bytes) : codec === 'gzip' ? gunzipSync(bytes) : bytes;
    assert.ok(plain.equals(Buffer.from(lines.map((line) => `${line}\n`).join(''))), codec);
    assert.equal(entry?.records, lines.length);
  }
});

test('a finished part waits in memory no longer than until the next settling', async () => {
  const kept: string[] = [];
  const put = async (key: string) => void kept.push(key);
  const limits = { maxPartBytes: 10, maxOpenParts: 1, maxBufferBytes: 1e9 };
  const parts = createParts({ objectId: 'id', codec: 'zstd', compressionLevel: 1, ...limits, put });
  parts.write('events/a', '0123456789');
  parts.write('events/b', '0');
  await parts.settle();
  assert.deepEqual(kept, ['events/a/id-0000.ndjson.zst']);
  parts.write('events/a', '0');
  await parts.finish();
  assert.deepEqual(
    parts
      .closed()
      .map(({ key }) => key)
      .sort(),
    ['events/a/id-0000.ndjson.zst', 'events/a/id-0001.ndjson.zst', 'events/b/id-0000.ndjson.zst'],
  );
});

describe('partitions', () => {
  const event = { ...linuxEvent(), service: 'ssh', hostname: 'web-1' };
  const wanted: { readonly [dimension in Dimension]: string } = {
    dt: '2026-03-04',
    hour: '05',
    category: 'file_activity',
    name: 'open',
    platform: 'linux',
    rule_id: 'shell_history',
    service: 'ssh',
    host: 'web-1',
  };
  for (const dimension of DIMENSIONS) {
    test(`by ${dimension}`, async () => {
      const { receipt } = await runObject(jsonLines([event]), { settings: { partition: [dimension] } });
      assert.deepEqual(
        receipt.outputs.map(({ partition }) => partition),
        [`${dimension}=${wanted[dimension]}`],
      );
    });
  }

  test('in the order given', async () => {
    const { receipt } = await runObject(jsonLines([event]), { settings: { partition: DIMENSIONS } });
    const [output] = receipt.outputs;
    assert.equal(output?.partition, DIMENSIONS.map((dimension) => `${dimension}=${wanted[dimension]}`).join('/'));
    assert.equal(output?.key, `events/${output?.partition}/${receipt.object_id}-0000.ndjson.zst`);
  });

  test('for each category, and the default one without a date', async () => {
    const events = [
      linuxEvent('brand_new'),
      event2020(),
      customEvent('heartbeat'),
      linuxEvent('exit', { exit: { cause: 'EXITED', code: 0 } }),
    ];
    const { receipt } = await runObject(jsonLines(events));
    assert.deepEqual(
      receipt.outputs.map(({ partition }) => partition),
      [
        'dt=2026-03-04/category=agent_event',
        'dt=2026-03-04/category=process_activity',
        'dt=2026-03-04/category=unknown_activity',
        'dt=__HIVE_DEFAULT_PARTITION__/category=file_activity',
      ],
    );
  });

  test('by the date of the envelope when the event has none', async () => {
    const payload = { message: JSON.stringify(event2020()), timestamp: 1_604_188_800_000 };
    const { receipt } = await runObject(jsonLines([payload]));
    assert.deepEqual(
      receipt.outputs.map(({ partition }) => partition),
      ['dt=2020-11-01/category=file_activity'],
    );
  });
});
