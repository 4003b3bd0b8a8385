/** `winnow run` killed at any moment and run again. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { generateRecords } from '../../src/generate/batch.ts';
import { frame } from '../../src/generate/framing.ts';
import { createRandom } from '../../src/generate/random.ts';
import { localSource } from '../../src/stores/local.ts';
import type { Source } from '../../src/stores/port.ts';
import type { Stored } from '../support/objects.ts';
import { age, leftoversIn, runChild, shownIn } from './children.ts';
import { assertSame, receiptsIn } from './world.ts';

const KILLS = 50;
const INTERRUPTIONS = 8;
/** As many at a time as a small machine has cores. */
const AT_ONCE = 2;

let folder: string;
let input: string;
let source: Source;
let clean: Stored;
/** How long a run takes here. */
let wholeMs: number;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'winnow-kill-'));
  input = join(folder, 'in');
  await mkdir(input);
  for (const seed of [1, 2, 3]) {
    const bytes = Buffer.concat([
      ...frame(generateRecords({ events: 200, seed, bytes: 2500, broken: 0.1, bases: 64 }), 'ndjson'),
    ]);
    await writeFile(join(input, `${seed}.ndjson.gz`), gzipSync(bytes));
  }
  source = await localSource(input);
  const runs = await Promise.all(Array.from({ length: AT_ONCE }, (_, lane) => runChild(input, join(folder, `clean-${lane}`))));
  wholeMs = Math.max(...runs.map(({ tookMs }) => tookMs));
  clean = await shownIn(join(folder, 'clean-0'));
  assert.ok(clean.size > 80, `${clean.size} outputs`);
});

after(() => rm(folder, { recursive: true }));

/** Does `work` for 0 to `count` − 1, as many at a time as there are lanes. */
async function eachOf(count: number, work: (number: number) => Promise<void>): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < count) await work(next++);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
}

/** Moments over the whole of a run, its start included, each somewhere in its own slice. */
function momentsOf(count: number, seed: number): number[] {
  const random = createRandom(seed);
  return Array.from({ length: count }, (_, index) => ((index + random.real()) / count) * wholeMs);
}

async function finish(out: string, about: string): Promise<void> {
  const { status, stderr } = await runChild(input, out);
  assert.deepEqual([status, stderr], [0, ''], about);
  await assertSame(await shownIn(out), clean, source, { about });
}

test(`killed at ${KILLS} moments`, async (t) => {
  const moments = momentsOf(KILLS, 50);
  const seen = { killed: 0, unfinished: 0, leftovers: 0 };
  await eachOf(KILLS, async (index) => {
    const out = join(folder, `killed-${index}`);
    // Some are killed a second time.
    for (const afterMs of [moments[index] ?? 0, ...(index % 5 === 0 ? [moments[KILLS - 1 - index] ?? 0] : [])]) {
      const { signal } = await runChild(input, out, { signal: 'SIGKILL', afterMs });
      if (signal === 'SIGKILL') seen.killed++;
      const leftovers = await leftoversIn(out);
      seen.leftovers += leftovers.length;
      await age(out, leftovers);
    }
    const stored = await shownIn(out);
    if (stored.size > 0 && receiptsIn(stored).length < 3) seen.unfinished++;
    await finish(out, `killed after ${moments[index]} ms`);
    assert.deepEqual(await leftoversIn(out), [], 'what the killed run was writing is removed');
    await rm(out, { recursive: true });
  });
  t.diagnostic(`${KILLS} scenarios: SIGKILL, ${JSON.stringify(seen)}`);
  assert.ok(seen.killed > KILLS / 2 && seen.unfinished > KILLS / 8, JSON.stringify(seen));
});

test(`interrupted at ${INTERRUPTIONS} moments`, async (t) => {
  const seen = { partial: 0, stopped: 0 };
  const moments = momentsOf(INTERRUPTIONS, 8);
  await eachOf(INTERRUPTIONS, async (index) => {
    const out = join(folder, `interrupted-${index}`);
    const { status, signal } = await runChild(input, out, { signal: 'SIGINT', afterMs: moments[index] ?? 0 });
    // Before the program can answer, or when it was done already.
    if (signal !== 'SIGINT' && status !== 0) {
      assert.equal(status, 1);
      seen.stopped++;
      assert.deepEqual(await leftoversIn(out), []);
    }
    seen.partial += receiptsIn(await shownIn(out)).filter(({ status }) => status === 'partial').length;
    await finish(out, `interrupted after ${moments[index]} ms`);
    await rm(out, { recursive: true });
  });
  t.diagnostic(`${INTERRUPTIONS} scenarios: SIGINT, ${JSON.stringify(seen)}`);
  assert.ok(seen.stopped > 0, JSON.stringify(seen));
});
