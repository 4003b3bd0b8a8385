/** What a person sees: progress, colours, and what Ctrl-C leaves behind. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { CTRL_C, CTRL_D, inTerminal } from './support/pty.ts';
import { filesBelow, receiptsIn, SAMPLES, withFolder } from './support/runs.ts';
import { winnow } from './support/terminal.ts';

const PERCENT = /(\d+) %/;
const ESCAPE = '\x1b';

/** Enough to take a few seconds: two objects that each are read in some twenty chunks. */
let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'winnow-terminal-'));
  await mkdir(join(folder, 'in'));
  for (const seed of ['1', '2']) {
    const out = join(folder, 'in', `batch-${seed}.ndjson.gz`);
    const args = ['--events', '7000', '--seed', seed, '--broken', '0.02', '--compress', 'gzip', '--out', out];
    const { status, stderr } = await winnow(['generate', ...args]);
    assert.equal(status, 0, stderr);
  }
});
after(() => rm(folder, { recursive: true }));

describe('winnow run in a terminal', { concurrency: 2 }, () => {
  test('shows progress that moves, and ends with the summary and nothing else', async () => {
    const out = join(folder, 'moves');
    const run = inTerminal(['run', join(folder, 'in'), '--out', out]);
    const first = await run.until(PERCENT);
    assert.match(
      first,
      /^[━─]+ {2,4}\d+ % {2}0 of 2 objects {2}[\d.]+ [kM]B of [\d.]+ MB\n(?:\d:\d\d left {2})?[\d,]+ records {2}/,
    );
    await run.until(/\d:\d\d left {2}[\d,]+ records {2}[\d,]+\/s {2}[\d,]+ rejected {2}file\/batch-1\.ndjson\.gz$/);
    const later = await run.until(/1 of 2 objects/);
    const [before, now] = [first, later].map((screen) => Number(PERCENT.exec(screen)?.[1]));
    assert.ok((now ?? 0) > (before ?? 100), `${before} to ${now}`);
    assert.equal(await run.ended(), 0);
    assert.match(run.screen(), /^2 objects, 14,000 records = [\d,]+ valid \+ \d+ rejected, in /);
    assert.doesNotMatch(run.screen(), /━|left/);
  });

  test('stops at Ctrl-C where the next run goes on, and both leave what one run leaves', async () => {
    const [whole, halves] = [join(folder, 'whole'), join(folder, 'halves')];
    const input = join(folder, 'in');
    const small = ['--max-part-bytes', '1MiB'];
    const stopped = inTerminal(['run', input, '--out', halves, ...small]);
    await stopped.until(/[1-9]\d+ %/);
    stopped.press(CTRL_C);
    assert.equal(await stopped.ended(), 1);
    assert.match(stopped.screen(), /winnow: stopping; Ctrl-C again ends it at once/);
    assert.match(stopped.screen(), /batch-1\.ndjson\.gz: stopped; the next run (?:goes on at record [1-9]\d*|starts it again)\n/);
    assert.match(stopped.screen(), /^0 objects, 0 records = [\s\S]*\n1 object not finished$/m);
    assert.doesNotMatch(stopped.screen(), /failed/);
    assert.ok((await receiptsIn(halves)).every(({ status }) => status === 'partial'));
    assert.equal((await winnow(['run', input, '--out', halves, '--quiet', ...small])).status, 0);
    assert.equal((await winnow(['run', input, '--out', whole, '--quiet', ...small])).status, 0);
    assert.deepEqual(await filesBelow(halves), await filesBelow(whole));
    const digests = async (out: string) =>
      (await receiptsIn(out)).map(({ counts, outputs }) => ({ counts, outputs: outputs.map(({ sha256 }) => sha256) }));
    assert.deepEqual(await digests(halves), await digests(whole));
  });

  test('shows warnings above the progress, and colours none of it where NO_COLOR is set', async () => {
    const places = [join(SAMPLES, 'broken'), join(folder, 'in')];
    const args = ['run', ...places, '--out', join(folder, 'plain'), '--verbose'];
    const plain = inTerminal(args, { environment: { NO_COLOR: '1' } });
    await plain.until(/^file\/envelope\.container_members\.ndjson: 5 records = 0 valid \+ 5 rejected, [\s\S]*\d+ %/);
    plain.press(CTRL_C);
    assert.equal(await plain.ended(), 1);
    assert.ok(!plain.raw().includes(`${ESCAPE}[3`) && !plain.raw().includes(`${ESCAPE}[1m`), 'no colour, no bold');
    const coloured = inTerminal(['run', join(SAMPLES, '2020'), '--out', join(folder, 'coloured')]);
    assert.equal(await coloured.ended(), 0);
    assert.ok(coloured.raw().includes(`${ESCAPE}[32m19 valid${ESCAPE}[39m`));
  });

  for (const columns of [80, 40]) {
    test(`fits into ${columns} columns`, async () => {
      const run = inTerminal(['run', join(folder, 'in'), '--out', join(folder, `wide-${columns}`)], { columns });
      const [bar = '', line = '', ...more] = (await run.until(/left/)).split('\n');
      assert.match(bar, /^[━─]+ +\d+ % {2}\d of 2 objects/);
      assert.match(line, /left {2}[\d,]+ records/);
      assert.deepEqual(more, []);
      assert.ok(bar.length < columns && line.length < columns);
      run.press(CTRL_C);
      assert.equal(await run.ended(), 1);
    });
  }

  test('shows no more than was asked for', async () => {
    const quiet = inTerminal(['run', join(SAMPLES, '2020'), '--out', join(folder, 'quiet'), '--quiet']);
    assert.deepEqual([await quiet.ended(), quiet.raw()], [0, '']);
  });
});

describe('a terminal', { concurrency: 2 }, () => {
  test('is told what is waited for, unless it is to be quiet', async () => {
    const inbox = join(folder, 'inbox');
    await mkdir(inbox);
    const watching = inTerminal(['run', inbox, '--watch', '--out', join(folder, 'watched')], { columns: 200 });
    await watching.until(/^winnow: watching .*inbox; Ctrl-C ends it$/);
    watching.press(CTRL_C);
    assert.equal(await watching.ended(), 0);
    const typed = inTerminal(['run', '-', '--out', join(folder, 'typed')]);
    await typed.until(/^winnow: reading standard input; Ctrl-D ends it\n/);
    typed.press(CTRL_D);
    assert.equal(await typed.ended(), 0);
    const quiet = inTerminal(['run', '-', '--out', join(folder, 'hushed'), '--quiet']);
    quiet.press(CTRL_D);
    assert.deepEqual([await quiet.ended(), quiet.screen().replace('^D', '')], [0, '']);
  });

  for (const columns of [80, 40]) {
    test(`of ${columns} columns breaks no word of an explanation or of help`, async () => {
      for (const args of [['explain'], ['explain', 'schema.condition'], ['verify', '--help']]) {
        const run = inTerminal(args, { columns });
        assert.equal(await run.ended(), 0);
        // Examples are to be copied, and stay as they are.
        const [text = ''] = stripVTControlCharacters(run.raw()).split('Examples:');
        const lines = text.split('\r\n');
        assert.ok(lines.length > 5);
        for (const line of lines) assert.ok(line.length <= columns, line);
      }
    });
  }
});

describe('winnow run into a pipe', () => {
  test('tells how far it is once a second, without a single escape', async () => {
    const { status, stdout, stderr } = await winnow(['run', join(folder, 'in'), '--out', join(folder, 'pipe')]);
    assert.equal(status, 0);
    assert.ok(!`${stdout}${stderr}`.includes(ESCAPE));
    assert.match(stdout, /^2 objects, 14,000 records = /);
    const lines = stderr.trimEnd().split('\n');
    assert.ok(lines.length >= 1);
    for (const line of lines.filter((text) => text !== ''))
      assert.match(
        line,
        /^winnow: \d+ %, \d of 2 objects, [\d.]+ \w+ of [\d.]+ MB, (?:\d+:\d\d left, )?[\d,]+ records?, [\d,]+\/s, [\d,]+ rejected$/,
      );
  });

  test('is silent beside a document', async () => {
    await withFolder(async (out) => {
      const json = await winnow(['run', join(folder, 'in'), '--out', join(out, 'json'), '--json']);
      assert.deepEqual([json.status, json.stderr], [0, '']);
      assert.equal(JSON.parse(json.stdout).records, 14000);
    });
  });
});
