/** The report of one day, from the terminal and from the function that a schedule wakes. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type Template, VARIANTS } from '../infra/variants.ts';
import { dayWanted, PROBLEMS_METRIC } from '../src/lambda/daily.ts';
import { processObject } from '../src/process.ts';
import { reportPage } from '../src/report/page/page.ts';
import { isEmpty, type Report, report } from '../src/report/report.ts';
import { startEmbeddedS3 } from '../src/stores/embedded-s3.ts';
import type { Source } from '../src/stores/port.ts';
import { createS3Client, s3Store } from '../src/stores/s3.ts';
import { properties, rulesFor } from './deploy/looks.ts';
import { isAllowed, type Request, statementsOf } from './deploy/policy.ts';
import { startRecorder } from './deploy/recorder.ts';
import { packageAll } from './deploy/templates.ts';
import { writeHours } from './support/hours.ts';
import { invokeAll, linesOf } from './support/invoke.ts';
import { jsonLines, memorySource, memoryStore, settingsWith } from './support/objects.ts';
import { runInto, withFolder } from './support/runs.ts';
import { winnow } from './support/terminal.ts';
import { linuxEvent } from './valid-events.ts';

const DAYS = ['2026-11-21', '2026-11-22', '2026-11-23'] as const;
const [FIRST, SECOND, THIRD] = DAYS;

/** One object of each of the first two days, with events of the same day and a reject. */
async function twoDays() {
  const store = memoryStore();
  for (const [index, day] of [FIRST, SECOND].entries()) {
    const key = `${day}.ndjson`;
    const inner = memorySource({ [key]: Buffer.from(jsonLines([linuxEvent(), { no: 'event', index }])) });
    const source: Source = {
      ...inner,
      open: async (ref) => {
        const opened = await inner.open(ref);
        return { ...opened, info: { ...opened.info, lastModified: `${day}T12:00:00.000Z` } };
      },
    };
    await processObject({ bucket: 'landing', key }, { source, store, settings: settingsWith(), now: () => 0 });
  }
  return store;
}

const reportOn = (store: Awaited<ReturnType<typeof twoDays>>, day: string, verify = false): Promise<Report> =>
  report('out', store, { verify, sample: 1000, day });

describe('a day', () => {
  test('has its own objects, and with the others those of all', async () => {
    const store = await twoDays();
    for (const verify of [false, true]) {
      const [first, second, third] = await Promise.all(DAYS.map((day) => reportOn(store, day, verify)));
      assert.ok(first && second && third);
      for (const { balance, receipts, events, rejects } of [first, second]) {
        assert.deepEqual([balance.ok, receipts.totals.objects, receipts.totals.records], [true, 1, 2]);
        assert.deepEqual([events.sampled.lines, rejects.sampled.lines], [1, 1]);
      }
      assert.deepEqual(
        [first, second].map(({ receipts }) => receipts.slowest[0]?.name),
        ['landing/2026-11-21.ndjson', 'landing/2026-11-22.ndjson'],
      );
      assert.deepEqual([isEmpty(first), isEmpty(third)], [false, true]);
      assert.equal(third.balance.ok, true);
    }
  });

  test('is named on its page, with the command that makes it', async () => {
    const page = reportPage(await reportOn(await twoDays(), FIRST));
    assert.ok(page.includes(`what arrived on ${FIRST}`));
    assert.ok(page.includes(`winnow report out --day ${FIRST}`));
    assert.ok(page.includes(`winnow report out --day ${FIRST} --verify`));
    assert.match(reportPage(await reportOn(await twoDays(), THIRD)), /0 records.*0 valid.*0 rejected/);
  });

  test('lists no folders but its own and those that its receipts name', async () => {
    const store = await twoDays();
    await store.put('events/dt=2020-01-01/category=file_activity/x', [Buffer.from('x')]);
    const listed: string[] = [];
    const list = (prefix: string) => {
      listed.push(prefix);
      return store.list(prefix);
    };
    await report('out', { ...store, list }, { verify: false, sample: 1000, day: FIRST });
    assert.deepEqual(listed, [`receipts/dt=${FIRST}/`, `rejects/dt=${FIRST}/`, 'events/dt=2026-03-04/category=file_activity/']);
  });

  test('does not balance when something is wrong with what arrived on it, and the others do', async () => {
    const intact = await twoDays();
    const keys = [...intact.stored.keys()];
    const ofFirst = (folder: string): string => {
      const id = /([0-9a-f]{32})\.json$/.exec(keys.find((key) => key.startsWith(`receipts/dt=${FIRST}`)) ?? '')?.[1] ?? '';
      return keys.find((key) => key.startsWith(folder) && key.includes(id)) ?? '';
    };
    const stranger = `${'0'.repeat(32)}-0000.ndjson.zst`;
    const another = ofFirst('events/').replace('-0000', '-0001');
    for (const [change, kind] of [
      [(store) => store.delete(ofFirst('events/')), 'output.missing'],
      [(store) => store.delete(ofFirst('rejects/')), 'output.missing'],
      [(store) => store.put(ofFirst('events/'), [Buffer.from('short')]), 'output.changed'],
      [(store) => store.put(another, [Buffer.from('more')]), 'output.orphan'],
      [(store) => store.put(`rejects/dt=${FIRST}/${stranger}`, [Buffer.from('more')]), 'output.orphan'],
      [(store) => store.put(ofFirst('receipts/'), [Buffer.from('none')]), 'receipt.unreadable'],
    ] as readonly (readonly [(store: typeof intact) => Promise<void>, string])[]) {
      const store = memoryStore(intact.stored);
      await change(store);
      const [first, second] = [await reportOn(store, FIRST), await reportOn(store, SECOND)];
      assert.deepEqual([first.balance.by_kind, second.balance.by_kind], [{ [kind]: 1 }, {}]);
    }
  });
});

test('in the terminal the days of a run come to the whole', async () => {
  await withFolder(async (folder) => {
    const [landing, out] = [join(folder, 'landing'), join(folder, 'out')];
    await writeHours(landing, { hours: 30, events: 20, broken: 0.1 });
    const { summary } = await runInto(out, [landing]);
    let [objects, rejected] = [0, 0];
    for (const day of [FIRST, SECOND]) {
      const { status, stdout } = await winnow(['report', out, '--day', day, '--json']);
      const { balance, receipts, rejects }: Report = JSON.parse(stdout);
      assert.deepEqual([status, balance.ok], [0, true]);
      assert.equal(rejects.sampled.lines, receipts.totals.rejected);
      objects += receipts.totals.objects;
      rejected += receipts.totals.rejected;
    }
    assert.deepEqual([objects, rejected], [summary.objects, summary.rejected]);
    assert.match((await winnow(['report', out, '--day', SECOND])).stdout, /what arrived on 2026-11-22: balanced\n$/);
    for (const [day, message] of [
      ['2026-11-31', /--day: must be a day, such as 2026-11-22/],
      ['yesterday', /--day: must be a day, such as 2026-11-22/],
      [THIRD, /holds no receipts and no outputs of winnow run for what arrived on 2026-11-23/],
    ] as const) {
      const { status, stderr } = await winnow(['report', out, '--day', day]);
      assert.equal(status, 2);
      assert.match(stderr, message);
    }
  });
});

test('an event names a day, or is that of a schedule and means the day before', () => {
  const schedule = { source: 'aws.events', 'detail-type': 'Scheduled Event', detail: {} };
  assert.equal(dayWanted({ day: '2024-02-29' }), '2024-02-29');
  assert.equal(dayWanted({ ...schedule, time: '2027-01-01T03:00:00Z' }), '2026-12-31');
  assert.equal(dayWanted({ ...schedule, time: '2024-03-01T00:00:00Z' }), '2024-02-29');
  for (const day of ['2026-02-29', '2026-1-1', '', 20261122, null])
    assert.throws(() => dayWanted({ day }), /event\.day must be a day, such as "2026-11-22"/);
  for (const event of [{}, schedule, { time: 'now' }, undefined, 'x', []]) assert.throws(() => dayWanted(event), /\{"day": /);
});

describe('the function', () => {
  const [BUCKET, PREFIX] = ['cws-winnow-dev-output', 'winnow'];
  let folder: string;
  let template: Template;
  let server: Awaited<ReturnType<typeof startEmbeddedS3>>;
  let recorder: Awaited<ReturnType<typeof startRecorder>>;

  before(async () => {
    const [packaged] = await packageAll(VARIANTS.filter(({ params }) => params['report'] === 'daily'));
    assert.ok(packaged);
    template = packaged.template;
    folder = await mkdtemp(join(tmpdir(), 'winnow-daily-'));
    server = await startEmbeddedS3({ folder, buckets: [BUCKET] });
    recorder = await startRecorder(server.endpoint);
    Object.assign(process.env, server.environment);
  });

  after(async () => {
    await recorder.stop();
    await server.stop();
    await rm(folder, { recursive: true });
  });

  test('writes the page of the day before, is allowed to, and tells whether it balances', async () => {
    const store = s3Store(createS3Client({ endpoint: server.endpoint }), { bucket: BUCKET, prefix: PREFIX });
    for (const [key, body] of (await twoDays()).stored) await store.put(key, [body]);
    for await (const { key } of store.list(`rejects/dt=${SECOND}/`)) await store.delete(key);
    const { Variables } = properties(template, 'ReportLambdaFunction')['Environment'] as {
      Variables: { [name: string]: string };
    };
    const environment = { ...Variables, AWS_ENDPOINT_URL_S3: recorder.endpoint };
    const events = [{ time: `${SECOND}T03:00:00Z` }, { day: SECOND }, { day: THIRD }, { day: 'SECRET' }];
    const { outcomes, output } = await invokeAll(events.map((event) => ({ event, environment, door: 'lambda-report' }) as const));
    const sums = (day: string, problems: number, objects: number) => ({
      ...{ day, ok: problems === 0, problems, objects, records: 2 * objects, valid: objects, rejected: objects },
      page: `s3://${BUCKET}/${PREFIX}/reports/${day}.html`,
    });
    const expected = [sums(FIRST, 0, 1), sums(SECOND, 1, 1), sums(THIRD, 0, 0)];
    assert.deepEqual(
      outcomes.slice(0, 3).map(({ result }) => result as unknown),
      expected,
      output,
    );
    assert.match(outcomes[3]?.error ?? '', /event\.day/);
    assert.ok(!output.includes('SECRET'));

    const pages = await Array.fromAsync(store.list('reports/'));
    assert.deepEqual(
      pages.map(({ key }) => key),
      DAYS.map((day) => `reports/${day}.html`),
    );
    const page = (await store.get(`reports/${SECOND}.html`))?.body.toString() ?? '';
    assert.match(page, /<h1>.*Does not balance<\/h1>/);
    assert.ok(page.includes(`winnow report s3://${BUCKET}/${PREFIX} --day ${SECOND}`));

    const logged = linesOf(output, 'report written').map(({ level, day }) => `${day} ${level}`);
    assert.deepEqual(logged.sort(), [`${FIRST} INFO`, `${SECOND} ERROR`, `${THIRD} INFO`]);
    const metrics = linesOf(output, 'CloudWatchMetrics');
    assert.deepEqual(
      metrics.map((line) => line[PROBLEMS_METRIC]),
      [0, 1, 0],
    );

    const statements = statementsOf(template, 'ReportRole');
    assert.ok(recorder.requests.some(({ action }) => action === 's3:PutObject'));
    for (const request of recorder.requests) {
      assert.ok(isAllowed(statements, request), JSON.stringify(request));
      assert.equal(request.bucketOwner, '111122223333');
    }
  });

  test('may do nothing else', () => {
    const statements = statementsOf(template, 'ReportRole');
    const on = (action: string, key: string, bucket = BUCKET): Request => ({ action, resource: `arn:aws:s3:::${bucket}/${key}` });
    for (const request of [
      ...['events', 'rejects', 'receipts'].flatMap((name) =>
        ['s3:PutObject', 's3:DeleteObject'].map((action) => on(action, `${PREFIX}/${name}/a`)),
      ),
      on('s3:DeleteObject', `${PREFIX}/reports/a`),
      on('s3:GetObject', 'a', 'cws-winnow-dev-input'),
      on('s3:PutObject', 'a', 'cws-winnow-dev-input'),
      { action: 's3:ListBucket', resource: `arn:aws:s3:::${BUCKET}`, context: { 's3:prefix': '' } },
    ])
      assert.ok(!isAllowed(statements, request), JSON.stringify(request));
  });

  test('is what the schedule wakes', () => {
    const [rule, ...more] = rulesFor(template, 'ScheduleExpression');
    assert.ok(rule && more.length === 0);
    const [target] = properties(template, rule.id)['Targets'] as { Arn: string }[];
    assert.match(target?.Arn ?? '', /:function:cws-winnow-dev-report$/);
  });
});
