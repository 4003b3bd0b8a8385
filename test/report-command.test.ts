/** `winnow report` over what runs leave behind. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { reportPage } from '../src/report/page/page.ts';
import { type Report, report } from '../src/report/report.ts';
import { verify } from '../src/verify/verify.ts';
import { writeHours } from './support/hours.ts';
import { jsonLines, memoryStore, runObject } from './support/objects.ts';
import { inTerminal } from './support/pty.ts';
import { filesBelow, runInto, SAMPLES, withFolder } from './support/runs.ts';
import { winnow } from './support/terminal.ts';
import { linuxEvent } from './valid-events.ts';

const EVERYTHING = { verify: false, sample: 1_000_000, mask: (text: string) => text };

async function reportOn(store: ReturnType<typeof memoryStore>, options = EVERYTHING): Promise<Report> {
  const found = await report('out', store, options);
  assert.ok(found);
  return found;
}

describe('over a day and a half of batches', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'winnow-report-'));
  after(() => rm(folder, { recursive: true }));
  const [landing, out, page] = [join(folder, 'landing'), join(folder, 'out'), join(folder, 'page.html')];
  await writeHours(landing, { hours: 30, events: 60, broken: 0.1 });
  const {
    summary,
    work: { files },
  } = await runInto(out, [landing, SAMPLES]);
  const json = await winnow(['report', out, '--json']);
  const told: Report = JSON.parse(json.stdout);
  const { receipts, events, rejects } = told;

  test('it says what the run said', () => {
    assert.equal(json.status, 0, json.stderr);
    assert.equal(json.stderr, '');
    const { totals } = receipts;
    assert.equal(told.balance.ok, true);
    for (const name of ['objects', 'records', 'valid', 'rejected', 'bytes_in', 'bytes_out'] as const)
      assert.equal(totals[name], summary[name], name);
    assert.deepEqual(Object.fromEntries(receipts.by_code.rows.map(({ name, count }) => [name, count])), summary.by_code);
    const written = Object.values(files).reduce((sum, count) => sum + count, 0);
    assert.equal(receipts.files.event_files + receipts.files.reject_files, written);
    assert.deepEqual(receipts.drift.rows.map(({ name }) => name).sort(), Object.keys(summary.drift).sort());
  });

  test('whatever is counted in two ways comes to the same', () => {
    const sum = (ranking: { rows: readonly { count: number }[]; others?: { count: number } }): number =>
      ranking.rows.reduce((all, { count }) => all + count, ranking.others?.count ?? 0);
    const { valid, rejected } = receipts.totals;
    for (const ranking of [receipts.by_event, receipts.by_category, receipts.by_generation]) assert.equal(sum(ranking), valid);
    for (const ranking of [events.by_rule, events.by_host, events.by_service, events.by_agent_version])
      assert.equal(sum(ranking), valid);
    for (const ranking of [receipts.by_code, rejects.by_rule, rejects.by_event, rejects.by_generation])
      assert.equal(sum(ranking), rejected);
    const { bands, timeless } = events.lateness;
    assert.equal(
      bands.reduce((all, { count }) => all + count, timeless),
      valid,
    );
    for (const timeline of [events.by_time, receipts.events_by_partition]) {
      const shown = timeline?.bars.reduce((all, bar) => all + bar.events, 0) ?? 0;
      assert.equal(shown + (timeline?.outside?.events ?? 0), valid);
    }
    const { partitions, sizes, event_files: files } = receipts.files;
    assert.equal(
      sizes.reduce((all, { count }) => all + count, 0),
      files,
    );
    assert.equal(
      partitions.rows.reduce((all, { records }) => all + records, partitions.others?.records ?? 0),
      valid,
    );
    assert.deepEqual([events.sampled.lines, rejects.sampled.lines], [valid, rejected]);
  });

  test('the page is written whole, and again the same', async () => {
    const { status, stdout, stderr } = await winnow(['report', out, '--html', page]);
    const first = await readFile(page, 'utf8');
    assert.equal(status, 0);
    assert.match(stdout, /balanced\n$/);
    assert.ok(stderr.endsWith(`winnow: page written to ${page}\n`), stderr);
    assert.ok(first.endsWith('</html>\n'));
    assert.ok(first.includes(`${summary.rejected} rejected`));
    await winnow(['report', out, '--html', page]);
    assert.ok(first === (await readFile(page, 'utf8')));
  });

  test('its text has the rows and the shares that a run has', async () => {
    const text = await reportText(out);
    const [code, rejects] = Object.entries(summary.by_code).sort(([, a], [, b]) => b - a)[0] ?? ['', 0];
    const share = ((100 * rejects) / summary.records).toFixed(1);
    assert.match(text, new RegExp(`^  ${code} +${rejects} +${share}%$`, 'm'));
    const rows = text.slice(text.indexOf('rejected (winnow explain')).split('\n\n')[0]?.split('\n') ?? [];
    assert.equal(rows.length - 1, Math.min(13, Object.keys(summary.by_code).length));
  });

  test('it shows how far it is on a terminal, takes settings from a file, and is silent when told to', async () => {
    const seen = inTerminal(['report', out, '--verify', '--html', page], { columns: 100 });
    assert.equal(await seen.ended(), 0);
    assert.match(seen.raw(), new RegExp(`${summary.objects} objects.*records`, 's'));
    assert.match(seen.screen(), /balanced\n.*page written to/);
    const quiet = await winnow(['report', out, '--quiet', '--html', page]);
    assert.deepEqual([quiet.status, quiet.stdout, quiet.stderr], [0, '', '']);
    const config = join(folder, 'lake.yml');
    await writeFile(config, 'max_depth: many\n');
    const wrong = await winnow(['report', out, '--config', config]);
    assert.deepEqual([wrong.status, wrong.stderr.includes('lake.yml:1: max_depth')], [2, true]);
  });

  test('it reads every output when told to, and says so', async () => {
    const { status, stdout } = await winnow(['report', out, '--verify', '--json']);
    assert.equal(status, 0);
    const { balance, ...rest }: Report = JSON.parse(stdout);
    const { balance: _, ...before } = told;
    assert.equal(balance.checked, 'everything');
    assert.deepEqual(rest, before);
  });

  test('it looks at fewer lines when told to', async () => {
    const { stdout } = await winnow(['report', out, '--json', '--sample', '100']);
    const { events: few, rejects: fewer, receipts: all }: Report = JSON.parse(stdout);
    assert.deepEqual(all, receipts);
    assert.ok(few.sampled.lines >= 100 && few.sampled.lines < 500, String(few.sampled.lines));
    assert.ok(fewer.sampled.lines < rejects.sampled.lines);
    assert.ok((await reportText(out, '--sample', '0')).includes('balanced'));
  });

  test('damage that no receipt tells of is found by reading, and any other at once', async () => {
    const [path = ''] = (await filesBelow(out)).filter((name) => name.startsWith('rejects/'));
    const body = await readFile(join(out, path));
    body[body.length - 1] = (body[body.length - 1] ?? 0) ^ 1;
    await writeFile(join(out, path), body);
    assert.equal((await winnow(['report', out, '--json'])).status, 0);
    const read = await winnow(['report', out, '--json', '--verify']);
    assert.equal(read.status, 1);
    assert.deepEqual(
      JSON.parse(read.stdout).balance.examples.map(({ key }: { key: string }) => key),
      [path],
    );

    await rm(join(out, path));
    const missing = await winnow(['report', out, '--html', page]);
    assert.equal(missing.status, 1);
    assert.match(missing.stdout, /output\.missing +1\n/);
    const text = await readFile(page, 'utf8');
    assert.match(text, /<h1>.*Does not balance<\/h1>/);
    assert.ok(text.replaceAll('<wbr>', '').includes(path));
    assert.match(text, /output\.missing/);
  });
});

async function reportText(...args: string[]): Promise<string> {
  return (await winnow(['report', ...args])).stdout;
}

describe('bad usage', () => {
  test('ends with 2 when there is nothing to report on, or a flag or a place is wrong', async () => {
    await withFolder(async (folder) => {
      for (const [args, message] of [
        [[folder], /holds no receipts and no outputs/],
        [[folder, '--sample', 'few'], /--sample: must be a whole number/],
        [[folder, '--html', 's3://'], /s3/],
        [[folder, '--html', 'reports/'], /names a folder/],
        [[folder, '--html', 's3://bucket'], /s3:\/\/bucket names a folder/],
        [['s3://'], /names no bucket/],
      ] as const) {
        const { status, stderr, stdout } = await winnow(['report', ...args]);
        assert.equal(status, 2, args.join(' '));
        assert.match(stderr, message);
        assert.equal(stdout, '');
      }
    });
  });
});

test('without outputs to read, what the receipts say is told all the same', async () => {
  const { stored } = await runObject(jsonLines([linuxEvent(), { no: 'event' }]));
  const store = memoryStore(stored);
  for (const key of stored.keys()) if (!key.startsWith('receipts/')) await store.delete(key);
  const { balance, receipts, events, rejects } = await reportOn(store);
  assert.equal(balance.ok, false);
  assert.deepEqual(balance.by_kind, { 'output.missing': 2 });
  assert.equal(receipts.totals.records, 2);
  assert.deepEqual([events.sampled.unread, rejects.sampled.unread], [1, 1]);
  assert.match(reportPage(await reportOn(store)), /Does not balance/);
});

test('receipts alone are judged as winnow verify judges them', async () => {
  const { stored } = await runObject(jsonLines([linuxEvent(), { no: 'event' }]));
  for (const [key, change] of [
    ['receipts/', (text: string) => text.replace('"records":2', '"records":3')],
    ['receipts/', () => 'no receipt'],
    ['events/', (text: string) => `${text}more`],
  ] as const) {
    const store = memoryStore(stored);
    const found = [...stored.keys()].find((name) => name.startsWith(key)) ?? '';
    await store.put(found, [Buffer.from(change(stored.get(found)?.toString('latin1') ?? ''), 'latin1')]);
    await store.put('events/dt=2026-11-22/stray', [Buffer.from('x')]);
    const [shallow, deep] = [await verify(store, [], { depth: 'receipts' }), await verify(store)];
    const names = ({ problems }: typeof deep) => problems.map((problem) => `${problem.key} ${problem.kind.split('.')[0]}`);
    assert.equal(shallow.ok, false);
    assert.deepEqual(
      names(shallow).filter((name) => !names(deep).includes(name)),
      [],
      key,
    );
  }
});
