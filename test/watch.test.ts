/** `winnow run --watch`: a folder that fills, for as long as it does. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { setImmediate as turn, setTimeout as wait } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { type RunResult, run } from '../src/cli/run.ts';
import type { Processed } from '../src/process.ts';
import type { Receipt } from '../src/types.ts';
import { jsonLines } from './support/objects.ts';
import { filesBelow, SAMPLES, withFolder } from './support/runs.ts';
import { winnow } from './support/terminal.ts';
import { linuxEvent } from './valid-events.ts';

const CLI = new URL('../src/cli.ts', import.meta.url).pathname;
const GOOD = jsonLines([linuxEvent(), linuxEvent()]);
const BATCH = join(SAMPLES, '2021/intake.json');

interface Watched {
  /** Waits until something became of an object: its key, its records, its outcome. */
  until(line: string): Promise<void>;
  readonly seen: readonly string[];
  stop(): Promise<RunResult>;
}

function watching(inbox: string, out: string, onProcessed: (processed: Processed) => void = () => {}): Watched {
  const stop = new AbortController();
  const seen: string[] = [];
  let heard = (): void => {};
  const running = run({
    places: [inbox],
    out,
    given: [],
    watch: true,
    signal: stop.signal,
    now: Date.now,
    warn: (line) => assert.fail(line),
    onProcessed: (processed) => {
      onProcessed(processed);
      seen.push(`${processed.receipt.source.key} ${processed.receipt.counts.records} ${processed.outcome}`);
      heard();
    },
  });
  return {
    seen,
    until: async (line) => {
      while (!seen.includes(line)) {
        await new Promise<void>((resolve) => {
          heard = resolve;
        });
      }
    },
    stop: () => {
      stop.abort();
      return running;
    },
  };
}

describe('--watch', { concurrency: 3 }, () => {
  test('processes what is there, what comes and what changes, each once it has settled', async () => {
    await withFolder(async (folder) => {
      const [inbox, out] = [join(folder, 'inbox'), join(folder, 'out')];
      await mkdir(join(inbox, 'sub'), { recursive: true });
      await writeFile(join(inbox, 'first.json'), GOOD);
      const { until, seen, stop } = watching(inbox, out);
      await until('first.json 2 complete');
      await copyFile(BATCH, join(inbox, 'sub/second.json'));
      await until('sub/second.json 13 complete');
      // Written bit by bit: it counts only when it is whole.
      for (let part = 0; part < 4; part++) {
        await writeFile(join(inbox, 'slow.json'), GOOD, { flag: 'a' });
        await wait(400);
      }
      await writeFile(join(inbox, '.hidden.json'), GOOD);
      await until('slow.json 8 complete');
      await writeFile(join(inbox, 'first.json'), GOOD);
      await until('first.json 2 unchanged');
      const { summary, exitStatus } = await stop();
      assert.equal(exitStatus, 0);
      assert.deepEqual([summary.objects, summary.records, seen.length], [3, 23, 4]);
    });
  });

  test('forgets the receipt of an object when the next one comes', async () => {
    await withFolder(async (folder) => {
      const inbox = join(folder, 'inbox');
      await mkdir(inbox);
      for (const name of ['a', 'b', 'c']) await writeFile(join(inbox, name), GOOD);
      const receipts: WeakRef<Receipt>[] = [];
      const { until, stop } = watching(inbox, join(folder, 'out'), ({ receipt }) => void receipts.push(new WeakRef(receipt)));
      for (const name of ['a', 'b', 'c']) await until(`${name} 2 complete`);
      await writeFile(join(inbox, 'last'), GOOD);
      await until('last 2 complete');
      // What a weak reference was made for stays until the turn is over.
      await turn();
      setFlagsFromString('--expose-gc');
      runInNewContext('gc')();
      assert.deepEqual(
        receipts.slice(0, -1).map((receipt) => receipt.deref()),
        [undefined, undefined, undefined],
      );
      const { summary } = await stop();
      assert.deepEqual([summary.objects, summary.records, summary.outputs], [4, 8, undefined]);
    });
  });

  test('ends with sums, and with --json with the list of outputs', async () => {
    await withFolder(async (folder) => {
      const [inbox, out] = [join(folder, 'inbox'), join(folder, 'out')];
      await mkdir(inbox);
      await writeFile(join(inbox, 'first.json'), GOOD);
      const json = await interrupted(['run', inbox, '--watch', '--out', out, '--json']);
      const summary = JSON.parse(json);
      const written = (await filesBelow(out)).filter((path) => !path.startsWith('receipts/'));
      const listed = summary.outputs.map(({ key }: { key: string }) => key);
      assert.deepEqual([summary.objects, summary.records, listed.sort()], [1, 2, written.sort()]);
      const people = await interrupted(['run', inbox, '--watch', '--out', out, '--force']);
      assert.match(people, new RegExp(`^1 object, 2 records = .* written to ${out} in ${written.length} files?$`, 'ms'));
    });
  });

  test('takes one folder', async () => {
    await withFolder(async (folder) => {
      const file = join(folder, 'file');
      await writeFile(file, GOOD);
      const lines = async (...places: string[]) =>
        (await winnow(['run', ...places, '--watch', '--out', join(folder, 'out')])).stderr.trimEnd().split('\n');
      assert.deepEqual(await lines(file), [`winnow: ${file}: not a folder, so it cannot be watched`]);
      assert.match((await lines('s3://b/x')).join(), /only a folder can be watched/);
      assert.deepEqual(await lines(SAMPLES, SAMPLES), ['winnow: --watch: takes one folder; give no other place']);
    });
  });
});

/** What the program prints when it is interrupted after the first object. */
async function interrupted(args: readonly string[]): Promise<string> {
  const child = spawn(process.execPath, [CLI, ...args]);
  const printed = Array.fromAsync(child.stdout, String);
  child.stderr.on('data', (text) => {
    if (/ records = /.test(String(text))) child.kill('SIGINT');
  });
  const [status] = await once(child, 'close');
  assert.equal(status, 0);
  return (await printed).join('');
}
