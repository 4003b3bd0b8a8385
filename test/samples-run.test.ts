/** The samples and generated batches through the whole program. */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { type BatchOptions, generateRecords } from '../src/generate/batch.ts';
import { ENVELOPES } from '../src/generate/envelope.ts';
import { FRAMINGS, type Framing, frame, separatesAnything } from '../src/generate/framing.ts';
import { createTally } from '../src/generate/manifest.ts';
import { runObject } from './support/objects.ts';
import { filesBelow, receiptsIn, runInto, SAMPLES, withFolder } from './support/runs.ts';

test('good samples are valid to the last record, broken ones have the code of their name', async () => {
  await withFolder(async (out) => {
    const { summary, exitStatus, warnings } = await runInto(out, [SAMPLES]);
    const receipts = await receiptsIn(out);
    assert.deepEqual(receipts.map(({ source }) => source.key).sort(), await filesBelow(SAMPLES));
    for (const { source, counts, drift } of receipts) {
      // The first sample shows what becomes of a key that Winnow does not know.
      if (source.key !== 'first.json') assert.deepEqual(drift, {}, source.key);
      const code = /^broken\/([a-z_]+\.[a-z_]+)\./.exec(source.key)?.[1];
      assert.deepEqual(counts.by_code, code === undefined ? {} : { [code]: counts.records }, source.key);
      assert.ok(counts.records > 0, source.key);
    }
    assert.equal(exitStatus, 0);
    assert.deepEqual(warnings, []);
    assert.equal(
      summary.records,
      receipts.reduce((sum, { counts }) => sum + counts.records, 0),
    );
  });
});

test('what only the documentation forbids is refused under conformance documented', async () => {
  await withFolder(async (out) => {
    await runInto(out, [join(SAMPLES, 'broken-documented')], { conformance: 'documented' });
    for (const { source, counts } of await receiptsIn(out)) {
      const code = /^([a-z_]+\.[a-z_]+)\./.exec(source.key)?.[1] ?? '';
      assert.deepEqual(counts.by_code, { [code]: counts.records }, source.key);
    }
  });
});

const COMPRESSIONS = { none: (bytes: Buffer) => bytes, gzip: gzipSync, zstd: zstdCompressSync } as const;

describe('a generated batch gives what its manifest says', () => {
  for (const framing of FRAMINGS) {
    for (const [compression, compress] of Object.entries(COMPRESSIONS)) {
      test(`${framing}, ${compression}`, async () => {
        const { plain, manifest } = make({ events: 150, seed: framing.length, broken: 0.25, bytes: 1500 }, framing);
        assert.ok(manifest.rejected > 10);
        const { receipt } = await runObject(compress(plain));
        const { records, valid, rejected, by_code, by_event, by_generation } = receipt.counts;
        const { by_envelope: _, ...expected } = manifest;
        assert.deepEqual({ records, valid, rejected, by_code, by_event, by_generation }, expected);
        assert.deepEqual(receipt.drift, {});
      });
    }
  }

  test('under conformance documented', async () => {
    const { plain, manifest } = make({ events: 300, broken: 0.25, conformance: 'documented' }, 'ndjson');
    const { receipt } = await runObject(plain, { settings: { conformance: 'documented' } });
    assert.deepEqual(receipt.counts.by_code, manifest.by_code);
    assert.deepEqual(receipt.counts.by_event, manifest.by_event);
  });

  test('of natural sizes, from files', async () => {
    await withFolder(async (folder) => {
      const { plain, manifest } = make({ events: 1000, seed: 77, broken: 0.1 }, 'ndjson');
      const input = join(folder, 'batch.zst');
      await writeFile(input, zstdCompressSync(plain));
      const { summary } = await runInto(join(folder, 'out'), [input]);
      assert.deepEqual(summary.by_code, manifest.by_code);
      assert.deepEqual(summary.by_event, manifest.by_event);
      assert.deepEqual(summary.by_generation, manifest.by_generation);
    });
  });
});

function make(options: BatchOptions, framing: Framing) {
  const tally = createTally();
  const records = tally.watch(generateRecords({ ...options, envelopes: ENVELOPES, lines: separatesAnything(framing) }));
  const plain = Buffer.concat([...frame(records, framing)]);
  return { plain, manifest: tally.manifest() };
}
