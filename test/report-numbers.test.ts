/** What the page says of its numbers is so. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reportPage } from '../src/report/page/page.ts';
import { report } from '../src/report/report.ts';
import type { JsonObject } from '../src/types.ts';
import { jsonLines, memoryStore, runObject } from './support/objects.ts';
import { linuxEvent } from './valid-events.ts';

test('a field that is in one event several times is not told as several events', async () => {
  const event = linuxEvent();
  const process = event['process'] as JsonObject;
  const ancestors = [1, 2, 3].map((pid) => ({ ...(process['parent'] as JsonObject), pid, mood: 'good' }));
  const { receipt, stored } = await runObject(jsonLines([{ ...event, process: { ...process, ancestors } }]));
  assert.equal(receipt.counts.valid, 1);
  const found = await report('out', memoryStore(stored), { verify: true, sample: 10 });
  assert.equal(found.receipts.drift.rows[0]?.count, 3);
  const [, headings = ''] = /<caption>What drifted<\/caption>\s*<thead>(.*?)<\/thead>/.exec(reportPage(found)) ?? [];
  assert.deepEqual(
    [...headings.matchAll(/<th[^>]*>([^<]*)/g)].map(([, heading]) => heading),
    ['Name', 'Kind', 'Times', 'Objects', 'First arrived', 'From agent version'],
  );
});
