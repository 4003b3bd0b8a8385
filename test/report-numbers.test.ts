/** What the page says of its numbers is so. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
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

test('a band that most events end in is not said to hold nearly all of them', async () => {
  // Half a minute and three minutes before the last change of the object.
  const at = (time: string) => ({ ...linuxEvent(), date: `2026-11-22T${time}Z` });
  const events = [...Array(4).fill(at('23:59:30')), ...Array(5).fill(at('23:57:00'))];
  const { stored } = await runObject(jsonLines(events));
  const found = await report('out', memoryStore(stored), { verify: true, sample: 100 });
  const { half, most, bands } = found.events.lateness;
  assert.deepEqual([half, most], ['1 to 5 minutes', '1 to 5 minutes']);
  assert.equal(bands.find(({ name }) => name === half)?.count, 5);
  const page = reportPage(found);
  assert.doesNotMatch(page, /Nearly all/);
  assert.ok(page.includes('How long after it happened an event arrived. 95% arrived within 5 minutes.'));
});

test('an object that could not be read to its end is named, with its fault', async () => {
  const whole = gzipSync(jsonLines(Array(50).fill(linuxEvent())));
  const { receipt, stored } = await runObject(whole.subarray(0, whole.length - 20), { key: 'cut.gz' });
  assert.equal(receipt.object_fault, 'object.truncated');
  const found = await report('out', memoryStore(stored), { verify: false, sample: 10 });
  assert.deepEqual(
    found.receipts.damaged.map(({ name, fault }) => [name, fault]),
    [['landing/cut.gz', 'object.truncated']],
  );
  const page = reportPage(found);
  assert.match(page, /1 object could not be read to the end: <a href="#objects">/);
  const [, damaged = ''] = page.split('Objects that could not be read to their end</caption>');
  assert.match(damaged.slice(0, damaged.indexOf('</table>')), /landing\/.*cut.*object\.truncated/s);
});
