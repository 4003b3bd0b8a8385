/** Estimates: the sums, the look into an input, and that what is counted is what a run does. */
import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { describeEstimate, dollars, type EstimateSummary, runEstimate, timeTaken } from '../src/cli/estimate.ts';
import { UsageError } from '../src/cli/usage.ts';
import { estimate, estimateDaily, type Shape, scaledTo } from '../src/estimate/estimate.ts';
import { ASSUMED, FUNCTION, IDLE_SQS_REQUESTS, PER_OBJECT, PRICES } from '../src/estimate/prices.ts';
import { shapeOf, takeSample } from '../src/estimate/sample.ts';
import { generateRecords } from '../src/generate/batch.ts';
import { processObject } from '../src/process.ts';
import { memorySource, memoryStore, settingsWith } from './support/objects.ts';
import { receiptsIn, runInto, SAMPLES, withFolder } from './support/runs.ts';

const SHAPE: Shape = { jsonBytesPerSecond: 50e6, outputRatio: 0.1, folders: 3, windowBytes: 128e6 };
const near = (actual: number, wanted: number) =>
  assert.ok(Math.abs(actual - wanted) <= 1e-9 * wanted, `${actual}, not ${wanted}`);

function linesOf(events: number, seed: number, types: readonly string[] = []): Buffer {
  return Buffer.concat(
    [...generateRecords({ events, seed, types })].flatMap(({ text }) => [Buffer.from(text), Buffer.from('\n')]),
  );
}

interface Look {
  readonly daily?: string;
  readonly sample?: string;
  readonly given?: { readonly [name: string]: string };
}

async function look(place: string, { daily, sample = '16MiB', given = {} }: Look = {}): Promise<EstimateSummary> {
  let cpu = 0;
  const { summary, exitStatus } = await runEstimate({
    place,
    daily,
    sample,
    given: Object.entries(given).map(([name, value]) => ({ origin: 'test', name, value })),
    warn: (line) => assert.fail(line),
    cpuSeconds: () => (cpu += 0.25),
  });
  assert.equal(exitStatus, 0);
  return summary ?? assert.fail();
}

describe('the sums', () => {
  const volume = { objects: 1000, storedBytes: 1e9, jsonBytes: 10e9 };

  test('time is that of the JSON and the waiting; dollars follow from the table', () => {
    const { seconds, gb_seconds, output_bytes, output_files, requests, dollars: sums } = estimate(volume, SHAPE);
    near(seconds, 200 + 1000 * ASSUMED.waitPerObject);
    near(gb_seconds, (seconds * FUNCTION.memoryMb) / 1024);
    assert.deepEqual([output_bytes, output_files], [1e9, 3000]);
    assert.deepEqual(requests, { lambda: 1000, s3_get: 2000, s3_put: 4000, sqs: 3000 });
    near(sums.s3, 4 * 0.005 + 2 * 0.0004);
    near(sums.lambda, gb_seconds * PRICES.lambdaGbSecond + 0.0002);
    near(sums.total, sums.lambda + sums.s3 + sums.sqs + sums.logs);
  });

  test('parts of a large object are closed again and again', () => {
    const large = { objects: 2, storedBytes: 1e8, jsonBytes: 2 * 300e6 };
    assert.equal(estimate(large, SHAPE).output_files, 2 * 3 * 3);
  });

  test('a day has the queue that is asked all day, and a busiest time', () => {
    const day = estimateDaily(volume, SHAPE);
    assert.equal(day.requests.sqs, 3000 + IDLE_SQS_REQUESTS);
    near(day.peak.concurrency, day.average_concurrency * ASSUMED.peak);
    near(day.average_concurrency * 86_400, day.seconds);
    near(day.storage_dollars, PRICES.s3GbMonth);
  });

  test('as much as wanted comes in objects of the same size', () => {
    assert.deepEqual(scaledTo(20e9, volume), { objects: 2000, storedBytes: 2e9, jsonBytes: 20e9 });
  });

  test('nothing costs nothing', () => {
    const { seconds, dollars: sums, output_files } = estimate({ objects: 0, storedBytes: 0, jsonBytes: 0 }, SHAPE);
    assert.deepEqual([seconds, sums.total, output_files], [0, 0, 0]);
  });
});

describe('what is counted', () => {
  test('is what one object really asks of its stores', async () => {
    const source = memorySource({ 'a.ndjson': linesOf(50, 1) });
    const store = memoryStore();
    const asked = { get: 0, put: 0 };
    const counted = <T>(kind: keyof typeof asked, answer: T): T => {
      asked[kind]++;
      return answer;
    };
    const { receipt } = await processObject(
      { bucket: 'landing', key: 'a.ndjson' },
      {
        source: { ...source, open: (ref) => counted('get', source.open(ref)) },
        store: {
          ...store,
          get: (key) => counted('get', store.get(key)),
          put: (key, body, condition) => counted('put', store.put(key, body, condition)),
        },
        settings: settingsWith(),
        now: () => 0,
      },
    );
    assert.equal(asked.get, PER_OBJECT.s3Gets);
    assert.equal(asked.put, PER_OBJECT.s3Puts + receipt.outputs.length);
  });

  test('is exactly what a run does, when all of the input is looked into', async () => {
    await withFolder(async (out) => {
      await runInto(out, [SAMPLES]);
      const receipts = await receiptsIn(out);
      const sum = (read: (receipt: (typeof receipts)[number]) => number) => receipts.reduce((total, one) => total + read(one), 0);
      const { once, sample } = await look(SAMPLES);
      assert.equal(once.objects, receipts.length);
      assert.equal(
        once.stored_bytes,
        sum(({ source }) => source.size),
      );
      assert.equal(
        once.json_bytes,
        sum(({ counts }) => counts.bytes_decompressed),
      );
      assert.equal(
        once.output_bytes,
        sum(({ counts }) => counts.bytes_out),
      );
      assert.equal(
        once.output_files,
        sum(({ outputs }) => outputs.length),
      );
      assert.equal(
        sample.records,
        sum(({ counts }) => counts.records),
      );
      assert.equal(
        sample.rejected,
        sum(({ counts }) => counts.rejected),
      );
    });
  });

  test('is the same in every look', async () => {
    const [first, second] = [await look(SAMPLES, { daily: '1TB' }), await look(SAMPLES, { daily: '1TB' })];
    assert.deepEqual(first, second);
    assert.equal(first.daily?.json_bytes, 1e12);
  });
});

describe('a look into a part', () => {
  test('takes the first objects, and reckons with the rest', async () => {
    await withFolder(async (folder) => {
      for (const name of ['a', 'b', 'c', 'd']) await writeFile(join(folder, `${name}.ndjson`), linesOf(60, 7));
      const { sample, once } = await look(folder, { sample: '500KB' });
      assert.ok(sample.objects >= 1 && sample.objects < 4, String(sample.objects));
      assert.equal(once.objects, 4);
      assert.equal(once.json_bytes, 4 * linesOf(60, 7).length);
      assert.equal(once.output_files, (4 * sample.folders) / sample.objects);
    });
  });

  for (const [name, encode] of [
    ['plain', (bytes: Buffer) => bytes],
    ['gzip', (bytes: Buffer) => gzipSync(bytes)],
  ] as const) {
    test(`cuts the first object when it is too large, and refuses nothing for it: ${name}`, async () => {
      const bytes = encode(linesOf(400, 9, ['open']));
      const source = memorySource({ 'large.ndjson': bytes });
      const settings = settingsWith();
      const mostBytes = Math.floor(bytes.length / 3);
      const deps = { source, settings, mostBytes, cpuSeconds: () => 0 };
      const sample = await takeSample([{ bucket: 'landing', key: 'large.ndjson' }], deps);
      assert.equal(sample.stored_bytes, mostBytes);
      assert.equal(sample.rejected, 0);
      assert.ok(sample.records > 60 && sample.records < 260, String(sample.records));
      const whole = await takeSample([{ bucket: 'landing', key: 'large.ndjson' }], { ...deps, mostBytes: bytes.length });
      const ratio = (of: typeof sample) => of.json_bytes / of.stored_bytes;
      assert.ok(Math.abs(ratio(sample) / ratio(whole) - 1) < 0.2);
      // None for the record that was cut through.
      assert.equal(shapeOf(sample, settings).folders, shapeOf(whole, settings).folders);
    });
  }

  test('too little of it does not tell the speed', async () => {
    const small = await look(SAMPLES);
    assert.equal(small.speed_from, 'benchmark');
    const sample = { ...small.sample, json_bytes: 100e6, seconds: 4 };
    assert.equal(shapeOf(sample, settingsWith()).jsonBytesPerSecond, 25e6);
  });

  test('filters hold here too', async () => {
    const { once } = await look(SAMPLES, { given: { input_suffix: '.gz' } });
    const all = await look(SAMPLES);
    assert.ok(once.objects > 0 && once.objects < all.once.objects);
  });
});

describe('the command', () => {
  test('refuses what cannot be, all at once', async () => {
    await assert.rejects(look('no-such-place', { daily: 'lots', sample: '0' }), (error: unknown) => {
      assert.ok(error instanceof UsageError);
      assert.equal(error.problems.length, 3);
      return true;
    });
  });

  test('refuses a place without objects, and a day made of nothing', async () => {
    await withFolder(async (folder) => {
      await mkdir(join(folder, 'empty'));
      await assert.rejects(look(join(folder, 'empty')), /holds no objects/);
      await writeFile(join(folder, 'nothing.json'), '');
      await assert.rejects(look(folder, { daily: '1GB' }), /holds no data/);
    });
  });

  test('tells people the same in words', async () => {
    const summary = await look(SAMPLES, { daily: '1TB' });
    const text = describeEstimate(summary, 'samples');
    for (const part of [
      /^samples: \d+ objects/,
      /once\n/,
      /each day, 1\.0 TB of JSON/,
      /dollars {3}\$/,
      /the benchmark does \d+ MB\/s/,
    ]) {
      assert.match(text, part);
    }
    assert.doesNotMatch(text, /NaN|undefined|Infinity/);
  });

  test('sums and times are written as people do', () => {
    assert.deepEqual([12.345, 0.123, 0.00001, 0].map(dollars), ['$12.35', '$0.12', '<$0.0001', '$0.00']);
    assert.deepEqual([1.26, 600, 86_400].map(timeTaken), ['1.3 s', '10.0 min', '24.0 h']);
  });
});
