/** `winnow run` and `winnow generate` as processes. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { jsonLines } from './support/objects.ts';
import { filesBelow, receiptsIn, runInto, SAMPLES, withFolder } from './support/runs.ts';
import { winnow } from './support/terminal.ts';
import { linuxEvent } from './valid-events.ts';

const GOOD = jsonLines([linuxEvent(), linuxEvent()]);

describe('winnow run', { concurrency: 4 }, () => {
  test('--json prints one document with the keys of the design', async () => {
    await withFolder(async (folder) => {
      const { status, stdout, stderr } = await winnow(['run', SAMPLES, '--out', join(folder, 'out'), '--json', '--example']);
      assert.deepEqual([status, stderr], [0, '']);
      const summary = JSON.parse(stdout);
      assert.deepEqual(Object.keys(summary), [
        ...['objects', 'failed_objects', 'records', 'valid', 'rejected', 'bytes_in', 'bytes_out', 'by_code', 'by_event'],
        ...['by_generation', 'drift', 'outputs', 'duration_ms'],
      ]);
      assert.equal(summary.objects, (await filesBelow(SAMPLES)).length);
      assert.equal(summary.records, summary.valid + summary.rejected);
      const written = (await filesBelow(join(folder, 'out'))).filter((path) => !path.startsWith('receipts/'));
      assert.deepEqual(summary.outputs.map(({ key }: { key: string }) => key).sort(), written);
    });
  });

  test('for people says how much came in and shows an event on request', async () => {
    await withFolder(async (folder) => {
      const { status, stdout } = await winnow(['run', SAMPLES, '--out', join(folder, 'out'), '--example']);
      assert.equal(status, 0);
      assert.match(stdout, /^\d+ objects, ([\d,]+) records = [\d,]+ valid \+ \d+ rejected/);
      assert.match(stdout, /file_activity/);
      assert.match(stdout, /One event, before:[\s\S]*and after:[\s\S]*"schema_version": 1/);
    });
  });

  test('reads only what the filter lets through', async () => {
    await withFolder(async (folder) => {
      const input = join(folder, 'in');
      await mkdir(input);
      for (const name of ['a.ndjson', 'a.txt', 'b.ndjson']) await writeFile(join(input, name), GOOD);
      const out = join(folder, 'out');
      const { status } = await winnow(['run', input, '--out', out, '--input-prefix', 'a,c', '--input-suffix', '.ndjson']);
      assert.equal(status, 0);
      assert.deepEqual(
        (await receiptsIn(out)).map(({ source }) => source.key),
        ['a.ndjson'],
      );
    });
  });

  test('counts an object that two places hold once', async () => {
    await withFolder(async (folder) => {
      const input = join(folder, 'in');
      await mkdir(input);
      await writeFile(join(input, 'a.ndjson'), GOOD);
      const run = (...more: string[]) => winnow(['run', input, join(input, 'a.ndjson'), '--out', join(folder, 'out'), ...more]);
      const { objects, records, outputs } = JSON.parse((await run('--json')).stdout);
      assert.deepEqual([objects, records, outputs.length], [1, 2, 1]);
      assert.match((await run()).stdout, /^1 object, 2 records = [\s\S]*\n1 object done before/);
    });
  });

  test('goes on beside a damaged object and ends with status 1', async () => {
    await withFolder(async (folder) => {
      const input = join(folder, 'in');
      await mkdir(input);
      await writeFile(join(input, 'a.ndjson'), GOOD);
      await writeFile(join(input, 'b.gz'), Buffer.concat([gzipSync(GOOD), Buffer.from('garbage')]));
      await writeFile(join(input, 'c.ndjson'), GOOD);
      const out = join(folder, 'out');
      const { status, stdout, stderr } = await winnow(['run', input, '--out', out, '--json']);
      assert.equal(status, 1);
      assert.match(stderr, /^winnow: file\/b\.gz: object\.corrupt; see winnow explain object\.corrupt\n$/);
      const { objects, failed_objects, valid, by_code } = JSON.parse(stdout);
      assert.deepEqual(
        { objects, failed_objects, valid, by_code },
        { objects: 3, failed_objects: 1, valid: 6, by_code: { 'object.corrupt': 1 } },
      );
      const faults = (await receiptsIn(out)).map(({ source, object_fault }) => [source.key, object_fault]).sort();
      assert.deepEqual(faults, [
        ['a.ndjson', undefined],
        ['b.gz', 'object.corrupt'],
        ['c.ndjson', undefined],
      ]);
      assert.equal((await filesBelow(join(out, 'rejects'))).length, 1);
    });
  });

  test('takes settings from the environment, and flags before them', async () => {
    await withFolder(async (folder) => {
      const args = ['run', join(SAMPLES, '2020'), '--out', join(folder, 'out'), '--codec', 'gzip'];
      const { status } = await winnow(args, { WINNOW_CODEC: 'none', WINNOW_PARTITION: 'platform' });
      assert.equal(status, 0);
      const events = (await filesBelow(join(folder, 'out'))).filter((path) => path.startsWith('events/'));
      assert.equal(events.length, 1);
      assert.match(events[0] ?? '', /^events\/platform=linux\/[0-9a-f]{32}-0000\.ndjson\.gz$/);
    });
  });

  test('an output that cannot be written is one line and status 1', async () => {
    await withFolder(async (folder) => {
      await writeFile(join(folder, 'file'), '');
      const { status, stderr, stdout } = await winnow(['run', join(SAMPLES, '2020'), '--out', join(folder, 'file'), '--json']);
      assert.equal(status, 1);
      assert.equal(stderr.trimEnd().split('\n').length, 1, stderr);
      assert.equal(JSON.parse(stdout).failed_objects, 1);
    });
  });
});

test('rejects fail a run only beyond --max-reject-rate', async () => {
  await withFolder(async (folder) => {
    const input = join(folder, 'batch.ndjson');
    await writeFile(input, `${GOOD}${GOOD.slice(0, 100)}\n\n${GOOD.trimEnd()}`);
    const statuses = await Promise.all(
      [
        [],
        ['--max-reject-rate', '0.5'],
        ['--max-reject-rate', '0.2'],
        ['--max-reject-rate', '0.19'],
        ['--max-reject-rate', '0'],
      ].map(async (flags, index) => (await winnow(['run', input, '--out', join(folder, `${index}`), ...flags])).status),
    );
    assert.deepEqual(statuses, [0, 0, 0, 1, 1]);
  });
});

test('a place that cannot be listed is told in one line and fails the run, and the others are processed', async () => {
  await withFolder(async (folder) => {
    const signedIn = { AWS_ACCESS_KEY_ID: 'key', AWS_SECRET_ACCESS_KEY: 'secret', AWS_REGION: 'eu-central-1' };
    // Nothing listens on port 1.
    const places = ['s3://landing/cws/', join(SAMPLES, '2020'), '--endpoint-url', 'http://127.0.0.1:1'];
    const { status, stdout, stderr } = await winnow(['run', ...places, '--out', join(folder, 'out'), '--json'], signedIn);
    assert.equal(status, 1);
    assert.match(stderr, /^winnow: s3:\/\/landing\/cws\/.*\n$/);
    const { objects, failed_objects, rejected } = JSON.parse(stdout);
    assert.deepEqual({ objects, failed_objects, rejected }, { objects: 2, failed_objects: 1, rejected: 0 });
    const told = await winnow(['run', ...places, '--out', join(folder, 'out')], signedIn);
    assert.match(told.stdout, /^1 object, [\s\S]*\n1 place could not be read\n/);
    assert.doesNotMatch(told.stdout, /failed/);
  });
});

describe('winnow generate', () => {
  test('writes a batch that a run finds to be what the manifest says', async () => {
    await withFolder(async (folder) => {
      const [out, manifest] = [join(folder, 'batch.zst'), join(folder, 'expected.json')];
      const flags = [
        '--events',
        '300',
        '--broken',
        '0.1',
        '--compress',
        'zstd',
        '--envelope',
        'bare,intake',
        '--manifest',
        manifest,
      ];
      const { status, stdout, stderr } = await winnow(['generate', ...flags, '--out', out]);
      assert.deepEqual([status, stderr], [0, '']);
      const expected = JSON.parse(await readFile(manifest, 'utf8'));
      assert.equal(stdout, `300 records written to ${out}, ${expected.valid} of them valid\n`);
      const { summary } = await runInto(join(folder, 'out'), [out]);
      assert.deepEqual(summary.by_code, expected.by_code);
      assert.deepEqual(summary.by_event, expected.by_event);
    });
  });

  test('writes nothing but the batch to standard output', async () => {
    const { status, stdout, stderr } = await winnow(['generate', '--events', '20', '--type', 'open']);
    assert.deepEqual([status, stderr], [0, '']);
    assert.equal(
      stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line))
        .filter(({ evt }) => evt.name === 'open').length,
      20,
    );
  });

  test('says in one line why it cannot write', async () => {
    const { status, stdout, stderr } = await winnow(['generate', '--events', '5', '--out', '/nowhere/batch']);
    assert.deepEqual([status, stdout], [1, '']);
    assert.equal(stderr, 'winnow: /nowhere/batch: no such file or folder\n');
  });

  test('ends quietly when its reader has seen enough', async () => {
    const cli = new URL('../src/cli.ts', import.meta.url).pathname;
    const child = spawn(process.execPath, [cli, 'generate', '--events', '5000'], { stdio: ['ignore', 'pipe', 'pipe'] });
    let told = '';
    child.stderr.on('data', (chunk: Buffer) => {
      told += chunk;
    });
    child.stdout.once('data', () => child.stdout.destroy());
    const status = await new Promise((resolve) => child.on('close', resolve));
    assert.deepEqual([status, told], [0, '']);
  });
});
