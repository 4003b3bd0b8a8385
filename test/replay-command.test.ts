/** `winnow replay` as a user meets it, over a folder and over S3. */
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { runReplay } from '../src/cli/replay.ts';
import type { ReplaySummary } from '../src/replay/replay.ts';
import { type Places, startPlaces } from './support/places.ts';
import { BATCH } from './support/replays.ts';
import { filesBelow, receiptsIn, runInto, withFolder } from './support/runs.ts';
import { winnow } from './support/terminal.ts';

let places: Places;
before(async () => {
  places = await startPlaces();
});
after(() => places.stop());

/** Gives a folder of inputs and one of outputs that a strict run wrote. */
function afterStrictRun<T>(work: (out: string, inputs: string) => Promise<T>): Promise<T> {
  return withFolder(async (folder) => {
    const [inputs, out] = [join(folder, 'batch.json'), join(folder, 'out')];
    await writeFile(inputs, BATCH);
    await runInto(out, [inputs], { conformance: 'documented' });
    return work(out, inputs);
  });
}

async function filesOf(out: string): Promise<Map<string, string>> {
  const paths = await filesBelow(out);
  return new Map(await Promise.all(paths.map(async (path) => [path, await readFile(join(out, path), 'hex')] as const)));
}

describe('winnow replay', () => {
  test('tells what it did for each code, and outputs balance afterwards', () =>
    afterStrictRun(async (out, inputs) => {
      const untouched = await filesOf(out);
      const tried = await winnow(['replay', out, '--dry-run']);
      assert.equal(tried.status, 0, tried.stderr);
      assert.match(tried.stdout, /1 object would change; nothing was written/);
      assert.deepEqual(await filesOf(out), untouched);

      const ended = await winnow(['replay', out]);
      assert.equal(ended.status, 0, ended.stderr);
      assert.match(
        ended.stdout,
        /^\d+ rejects of 1 object = \d+ passed \+ \d+ refused again \+ \d+ that cannot be judged again\n/,
      );
      assert.match(ended.stdout, /^ {2}schema\.condition +\d+ tried, \d+ passed/m);
      assert.match(ended.stdout, /^ {2}no_record: stands for/m);

      const verified = await winnow(['verify', out, '--against', inputs]);
      assert.deepEqual([verified.status, verified.stderr], [0, '']);
      const [receipt] = await receiptsIn(out);
      assert.equal(receipt?.attempt, 2);
    }));

  test('prints one JSON document', () =>
    afterStrictRun(async (out) => {
      const { status, stdout, stderr } = await winnow([
        'replay',
        out,
        '--json',
        '--code',
        'schema,json.syntax',
        '--code',
        'json.too_deep',
      ]);
      assert.deepEqual([status, stderr], [0, '']);
      const summary: ReplaySummary = JSON.parse(stdout);
      assert.equal(summary.rejects, summary.passed + summary.refused + summary.unfit);
      assert.ok(Object.keys(summary.by_code).every((code) => /^(?:schema\.|json\.(?:syntax|too_deep)$)/.test(code)));
      assert.ok(summary.passed > 0 && summary.outputs.length > 0);
    }));

  test('takes the same wrong settings, places and codes ill that other commands do, all at once', async () => {
    const ended = await winnow(['replay', 's3://', '--code', 'schema.typ,jason', '--codec', 'rar'], { WINNOW_COLOUR: 'red' });
    assert.deepEqual([ended.status, ended.stdout], [2, '']);
    for (const line of [
      /WINNOW_COLOUR/,
      /--codec/,
      /s3:\/\//,
      /schema\.typ: no such reject code; did you mean schema\.type\?/,
      /jason: no such reject code/,
    ])
      assert.match(ended.stderr, line);
    await withFolder(async (folder) => {
      const nothing = await winnow(['replay', folder]);
      assert.deepEqual([nothing.status, nothing.stderr], [2, `winnow: ${folder}: holds no receipts of winnow run\n`]);
    });
  });

  test('fails when an object does, and when it is stopped', () =>
    afterStrictRun(async (out) => {
      const warnings: string[] = [];
      const command = { out, codes: [], dryRun: false, given: [], warn: (line: string) => void warnings.push(line) };
      const untouched = await filesOf(out);
      const stopped = await runReplay({ ...command, signal: AbortSignal.abort() });
      assert.deepEqual([stopped.exitStatus, stopped.summary?.stopped], [1, true]);
      assert.deepEqual(await filesOf(out), untouched);
      const rejects = [...untouched.keys()].find((path) => path.startsWith('rejects/'));
      await writeFile(join(out, rejects ?? ''), 'none');
      const failed = await runReplay(command);
      assert.deepEqual([failed.exitStatus, failed.summary?.failed_objects], [1, 1]);
      assert.match(warnings.join('\n'), /stopped between two objects[\s\S]*output\.damaged.*see winnow verify/);
    }));

  test('does the same over S3', () =>
    afterStrictRun(async (out, inputs) => {
      const { uri } = await places.s3Place();
      const { endpoint } = places;
      const given = [{ origin: 'test', name: 'conformance', value: 'documented' }];
      const { run } = await import('../src/cli/run.ts');
      const ran = await run({ places: [inputs], out: uri, endpoint, given, now: Date.now, warn: assert.fail });
      assert.equal(ran.exitStatus, 0);
      const { AWS_ACCESS_KEY_ID = '', AWS_SECRET_ACCESS_KEY = '' } = process.env;
      const environment = { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION: 'us-east-1' };
      const flags = ['--endpoint-url', endpoint, '--json'];
      const remote = await winnow(['replay', uri, ...flags], environment);
      assert.equal(remote.status, 0, remote.stderr);
      const local = await winnow(['replay', out, '--json']);
      assert.deepEqual(JSON.parse(remote.stdout), JSON.parse(local.stdout));
      const verified = await winnow(['verify', uri, ...flags], environment);
      assert.equal(verified.status, 0, verified.stdout);
    }));
});
