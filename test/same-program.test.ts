/** The laptop and Lambda are the same program: the same keys and the same bytes for the same object. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { run } from '../src/cli/run.ts';
import { settingsFromEnvironment } from '../src/settings.ts';
import { localStore } from '../src/stores/local.ts';
import { verify } from '../src/verify/verify.ts';
import { comparable, INPUT, OUTPUT, startBuckets } from './support/buckets.ts';
import { invoke } from './support/invoke.ts';
import { s3Event } from './support/trigger-events.ts';

test('`winnow run` on a bucket, into a bucket and into a folder, writes what the function writes', async () => {
  const buckets = await startBuckets();
  const folder = await mkdtemp(join(tmpdir(), 'winnow-same-'));
  try {
    const keys = ['linux/bare.ndjson', 'windows/byte-order-mark.json', 'broken/json.syntax.ndjson'];
    for (const key of keys) await buckets.upload(key, await readFile(join('samples', key)));
    const event = s3Event(keys.map((key) => ({ bucket: INPUT, key })));
    const environment = { OUTPUT_URI: `s3://${OUTPUT}/function`, WINNOW_PARTITION: 'dt,name', WINNOW_CODEC: 'gzip' };
    const { error } = await invoke({ event, environment });
    assert.equal(error, undefined);
    const expected = comparable(await buckets.outputs('function'));
    assert.equal([...expected.keys()].filter((key) => key.startsWith('receipts/')).length, keys.length);

    const endpoint = process.env['AWS_ENDPOINT_URL_S3'] ?? process.env['AWS_ENDPOINT_URL'] ?? assert.fail('no endpoint');
    const options = { places: [`s3://${INPUT}`], given: settingsFromEnvironment(environment), endpoint, now: Date.now };
    const warn = (line: string): void => assert.fail(line);
    assert.equal((await run({ ...options, out: `s3://${OUTPUT}/terminal`, warn })).exitStatus, 0);
    assert.deepEqual(comparable(await buckets.outputs('terminal')), expected);

    assert.equal((await run({ ...options, out: folder, warn })).exitStatus, 0);
    const store = localStore(folder);
    const local = new Map<string, Buffer>();
    for await (const { key } of store.list('')) local.set(`folder/${key}`, Buffer.concat(await Array.fromAsync(store.read(key))));
    assert.deepEqual(comparable(local), expected);
    assert.deepEqual((await verify(store)).problems, []);
  } finally {
    await buckets.stop();
    await rm(folder, { recursive: true });
  }
});
