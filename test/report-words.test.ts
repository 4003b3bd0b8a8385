/** What the page says of its data, in words. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { reportPage } from '../src/report/page/page.ts';
import { ticks } from '../src/report/page/ticks.ts';
import { report } from '../src/report/report.ts';
import { createTable } from '../src/report/table.ts';
import { timelineOf } from '../src/report/timeline.ts';
import { VERSION } from '../src/version.ts';
import { jsonLines, memoryStore, runObject } from './support/objects.ts';
import { linuxEvent } from './valid-events.ts';

const OPTIONS = { verify: false, sample: 1_000_000, mask: (text: string) => text };

async function pageOf(records: Buffer | string): Promise<string> {
  const { stored } = await runObject(records);
  const page = reportPage(await report('out', memoryStore(stored), OPTIONS));
  return page.replaceAll(/<wbr>|<\/?bdi[^>]*>|<\/?span[^>]*>/g, '');
}

describe('the page', () => {
  test('names its period and the version of Winnow at its top', async () => {
    const page = await pageOf(jsonLines([linuxEvent()]));
    assert.match(
      page,
      new RegExp(
        `Winnow ${VERSION.replaceAll('.', '\\.')} report</p>\\n<p class="place">out · arrived \\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d UTC<`,
      ),
    );
    assert.match(page, /1 valid record, counted by/);
  });

  test('says what is expected at many places without the byte of one, and quotes characters', async () => {
    const broken = ['{"a" 1}', '{"abc" 1}', '{"a":[1'];
    const page = await pageOf(`${broken.join('\n')}\n`);
    const [, faults = ''] = page.split('Faults by place in the record</caption>');
    const table = faults.slice(0, faults.indexOf('</table>'));
    assert.match(table, /<td>“:”<\/td>/);
    assert.doesNotMatch(table, /at byte/);
    assert.match(page, /expected “:” at byte 5,/);
  });

  test('shows of a long original the part that its fault is in', async () => {
    const deep = JSON.stringify({ ...linuxEvent(), nested: null }).replace('null}', `${'['.repeat(99)}${']'.repeat(99)}}`);
    const page = await pageOf(`${deep}\n`);
    const [, raw = ''] = /<p class="raw">([^<]*<code>[^<]*)/.exec(page) ?? [];
    assert.ok(deep.length > 1200 && raw.startsWith('… <code>'), raw);
    assert.ok(raw.includes(`&quot;nested&quot;:${'['.repeat(99)}]`));
  });

  test('of a day on which nothing arrived is short', async () => {
    const page = reportPage(await report('out', memoryStore(), { ...OPTIONS, day: '2026-11-22' }));
    assert.match(page, /Nothing arrived, so there is nothing that could be missing/);
    assert.doesNotMatch(page, /<table|--verify/);
  });
});

test('a timeline has a few ticks, at times that people reckon in', () => {
  const texts = (names: readonly string[]): string[] => {
    const table = createTable(['count']);
    for (const name of names) table.add(name, { count: 1 });
    const timeline = timelineOf(table, ['count']);
    assert.ok(timeline);
    return ticks(timeline).map(({ text }) => text);
  };
  const hours = Array.from({ length: 36 }, (_, hour) => new Date(Date.UTC(2026, 10, 21, 1 + hour)).toISOString().slice(0, 13));
  assert.deepEqual(texts(hours), ['06:00', '12:00', '18:00', '11-22', '06:00']);
  const days = Array.from({ length: 30 }, (_, day) => new Date(Date.UTC(2026, 10, 1 + day)).toISOString().slice(0, 10));
  assert.deepEqual(texts(days), ['11-06', '11-11', '11-16', '11-21', '11-26']);
  assert.deepEqual(texts(days.slice(0, 1)), []);
});
