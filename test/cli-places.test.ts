/** Where `winnow run` finds its input: standard input, patterns; and `--dry-run`. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { holds } from '../src/cli/places.ts';
import { run } from '../src/cli/run.ts';
import { UsageError } from '../src/cli/usage.ts';
import type { ProcessDeps } from '../src/process.ts';
import { jsonLines } from './support/objects.ts';
import { filesBelow, receiptsIn, runInto, SAMPLES, withFolder } from './support/runs.ts';
import { winnow } from './support/terminal.ts';
import { linuxEvent } from './valid-events.ts';

const CLI = new URL('../src/cli.ts', import.meta.url).pathname;
const GOOD = jsonLines([linuxEvent(), linuxEvent()]);
const BATCH = join(SAMPLES, '2021/intake.json');

/** Runs the program with something on its standard input. */
async function piped(
  input: Buffer | string,
  args: readonly string[],
): Promise<{ status: number; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, [CLI, ...args]);
  const [stdout, stderr] = [child.stdout, child.stderr].map((stream) => Array.fromAsync(stream, String));
  child.stdin.end(input);
  const status = await new Promise<number>((resolve) => child.on('close', resolve));
  return { status, stdout: ((await stdout) ?? []).join(''), stderr: ((await stderr) ?? []).join('') };
}

describe('standard input', { concurrency: 2 }, () => {
  test('is one object, the same for the same bytes on any day', async () => {
    await withFolder(async (out) => {
      const bytes = await readFile(BATCH);
      for (const outcome of [/^1 object, 13 records = 13 valid/, /1 object done before and not read again/]) {
        const { status, stdout, stderr } = await piped(bytes, ['run', '-', '--out', out]);
        assert.deepEqual([status, stderr], [0, '']);
        assert.match(stdout, outcome);
      }
      const [receipt, ...more] = await receiptsIn(out);
      assert.deepEqual(more, []);
      const { etag, ...source } = receipt?.source ?? {};
      assert.deepEqual(source, { bucket: 'file', key: 'stdin', size: bytes.length, last_modified: '1970-01-01T00:00:00.000Z' });
      const file = await runInto(join(out, 'file'), [BATCH]);
      const [ofFile] = await receiptsIn(join(out, 'file'));
      assert.deepEqual([etag, receipt?.counts.by_event], [ofFile?.source.etag, file.summary.by_event]);
    });
  });

  test('may be empty, and may be damaged', async () => {
    await withFolder(async (out) => {
      const empty = await piped('', ['run', '-', '--out', join(out, 'empty'), '--json']);
      assert.deepEqual([empty.status, JSON.parse(empty.stdout).records], [0, 0]);
      const whole = await readFile(join(SAMPLES, 'linux/records.json.zst'));
      const cut = await piped(whole.subarray(0, whole.length - 9), ['run', '-', '--out', join(out, 'cut')]);
      assert.equal(cut.status, 1);
      assert.match(cut.stderr, /^winnow: file\/stdin: object\.truncated; see winnow explain object\.truncated\n$/);
    });
  });

  test('that is waited for ends at a signal', async () => {
    await withFolder(async (out) => {
      const child = spawn(process.execPath, [CLI, 'run', '-', '--out', out]);
      child.stdin.write(GOOD);
      // The first line of progress tells that it has begun to wait.
      await once(child.stderr, 'data');
      child.kill('SIGINT');
      assert.equal(await new Promise((resolve) => child.on('close', resolve)), 1);
      assert.deepEqual(await filesBelow(out), []);
    });
  });

  test('can be given once', async () => {
    const { status, stderr } = await winnow(['run', '-', '-', '--out', 'out']);
    assert.deepEqual([status, stderr], [2, 'winnow: -: standard input can be read only once; give it once\n']);
  });
});

describe('a pattern', () => {
  test('stands for the files that match it, by their names below its fixed part', async () => {
    await withFolder(async (folder) => {
      for (const path of ['a', 'a/b', '.hidden']) await mkdir(join(folder, 'logs', path), { recursive: true });
      for (const path of ['x.json', 'x.txt', 'a/y.json', 'a/b/z.json', 'a/b.json', '.hidden/h.json', 'a/.h.json'])
        await writeFile(join(folder, 'logs', path), GOOD);
      const keys = async (pattern: string): Promise<string[]> => {
        const out = join(folder, 'out', encodeURIComponent(pattern));
        await runInto(out, [join(folder, pattern)]);
        return (await receiptsIn(out)).map(({ source }) => source.key).sort();
      };
      assert.deepEqual(await keys('logs/**/*.json'), ['a/b.json', 'a/b/z.json', 'a/y.json', 'x.json']);
      assert.deepEqual(await keys('logs/*.{json,txt}'), ['x.json', 'x.txt']);
      assert.deepEqual(await keys('logs/?/*.json'), ['a/b.json', 'a/y.json']);
      await assert.rejects(
        keys('logs/*.gz'),
        (error) => error instanceof UsageError && /no file matches this pattern/.test(error.message),
      );
      // A file of that very name is no pattern.
      await writeFile(join(folder, 'logs/[x].json'), GOOD);
      assert.deepEqual(await keys('logs/[x].json'), ['[x].json']);
    });
  });

  test('holds the outputs only when it reaches them', () => {
    const rows: readonly (readonly [string, string, boolean])[] = [
      ['*.gz', 'out', false],
      ['logs/*.gz', 'out', false],
      ['**/*.gz', 'out', true],
      ['**/*.gz', '../out', false],
      ['*/*/*.gz', 'out', false],
      ['*/*/*/*.gz', 'out', true],
      ['logs', 'logs', true],
      ['logs', 'logs-of-today', false],
      ['s3://a/b', 's3://a/b/c', true],
      ['s3://a/b', 's3://a/bc', false],
      ['s3://a/b/', 's3://a/b', true],
      ['s3://a/', 's3://a', true],
      ['s3://a', 's3://a/', true],
      ['s3://a/', 's3://ab', false],
    ];
    for (const [place, out, held] of rows) assert.equal(holds(place, out), held, `${place} ${out}`);
  });
});

test('a dry run tells what a run then does, and writes nothing', async () => {
  await withFolder(async (folder) => {
    const out = join(folder, 'out');
    const tell = async (...flags: string[]) => {
      const { stdout } = await winnow(['run', SAMPLES, '--out', out, '--json', ...flags]);
      return { ...JSON.parse(stdout), duration_ms: 0 };
    };
    const told = await tell('--dry-run');
    assert.deepEqual(await filesBelow(folder), []);
    const { stdout } = await winnow(['run', SAMPLES, '--out', out, '--dry-run']);
    assert.match(stdout, / would be written to .*out in 45 files\n[\s\S]*files that would be written\n {2}rejects\/dt=/);
    assert.deepEqual(await tell(), told);
    const before = await filesBelow(out);
    assert.match((await winnow(['run', SAMPLES, '--out', out, '--dry-run'])).stdout, /36 objects done before/);
    assert.equal((await tell('--dry-run', '--codec', 'none')).failed_objects, 0);
    assert.deepEqual(await filesBelow(out), before);
  });
});

test('a run that is stopped between two objects has failed, and the next one goes on', async () => {
  await withFolder(async (folder) => {
    const [input, out] = [join(folder, 'in'), join(folder, 'out')];
    await mkdir(input);
    for (const name of ['a.json', 'b.json']) await writeFile(join(input, name), GOOD);
    const stop = new AbortController();
    const warnings: string[] = [];
    const told = { given: [], now: Date.now, warn: (line: string) => void warnings.push(line) };
    const onProcessed = (): void => stop.abort();
    const { exitStatus, summary } = await run({ places: [input], out, ...told, signal: stop.signal, onProcessed });
    assert.deepEqual([exitStatus, summary.objects, summary.failed_objects], [1, 1, 0]);
    assert.deepEqual(warnings, ['stopped before the last object; the next run goes on from there']);
    const next = await run({ places: [input], out, ...told });
    assert.deepEqual([next.exitStatus, next.summary.objects, next.unchanged], [0, 2, 1]);
  });
});

test('progress is told per chunk', async () => {
  await withFolder(async (folder) => {
    const told: string[] = [];
    const observer = {
      found: (bytes?: number) => void told.push(`found ${bytes}`),
      foundAll: () => void told.push('found all'),
      begins: (name: string) => void told.push(`begins ${name}`),
      read: (bytes: number) => void told.push(`read ${bytes}`),
      reached: ({ records, rejected }: Parameters<NonNullable<ProcessDeps['onProgress']>>[0]) =>
        void told.push(`reached ${records} ${rejected}`),
      ended: (bytes: number) => void told.push(`ended ${bytes}`),
    };
    const input = join(folder, 'in.ndjson');
    await writeFile(input, `${GOOD}{"broken"\n${GOOD}`);
    const size = GOOD.length * 2 + 10;
    await run({ places: [input], out: join(folder, 'out'), given: [], now: Date.now, warn: assert.fail, observer });
    const inOrder = told.filter((line) => !line.startsWith('found'));
    assert.deepEqual(inOrder, ['begins file/in.ndjson', `read ${size}`, 'reached 5 1', `ended ${size}`]);
    assert.deepEqual(
      told.filter((line) => line.startsWith('found')),
      [`found ${size}`, 'found all'],
    );
  });
});
