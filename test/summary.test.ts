/** The sums of a run, which outlive the receipts that they are made of. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createSums } from '../src/output/summary.ts';
import { receiptsIn, runInto, SAMPLES, withFolder } from './support/runs.ts';

const samples = await withFolder(async (out) => {
  await runInto(out, [SAMPLES]);
  return receiptsIn(out);
});

function sumsOf(options: Partial<Parameters<typeof createSums>[0]> = {}): ReturnType<typeof createSums> {
  const sums = createSums({ maxKeys: 1000, listsOutputs: false, ...options });
  for (const receipt of samples) sums.add(receipt, true);
  return sums;
}

const total = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + count, 0);

describe('the sums of a run', () => {
  test('are those of its receipts', () => {
    const { objects, failed_objects, records, valid, rejected, bytes_in, bytes_out, ...summary } = sumsOf().summary(2, 7.4);
    assert.equal(objects, samples.length + 2);
    assert.equal(failed_objects, samples.filter(({ object_fault }) => object_fault !== undefined).length + 2);
    assert.deepEqual(
      { records, valid, rejected, bytes_in, bytes_out },
      Object.fromEntries(
        (['records', 'valid', 'rejected', 'bytes_in', 'bytes_out'] as const).map((name) => [
          name,
          total(samples.map(({ counts }) => counts[name])),
        ]),
      ),
    );
    assert.equal(total(Object.values(summary.by_code)), rejected);
    assert.equal(total(Object.values(summary.by_event)), valid);
    assert.equal(total(Object.values(summary.by_generation)), valid);
    const drifted = samples.flatMap(({ drift }) => Object.values(drift));
    assert.equal(total(Object.values(summary.drift).map(({ count }) => count)), total(drifted.map(({ count }) => count)));
    assert.deepEqual(Object.keys(summary.by_event), Object.keys(summary.by_event).sort());
    assert.equal(summary.duration_ms, 7);
  });

  test('count files, and list them only for whoever asks', () => {
    const outputs = samples.flatMap((receipt) => receipt.outputs);
    assert.equal(total(Object.values(sumsOf().work().files)), outputs.length);
    assert.ok(!('outputs' in sumsOf().summary(0, 0)));
    assert.deepEqual(sumsOf({ listsOutputs: true }).summary(0, 0).outputs, outputs);
  });

  test('know what was done now from what was done before', () => {
    const sums = createSums({ maxKeys: 1000, listsOutputs: false });
    const [now, ...before] = samples;
    assert.ok(now && before.length > 0);
    sums.add(now, true);
    for (const receipt of before) sums.add(receipt, false);
    const { bytesIn, bytesOut, files } = sums.work();
    assert.deepEqual(
      [bytesIn, bytesOut, total(Object.values(files))],
      [now.counts.bytes_in, now.counts.bytes_out, now.outputs.length],
    );
    assert.equal(sums.summary(0, 0).objects, samples.length);
  });

  test('count an object once', () => {
    const sums = sumsOf();
    const once = sums.summary(0, 0);
    for (const receipt of samples) {
      assert.ok(sums.has(receipt.object_id));
      sums.add(receipt, true);
    }
    assert.deepEqual(sums.summary(0, 0), once);
    assert.ok(!sums.has('another'));
  });

  test('have room for so many names, and count the rest together', () => {
    const [all, few] = [sumsOf().summary(0, 0), sumsOf({ maxKeys: 10 }).summary(0, 0)];
    for (const name of ['by_code', 'by_event'] as const) {
      assert.ok(Object.keys(all[name]).length > 11, name);
      assert.equal(Object.keys(few[name]).length, 11, name);
      assert.equal(total(Object.values(few[name])), total(Object.values(all[name])), name);
      assert.ok((few[name]['(others)'] ?? 0) > 0, name);
    }
    assert.ok(Object.keys(few.drift).length <= 11);
  });
});
