/** How `winnow run` ends when it had little or nothing to do, or could not do it. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { run } from '../src/cli/run.ts';
import { describe as describeEnd } from '../src/cli/summary.ts';
import { startEmbeddedS3 } from '../src/stores/embedded-s3.ts';
import { jsonLines } from './support/objects.ts';
import { runInto, SAMPLES, withFolder } from './support/runs.ts';
import { winnow } from './support/terminal.ts';
import { linuxEvent } from './valid-events.ts';

const GOOD = jsonLines([linuxEvent(), linuxEvent()]);

describe('a place without objects', { concurrency: 2 }, () => {
  test('is told in a line, and is no failure', async () => {
    await withFolder(async (folder) => {
      const [empty, out] = [join(folder, 'empty'), join(folder, 'out')];
      await mkdir(empty);
      const { warnings, exitStatus } = await runInto(out, [empty, join(SAMPLES, '2020')], { input_suffix: '.gz' });
      const filtered = '1 object found there, and input_prefix and input_suffix let none through';
      assert.deepEqual(warnings, [`${empty}: nothing was found there`, `${join(SAMPLES, '2020')}: ${filtered}`]);
      assert.equal(exitStatus, 0);
    });
  });

  test('may be on S3, where a pattern is not one but a key', async () => {
    await withFolder(async (folder) => {
      const bucket = join(folder, 's3/landing');
      await mkdir(join(bucket, 'logs[1]'), { recursive: true });
      for (const key of ['a.json', 'logs[1]/b.json']) await writeFile(join(bucket, key), GOOD);
      const server = await startEmbeddedS3({ folder: join(folder, 's3'), buckets: ['landing'] });
      const tell = (place: string) => winnow(['run', place, '--out', join(folder, 'out'), '--json'], server.environment);
      const [pattern, none, folderOfThatName] = await Promise.all(
        ['s3://landing/*.json', 's3://landing/none', 's3://landing/logs[1]'].map(tell),
      );
      await server.stop();
      assert.deepEqual([pattern?.status, none?.status, folderOfThatName?.status], [2, 0, 0]);
      assert.match(
        pattern?.stderr ?? '',
        /there is no such key, and patterns are for files; .*--input-prefix and --input-suffix\n$/,
      );
      assert.equal(none?.stderr, 'winnow: s3://landing/none: nothing was found there\n');
      assert.equal(JSON.parse(folderOfThatName?.stdout ?? '{}').records, 2);
    });
  });
});

test('what is done now is told apart from what was done before', async () => {
  await withFolder(async (folder) => {
    const [input, out] = [join(folder, 'in'), join(folder, 'out')];
    await mkdir(input);
    await writeFile(join(input, 'a.json'), GOOD);
    const tell = async () => (await winnow(['run', input, '--out', out])).stdout;
    const [, first = ''] = (await tell()).split('\n');
    assert.match(first, /^[\d.]+ \w+ read, [\d.]+ \w+ written to .*out in 1 file$/);
    const [, second, before] = (await tell()).split('\n');
    assert.equal(second, `0 B read, 0 B written to ${out} in 0 files`);
    const then = first.replace(/ read, (.*) written .*/, ' read and $1 written then');
    assert.equal(before, `1 object done before and not read again (--force does): ${then}`);
  });
});

test('an object that is stopped before anything of it is stored has not failed in words, and counts as failed', async () => {
  await withFolder(async (folder) => {
    const input = join(folder, 'in.ndjson');
    await writeFile(input, GOOD);
    const stop = new AbortController();
    const warnings: string[] = [];
    const told = { given: [], now: Date.now, warn: (line: string) => void warnings.push(line) };
    const nothing = (): void => {};
    const observer = {
      found: nothing,
      foundAll: nothing,
      begins: () => stop.abort(),
      read: nothing,
      reached: nothing,
      ended: nothing,
    };
    const out = join(folder, 'out');
    const { exitStatus, summary, ...ended } = await run({ places: [input], out, ...told, signal: stop.signal, observer });
    assert.deepEqual([exitStatus, summary.objects, summary.failed_objects, ended.unfinished], [1, 1, 1, 1]);
    assert.deepEqual(warnings, ['file/in.ndjson: stopped; the next run starts it again']);
    const words = describeEnd(summary, { ...ended, out, dryRun: false });
    assert.match(words, /^0 objects, 0 records = [\s\S]*\n1 object not finished\n$/);
  });
});

test('a folder in which nothing can be made is told of, and not tried for ever', async () => {
  // Only Linux has a folder that answers as if it were not there itself.
  const out = existsSync('/proc') ? '/proc/nowhere' : '/dev/null/nowhere';
  const { warnings, exitStatus } = await runInto(out, [join(SAMPLES, '2020')]);
  assert.equal(exitStatus, 1);
  assert.equal(warnings.length, 1);
  assert.match(warnings[0] ?? '', /nowhere\/events\/.*: (?:no such file or folder|a part of this path is a file)/);
});
