/** The state machine of the backfill: valid for Step Functions, and run over an embedded S3 through the real handler. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import aslValidator from 'asl-validator';
import { generateRecords } from '../src/generate/batch.ts';
import { urlEncode } from '../src/stores/embedded-s3.ts';
import { createS3Client, s3Source, s3Store } from '../src/stores/s3.ts';
import { s3OptionsFromEnvironment } from '../src/stores/s3-place.ts';
import { verify } from '../src/verify/verify.ts';
import { coldStart, type Handler, read, readMachine, remove } from './support/backfill.ts';
import { type Buckets, INPUT, OUTPUT, startBuckets } from './support/buckets.ts';
import { batchesOf, type Execution, execute, type Machine, type World } from './support/state-machine.ts';

const MINUTES = 300_000;
let machine: Machine;

before(async () => {
  machine = await readMachine();
});

describe('the definition', () => {
  test('passes asl-validator', () => {
    const { isValid, errorsText } = aslValidator(machine);
    assert.ok(isValid, errorsText('\n'));
  });

  test('takes both sources through the same steps', () => {
    const [prefix, inventory] = [machine.States['Prefix'], machine.States['Inventory']];
    const steps = (state = prefix) => Object.values(state?.ItemProcessor?.States ?? {});
    assert.deepEqual(steps(prefix), steps(inventory));
    assert.deepEqual(prefix?.ItemProcessor?.ProcessorConfig, { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' });
    for (const field of ['MaxConcurrency', 'ToleratedFailurePercentage', 'ResultWriter']) {
      assert.ok(prefix?.[field], field);
      assert.deepEqual(prefix[field], inventory?.[field], field);
    }
  });

  test('closes a batch at whichever limit comes first', () => {
    const items = Array.from({ length: 300 }, (_, index) => ({ Key: `${index}`.padEnd(1024, 'k') }));
    const limits = { MaxItemsPerBatch: 100, MaxInputBytesPerBatch: 131_072, BatchInput: { Bucket: 'b' } };
    const long = batchesOf(items, { ...limits, MaxItemsPerBatch: 1000 });
    assert.deepEqual(
      long.flatMap(({ Items }) => Items),
      items,
    );
    assert.ok(long.every((batch) => JSON.stringify(batch).length <= 131_072) && long.length === 3);
    assert.deepEqual(
      batchesOf(items, limits).map(({ Items }) => Items.length),
      [100, 100, 100],
    );
  });
});

describe('what it is started with', () => {
  const nothing = {
    read: async () => [{ Key: 'a' }],
    invoke: async () => ({ objects: 1, ignored: {}, records: 0, valid: 0, rejected: 0 }),
  };
  const refused: readonly (readonly [object, RegExp])[] = [
    [{}, /^either prefix or inventory must be given$/],
    [{ prefix: 'a/', inventory: 'b' }, /^either prefix or inventory must be given$/],
    [{ prefix: 7 }, /^prefix must be text$/],
    [{ prefix: '', batchsize: 5 }, /^batchsize is not known$/],
    [
      { prefix: '', batchSize: 101, maxConcurrency: 0, maxItems: 1.5, toleratedFailurePercentage: '5' },
      /^batchSize must be .* 1 to 100; maxConcurrency must be .* 1 to 1000; maxItems must be .*; toleratedFailurePercentage must be a whole number from 0 to 100$/,
    ],
    [{ a: 1, b: 2, inventory: [] }, /^a is not known; b is not known; inventory must be text$/],
  ];
  for (const [input, cause] of refused) {
    test(`${JSON.stringify(input)} is refused, and everything wrong with it told`, async () => {
      const { status, error, cause: told } = await execute(machine, input, nothing);
      assert.deepEqual([status, error], ['FAILED', 'BadInput']);
      assert.match(String(told), cause);
    });
  }

  test('a prefix alone is enough, be it that of the whole bucket', async () => {
    for (const prefix of ['', 'cws/']) assert.equal((await execute(machine, { prefix }, nothing)).status, 'SUCCEEDED');
  });
});

describe('run over an embedded S3', () => {
  let buckets: Buckets;
  before(async () => {
    buckets = await startBuckets();
  });
  after(() => buckets.stop());

  /** Objects that are deleted after the listing and before their turn. */
  const GONE = [500, 501, 502];
  /** Batches whose first attempt has too little time. */
  const SHORT_OF_TIME = [3, 17];
  /** Lambda promises each batch at least once, not once: these come twice at the same time. */
  const TWINS = [5, 25];

  test('it processes a prefix of 1,000 objects, and nothing is lost', async () => {
    const { keys, records, valid } = await upload(buckets, 1000, GONE);
    const gone = GONE.map((index) => keys[index] ?? '');
    const handler = await coldStart(`s3://${OUTPUT}/all`);
    const seen = new Set<string>();
    const world: World = {
      read: async (reader) => {
        const items = await read(reader);
        for (const key of gone) await remove(key);
        // As the console marks a folder; the embedded server has no such keys.
        return [{ Key: 'all/', Size: 0 }, ...items];
      },
      invoke: async ({ Payload }) => {
        const isFirst = seen.size < seen.add(JSON.stringify(Payload)).size;
        const index = seen.size - 1;
        const hurried = { getRemainingTimeInMillis: () => 40 };
        if (!isFirst || ![...SHORT_OF_TIME, ...TWINS].includes(index)) return handler(Payload, clock);
        if (SHORT_OF_TIME.includes(index)) return handler(Payload, hurried);
        const [answer] = await Promise.all([handler(Payload, clock), handler(Payload, clock)]);
        return answer;
      },
    };
    const run = await execute(machine, { prefix: 'all/', batchSize: 25 }, world);

    assert.equal(run.status, 'SUCCEEDED');
    assert.equal(run.batches.length, Math.ceil((keys.length + 1) / 25), 'the folder marker is an item as well');
    const failed = run.batches.filter(({ failure }) => failure);
    const causes = failed.map(({ failure }) => failure?.cause).join('; ');
    for (const { failure, attempts } of failed) assert.deepEqual([failure?.error, attempts], ['PermanentFailure', 1]);
    for (const key of gone) assert.ok(causes.includes(`s3://${INPUT}/${key}: no such object`), causes);
    for (const index of SHORT_OF_TIME) assert.ok((run.batches[index]?.attempts ?? 0) > 1, 'was not short of time');
    assert.equal(totalOf(run, 'objects'), keys.length - failed.length * 25);

    const client = createS3Client(s3OptionsFromEnvironment(process.env));
    const inputs = { place: 'all/', source: s3Source(client, { bucket: INPUT, prefix: 'all/' }), covers: () => true };
    const verdict = await verify(s3Store(client, { bucket: OUTPUT, prefix: 'all' }), [inputs]);
    assert.deepEqual(verdict.problems, []);
    const left = keys.length - gone.length;
    assert.deepEqual(
      [verdict.objects, verdict.inputs, verdict.records, verdict.valid, verdict.rejected],
      [left, left, records, valid, records - valid],
    );
    assert.ok(valid > 1000 && valid < records);
  });

  test('it processes an inventory, whose keys are encoded', async () => {
    const names = ['plain.ndjson', 'a b+c=d&é.ndjson', '100%25.ndjson', 'dt=2026-11-22/part,1.ndjson'];
    for (const name of names) await buckets.upload(`listed/${name}`, lineOf(names.indexOf(name)));
    const csv = names.map((name) => `"${INPUT}","${urlEncode(`listed/${name}`)}","${lineOf(0).length}"\n`).join('');
    const data = 'winnow/inventory/in-bucket/daily/data/1.csv.gz';
    const manifest = 'winnow/inventory/in-bucket/daily/2026-11-22T01-00Z/manifest.json';
    await buckets.upload(data, gzipSync(csv), OUTPUT);
    const says = { sourceBucket: INPUT, fileFormat: 'CSV', fileSchema: 'Bucket, Key, Size', files: [{ key: data }] };
    await buckets.upload(manifest, Buffer.from(JSON.stringify(says)), OUTPUT);

    const handler = await coldStart(`s3://${OUTPUT}/listed`);
    const world: World = { read, invoke: ({ Payload }) => handler(Payload, clock) };
    const run = await execute(machine, { inventory: manifest, batchSize: 3, maxItems: 100 }, world);
    assert.deepEqual(
      run.batches.map(({ failure }) => failure),
      [undefined, undefined],
    );
    assert.equal(totalOf(run, 'objects'), names.length);
    assert.equal(totalOf(run, 'records'), names.length);
    const tried = await execute(machine, { inventory: manifest, maxItems: 2 }, world);
    assert.equal(totalOf(tried, 'objects'), 2);
  });

  test('it fails when more fails than is tolerated', async () => {
    const handler = await coldStart(`s3://${OUTPUT}/none`);
    const items = ['gone/1', 'gone/2'].map((Key) => ({ Key }));
    const world: World = { read: async () => items, invoke: ({ Payload }) => handler(Payload, clock) };
    const run = await execute(machine, { prefix: 'gone/' }, world);
    assert.deepEqual([run.status, run.error], ['FAILED', 'States.ExceedToleratedFailureThreshold']);
    assert.equal((await execute(machine, { prefix: 'gone/', toleratedFailurePercentage: 100 }, world)).status, 'SUCCEEDED');
  });
});

const clock: Parameters<Handler>[1] = { getRemainingTimeInMillis: () => MINUTES };

function totalOf({ batches }: Execution, name: string): number {
  return batches.reduce((sum, { output }) => sum + Number((output as { [name: string]: unknown } | undefined)?.[name] ?? 0), 0);
}

const LINES = [
  ...generateRecords({
    events: 3000,
    broken: 0.05,
    bytes: 600,
    bases: 200,
    seed: 4,
    types: ['open', 'unlink', 'rename', 'chmod'],
  }),
];

function lineOf(index: number): Buffer {
  return Buffer.concat([Buffer.from(LINES[index]?.text ?? ''), Buffer.from('\n')]);
}

/** Puts objects under `all/`, of up to three records each, and tells what is in those that will not go. */
async function upload(buckets: Buckets, count: number, gone: readonly number[]) {
  const made = Array.from({ length: count }, (_, index) => {
    const lines = index % 50 === 7 ? [] : Array.from({ length: 1 + (index % 3) }, (_, nth) => index * 3 + nth);
    const text = Buffer.concat(lines.map(lineOf));
    const key = `all/dt=2026-11-${10 + (index % 9)}/${index % 100 === 5 ? 'a b+c&é%25 ' : ''}${index}.ndjson`;
    return { key, lines, bytes: index % 4 === 1 ? gzipSync(text) : text };
  });
  // The server is one process: more at once would only wait.
  for (let from = 0; from < count; from += 20)
    await Promise.all(made.slice(from, from + 20).map(({ key, bytes }) => buckets.upload(key, bytes)));
  const lines = made.filter((_, index) => !gone.includes(index)).flatMap((object) => object.lines);
  const valid = lines.filter((line) => LINES[line]?.expect === 'valid').length;
  return { keys: made.map(({ key }) => key), records: lines.length, valid };
}
