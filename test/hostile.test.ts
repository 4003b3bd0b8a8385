/** Every hostile case ends in exactly its verdict. The table of them is docs/hostile.md. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { localStore } from '../src/stores/local.ts';
import type { Receipt } from '../src/types.ts';
import { type HostileCase, MOST_MEGABYTES } from './hostile/case.ts';
import type { ChildReport } from './hostile/child.ts';
import { FAMILIES } from './hostile/families.ts';
import { LIMITS } from './hostile/limits.ts';
import { PARTITIONS } from './hostile/partitions.ts';
import { inspect, runCase } from './hostile/run.ts';
import { filesBelow, withFolder } from './support/runs.ts';

const CHILD = new URL('hostile/child.ts', import.meta.url).pathname;

function assertVerdict({ expected }: HostileCase, { counts, object_fault }: Pick<Receipt, 'counts' | 'object_fault'>): void {
  const { valid, rejects = {}, fault } = expected;
  assert.deepEqual({ valid: counts.valid, rejects: counts.by_code, fault: object_fault }, { valid, rejects, fault });
}

/** What all objects, lists and texts have without having it themselves. */
function inherited(): readonly unknown[] {
  return [Object, Array, String, Function].map(({ prototype }) => Object.getOwnPropertyDescriptors(prototype));
}

const atFirst = inherited();
after(() => assert.deepEqual(inherited(), atFirst, 'what every object inherits has changed'));

for (const { title, cases } of FAMILIES.filter((family) => family !== LIMITS)) {
  describe(title, () => {
    for (const hostile of cases) {
      test(hostile.name, async () => {
        const run = await runCase(hostile);
        assertVerdict(hostile, run.receipt);
        const { text, event } = inspect(run);
        for (const [pointer, value] of Object.entries(hostile.extra ?? {}))
          assert.deepEqual(event?.extra?.[pointer], value, pointer);
        if (hostile.written !== undefined) assert.ok(text.includes(hostile.written), text.slice(0, 3000));
        if (hostile.partitions === undefined) return;
        const events = run.receipt.outputs.filter(({ key }) => key.startsWith('events/'));
        assert.deepEqual(
          events.map(({ partition }) => partition),
          hostile.partitions,
        );
      });
    }
  });
}

test('on a disk no partition leaves the folder of outputs', async () => {
  await withFolder(async (folder) => {
    const keys = new Set<string>();
    const store = localStore(join(folder, 'a', 'out'));
    for (const hostile of PARTITIONS.cases) {
      const { outputs } = await runCase(hostile);
      for (const key of outputs.keys()) {
        if (!keys.has(key)) await store.put(key, [outputs.bodyOf(key)]);
        keys.add(key);
      }
    }
    assert.deepEqual(await filesBelow(folder), [...keys].map((key) => `a/out/${key}`).sort());
  });
});

describe(LIMITS.title, { concurrency: 2 }, () => {
  for (const hostile of LIMITS.cases) {
    test(hostile.name, async (t) => {
      const { stdout } = await promisify(execFile)(process.execPath, [CHILD, hostile.name]);
      const { receipt, peakMegabytes, seconds }: ChildReport = JSON.parse(stdout);
      t.diagnostic(`${hostile.name}: peak ${peakMegabytes.toFixed(0)} MB in ${seconds.toFixed(1)} s`);
      assertVerdict(hostile, receipt);
      assert.ok(peakMegabytes < MOST_MEGABYTES, `${peakMegabytes} MB`);
    });
  }
});

test('there are at least 80 cases, each with a name of its own', () => {
  const names = FAMILIES.flatMap(({ cases }) => cases.map(({ name }) => name));
  assert.ok(names.length >= 80, `${names.length} cases`);
  assert.equal(new Set(names).size, names.length);
});
