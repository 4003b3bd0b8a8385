/** Where outputs may go: never into what is read. */
import assert from 'node:assert/strict';
import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { liesInOutputs } from '../src/cli/places.ts';
import { UsageError } from '../src/cli/usage.ts';
import { filesBelow, runInto, SAMPLES, withFolder } from './support/runs.ts';

const BATCH = join(SAMPLES, '2021/intake.json');

test('outputs may not go into what is read, also when that is only one of their folders', async () => {
  for (const [place, out, lies] of [
    ['events', '.', true],
    ['events/sub', '', true],
    ['out/rejects/*.zst', 'out/', true],
    ['in/events', '.', false],
    ['s3://a/events', 's3://a', true],
    ['s3://a/b/receipts/', 's3://a/b/', true],
    ['s3://a/events-of-old/', 's3://a', false],
    ['-', '.', false],
  ] as const) {
    assert.equal(liesInOutputs(place, out), lies, `${place} ${out}`);
  }
  await withFolder(async (folder) => {
    const [place, out] = [join(folder, 'events'), folder];
    await mkdir(place);
    await copyFile(BATCH, join(place, 'batch.json'));
    await assert.rejects(runInto(out, [place]), (error) => {
      assert.ok(error instanceof UsageError);
      assert.match(error.message, /--out: outputs of .* go into .*events, so they would be read as input; give another place/);
      return true;
    });
    assert.deepEqual(await filesBelow(folder), ['events/batch.json']);
  });
});
