/** The handler as Lambda runs it, a fresh process for every cold start, over an S3 server on the loopback. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { InvocationSummary } from '../src/lambda.ts';
import { type EmbeddedS3, startEmbeddedS3, urlEncode } from '../src/stores/embedded-s3.ts';
import { createS3Client, s3Sink, s3Source } from '../src/stores/s3.ts';

let folder: string;
let server: EmbeddedS3;
let sample: Buffer;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'winnow-lambda-'));
  server = await startEmbeddedS3({ folder: join(folder, 's3'), buckets: ['in-bucket', 'out-bucket'] });
  Object.assign(process.env, server.environment);
  sample = await readFile('samples/linux/bare.ndjson');
});

after(async () => {
  await server.stop();
  await rm(folder, { recursive: true });
});

test('a batch becomes events, rejects and a receipt, and the summary adds up', async () => {
  const key = 'a b+c=d&é.ndjson';
  await upload(key, Buffer.concat([sample, Buffer.from('\nnot-json-SECRET\n')]));
  const { result, output } = await invoke(created(key), { OUTPUT_URI: 's3://out-bucket/one' });
  assert.ok(result, output);
  assert.equal(result.objects, 1);
  assert.ok(result.valid > 0);
  assert.equal(result.rejected, 1);
  assert.equal(result.records, result.valid + result.rejected);

  const keys = [...(await outputs('one')).keys()];
  assert.ok(keys.some((name) => name.startsWith('one/events/dt=')));
  assert.ok(keys.some((name) => name.startsWith('one/rejects/dt=')));
  assert.deepEqual(
    keys.filter((name) => name.startsWith('one/receipts/')),
    result.receipts.map((name) => `one/${name}`),
  );

  const lines = output.split('\n').filter((line) => line.includes('object processed'));
  assert.equal(lines.length, 1);
  const { bucket, records, valid, rejected, by_code, duration_ms, ...line } = JSON.parse(lines[0] ?? '');
  assert.deepEqual(
    { bucket, key: line.key, records, valid, rejected, by_code },
    { bucket: 'in-bucket', key, records: result.records, valid: result.valid, rejected: 1, by_code: { 'json.syntax': 1 } },
  );
  assert.ok(duration_ms >= 0);
  assert.ok(!output.includes('SECRET'), 'the log quotes a record');
});

test('a batch delivered twice leaves the same outputs', async () => {
  await upload('again.ndjson', sample);
  const environment = { OUTPUT_URI: 's3://out-bucket/twice' };
  await invoke(created('again.ndjson'), environment);
  const first = await outputs('twice');
  await invoke(created('again.ndjson', 'again.ndjson'), environment);
  const second = await outputs('twice');
  assert.deepEqual([...second.keys()], [...first.keys()]);
  for (const [key, bytes] of first) {
    // A receipt tells how long it took, and nothing else that may differ.
    if (!key.includes('/receipts/')) assert.ok(bytes.equals(second.get(key) ?? Buffer.alloc(0)), key);
  }
});

test('an object that fails stops no other, and is named', async () => {
  await upload('here.ndjson', sample);
  const { result, error, output } = await invoke(created('gone one.ndjson', 'here.ndjson'), {
    OUTPUT_URI: 's3://out-bucket/half',
  });
  assert.equal(result, undefined);
  assert.match(error ?? '', /^1 of 2 objects failed: s3:\/\/in-bucket\/gone one\.ndjson: no such object$/);
  assert.match(output, /"object failed".*"reason":"not_found"/);
  const keys = [...(await outputs('half')).keys()];
  assert.equal(keys.filter((name) => name.startsWith('half/receipts/')).length, 1);
});

test('a test event is counted and leaves nothing', async () => {
  const { result } = await invoke({ Service: 'Amazon S3', Event: 's3:TestEvent' }, { OUTPUT_URI: 's3://out-bucket/none' });
  assert.deepEqual(result, { objects: 0, ignored: 1, records: 0, valid: 0, rejected: 0, receipts: [] });
  assert.equal((await outputs('none')).size, 0);
});

test('everything wrong with the environment is told at once, before any event', async () => {
  const { error } = await invoke(created('x'), { WINNOW_CODEC: 'bzip2', WINNOW_MAX_DEPTH: '-1', WINNOW_NO_SUCH: '1' });
  assert.match(error ?? '', /WINNOW_CODEC: must be one of zstd, gzip, none/);
  assert.match(error ?? '', /WINNOW_MAX_DEPTH: must be a whole number/);
  assert.match(error ?? '', /WINNOW_NO_SUCH: there is no such setting/);
  assert.match(error ?? '', /OUTPUT_URI: must be set, to s3:\/\/bucket\/prefix/);
});

test('an output place that is not in S3 is refused', async () => {
  const { error } = await invoke(created('x'), { OUTPUT_URI: './out' });
  assert.match(error ?? '', /^OUTPUT_URI: \.\/out: .*s3:\/\/bucket\/prefix/);
});

function created(...keys: readonly string[]) {
  const record = (key: string) => ({
    eventSource: 'aws:s3',
    eventName: 'ObjectCreated:Put',
    s3: { bucket: { name: 'in-bucket' }, object: { key: urlEncode(key) } },
  });
  return { Records: keys.map(record) };
}

async function upload(key: string, bytes: Uint8Array): Promise<void> {
  await s3Sink(createS3Client({ endpoint: server.endpoint }), { bucket: 'in-bucket', prefix: '' }).put(key, [bytes]);
}

async function outputs(prefix: string): Promise<Map<string, Buffer>> {
  const source = s3Source(createS3Client({ endpoint: server.endpoint }), { bucket: 'out-bucket', prefix });
  const found = new Map<string, Buffer>();
  for await (const ref of source.list()) {
    found.set(ref.key, Buffer.concat(await Array.fromAsync((await source.open(ref)).read())));
  }
  return found;
}

interface Outcome {
  readonly result?: InvocationSummary;
  readonly error?: string;
  /** All that the process printed. */
  readonly output: string;
}

const COLD_START = `
  const outcome = await import('./src/lambda.ts')
    .then(({ handler }) => handler(JSON.parse(process.argv[1]), { getRemainingTimeInMillis: () => 300_000 }))
    .then((result) => ({ result }), (error) => ({ error: error.message }));
  console.log(JSON.stringify(outcome));
`;

function invoke(event: object, environment: { readonly [name: string]: string }): Promise<Outcome> {
  const env = { PATH: process.env['PATH'], AWS_LAMBDA_FUNCTION_NAME: 'normalize', ...server.environment, ...environment };
  const args = ['--input-type=module', '--eval', COLD_START, JSON.stringify(event)];
  return new Promise((resolve, reject) => {
    execFile(process.execPath, args, { env }, (error, stdout, stderr) => {
      if (error) reject(new Error(stderr, { cause: error }));
      else resolve({ ...JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? ''), output: stdout + stderr });
    });
  });
}
