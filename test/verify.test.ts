/** `winnow verify` as users call it, its inputs, and the parts that it is made of. */
import assert from 'node:assert/strict';
import { appendFile, mkdir, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { startEmbeddedS3 } from '../src/stores/embedded-s3.ts';
import { createS3Client } from '../src/stores/s3.ts';
import { linesOf } from '../src/verify/lines.ts';
import { PROBLEM_KINDS, problemOf } from '../src/verify/problems.ts';
import { createSeenRecords } from '../src/verify/records.ts';
import { filesBelow, runInto, withFolder } from './support/runs.ts';
import { winnow } from './support/terminal.ts';
import { batch } from './support/written.ts';

describe('on the command line', () => {
  let folder: string;
  let done: () => void;
  let closed: Promise<void>;
  const at = (...names: string[]) => join(folder, ...names);
  const json = async (...args: string[]) => {
    const { status, stdout } = await winnow(['verify', ...args, '--json']);
    return { status, verdict: JSON.parse(stdout), lines: stdout.split('\n').length };
  };

  before(async () => {
    await new Promise<void>((ready) => {
      closed = withFolder(async (made) => {
        folder = made;
        await mkdir(at('in/more'), { recursive: true });
        await writeFile(at('in/a.ndjson'), batch(8, 1));
        await writeFile(at('in/more/b.ndjson'), batch(8, 2));
        await runInto(at('out'), [at('in')]);
        ready();
        await new Promise<void>((resolve) => {
          done = resolve;
        });
      });
    });
  });

  after(() => {
    done();
    return closed;
  });

  test('a clean place balances: status 0, one line of sums', async () => {
    const { status, stdout, stderr } = await winnow(['verify', at('out'), '--against', at('in')]);
    assert.deepEqual([status, stderr], [0, '']);
    assert.match(stdout, /^2 objects, 16 records = \d+ valid \+ \d+ rejected, in \d+ outputs of [\d.]+ kB; 2 inputs held/);
    assert.match(stdout, /out: balanced\n$/);
  });

  test('--json is one document', async () => {
    const { status, verdict, lines } = await json(at('out'));
    assert.deepEqual([status, lines], [0, 2]);
    assert.deepEqual(Object.keys(verdict), [
      'ok',
      ...['objects', 'records', 'valid', 'rejected', 'outputs', 'bytes', 'inputs', 'problems', 'notes'],
    ]);
    assert.equal(verdict.valid + verdict.rejected, verdict.records);
  });

  test('a new input is unprocessed; one that is gone is a note; an empty one needs no receipt', async () => {
    await writeFile(at('in/new.ndjson'), batch(1, 3));
    await writeFile(at('in/empty.ndjson'), '');
    await rm(at('in/more/b.ndjson'));
    const { status, verdict } = await json(at('out'), '--against', at('in'));
    assert.equal(status, 1);
    assert.deepEqual([verdict.ok, verdict.inputs], [false, 3]);
    assert.deepEqual(verdict.problems.map(named), ['input.unprocessed file/new.ndjson']);
    assert.deepEqual(verdict.notes.map(named), ['input.gone file/more/b.ndjson']);
    const one = await json(at('out'), '--against', at('in/a.ndjson'));
    assert.deepEqual([one.status, one.verdict.inputs, one.verdict.notes], [0, 1, []]);
    const filtered = await json(at('out'), '--against', at('in'), '--input-prefix', 'a,more');
    assert.deepEqual([filtered.status, filtered.verdict.inputs], [0, 1]);
  });

  test('an input that was written to since is unprocessed, as what it is now', async () => {
    await runInto(at('out-2'), [at('in')]);
    await appendFile(at('in/a.ndjson'), '\n');
    await utimes(at('in/a.ndjson'), new Date(), new Date());
    const { status, verdict } = await json(at('out-2'), '--against', at('in'));
    assert.equal(status, 1);
    assert.deepEqual(verdict.problems.map(named), ['input.unprocessed file/a.ndjson']);
    assert.deepEqual(verdict.notes.map(named), ['input.gone file/a.ndjson']);
  });

  test('what is wrong is a line each: key, kind, what was found, what to do', async () => {
    await runInto(at('spoiled'), [at('in')]);
    const [key = ''] = (await filesBelow(at('spoiled'))).filter((path) => path.startsWith('events/'));
    await appendFile(at('spoiled', key), 'x');
    await writeFile(at('spoiled/receipts/notes.txt'), 'hello');
    const { status, stdout } = await winnow(['verify', at('spoiled')]);
    assert.equal(status, 1);
    const [first, second, blank, , last] = stdout.split('\n');
    assert.equal(first?.startsWith(`${key}: output.`), true, stdout);
    assert.equal(first?.endsWith(problemOf('output.damaged').fix), true);
    assert.match(second ?? '', /^receipts\/notes\.txt: output\.orphan: is not the name of a receipt\. When its object/);
    assert.deepEqual([blank, last?.endsWith('does not balance, 2 problems')], ['', true]);
  });

  for (const [name, args, message] of [
    ['a place without outputs', () => [at('in', 'more')], /holds no receipts and no outputs/],
    ['a place that is not there', () => [at('nowhere')], /holds no receipts and no outputs/],
    ['inputs that are not there', () => [at('out'), '--against', at('nowhere')], /no such file or folder/],
    ['inputs that hold the outputs', () => [at('out'), '--against', folder], /lies within/],
    ['no place', () => [], /missing required argument/],
  ] as const) {
    test(`${name}: status 2 and one line`, async () => {
      const { status, stdout, stderr } = await winnow(['verify', ...args()]);
      assert.deepEqual([status, stdout], [2, '']);
      assert.match(stderr, message);
      assert.equal(stderr.trimEnd().split('\n').length, 1, stderr);
    });
  }

  test('in S3, outputs beside the inputs are not taken for inputs', async () => {
    const server = await startEmbeddedS3({ folder: at('s3'), buckets: ['lake'] });
    try {
      const { environment, endpoint } = server;
      Object.assign(process.env, environment);
      const client = createS3Client({ endpoint });
      const upload = (key: string) => client.send(new PutObjectCommand({ Bucket: 'lake', Key: key, Body: batch(4, 9) }));
      await upload('in/a.ndjson');
      const ran = await winnow(['run', 's3://lake/in', '--out', 's3://lake/out'], environment);
      assert.equal(ran.status, 0, ran.stderr);
      const verify = () => winnow(['verify', 's3://lake/out', '--against', 's3://lake', '--json'], environment);
      assert.equal((await verify()).status, 0);
      await upload('in/b.ndjson');
      const { status, stdout } = await verify();
      assert.equal(status, 1);
      assert.deepEqual(JSON.parse(stdout).problems.map(named), ['input.unprocessed lake/in/b.ndjson']);
      const none = await winnow(['verify', 's3://no-such-bucket/out'], environment);
      assert.deepEqual([none.status, none.stdout], [1, '']);
      assert.match(none.stderr, /there is no bucket no-such-bucket/);
    } finally {
      await server.stop();
    }
  });
});

function named({ kind, key }: { readonly kind: string; readonly key: string }): string {
  return `${kind} ${key}`;
}

test('problems are a closed catalogue, each with what it is and what to do', () => {
  for (const kind of PROBLEM_KINDS) {
    assert.match(kind, /^(?:receipt|output|record|input)\.[a-z]+$/);
    for (const text of [problemOf(kind).what, problemOf(kind).fix]) assert.match(text, /^[A-Z][^\n|]*\.$/);
  }
});

describe('seen records', () => {
  test('tell what is missing, wherever it is', () => {
    const seen = createSeenRecords();
    for (const record of [0, 1, 4, 7, 20_000]) assert.equal(seen.mark(record), true);
    assert.equal(seen.mark(4), false);
    assert.equal(seen.missing(2), undefined);
    assert.equal(seen.missing(8), '2 to 3, 5 to 6 (4 in all)');
    assert.equal(seen.missing(20_002), '2 to 3, 5 to 6, 8 to 19999, 20001 (19997 in all)');
    assert.equal(createSeenRecords().missing(0), undefined);
    assert.equal(createSeenRecords().missing(1e15), '0 to 999999999999999 (1000000000000000 in all)');
  });

  test('name no more than a few ranges', () => {
    const seen = createSeenRecords();
    for (let record = 1; record < 30; record += 2) seen.mark(record);
    assert.equal(seen.missing(30), '0, 2, 4, 6, 8, … (15 in all)');
  });
});

test('lines are the same however their bytes are cut', async () => {
  const bytes = Buffer.from('one\n\nthrée\nrest');
  for (const size of [1, 2, 3, 5, 100]) {
    async function* chunks() {
      const shared = Buffer.alloc(size);
      for (let at = 0; at < bytes.length; at += size) yield shared.subarray(0, bytes.copy(shared, 0, at, at + size));
    }
    const lines = await Array.fromAsync(linesOf(chunks()), ({ text, whole }) => (whole ? text : '(cut)'));
    assert.deepEqual(lines, ['one', '', 'thrée', '(cut)']);
  }
});
