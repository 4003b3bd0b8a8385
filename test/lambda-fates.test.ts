/** From items to fates to answers, with a pipeline that does as it is told. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { afterEach, describe, mock, test } from 'node:test';
import { IGNORED_REASONS } from '../src/intake/trigger/found.ts';
import { readTrigger } from '../src/intake/trigger/trigger.ts';
import { answer, type BatchAnswer } from '../src/lambda/answer.ts';
import { withDeadline } from '../src/lambda/deadline.ts';
import { classify, FAILURE_CLASSES, failureOf, isPermanent } from '../src/lambda/failure.ts';
import { type Fate, settleItems } from '../src/lambda/items.ts';
import { createReport, METRICS } from '../src/lambda/report.ts';
import type { Processed } from '../src/process.ts';
import { StalledError, StoppedError } from '../src/stop.ts';
import { STORE_FAILURES, StoreError, type StoreFailure } from '../src/stores/port.ts';
import type { ObjectRef, Receipt } from '../src/types.ts';
import { sqsEvent, TRIGGER_SHAPES } from './support/trigger-events.ts';

const CLASSES = {
  not_found: 'gone',
  changed: 'transient',
  conflict: 'transient',
  unavailable: 'transient',
  denied: 'configuration',
  misconfigured: 'configuration',
} as const satisfies { [reason in StoreFailure]: string };

function receiptOf({ bucket, key }: ObjectRef): Receipt {
  const source = { bucket, key, etag: 'e', size: 9, last_modified: '2026-11-22T10:00:00.000Z' };
  const counts = { bytes_in: 9, bytes_out: 7, records: 3, valid: 2, rejected: 1, by_code: { 'internal.error': 1 } };
  const drift = { '/a': { count: 4 }, '/b': { count: 3 } };
  return { object_id: key, source, counts, drift, outputs: [], timings: { duration_ms: 1 } } as unknown as Receipt;
}

/** Processes objects whose keys say how: `done`, `unchanged`, `partial`, a reason of a `StoreError`, or anything else for a bug. */
async function asNamed(ref: ObjectRef): Promise<Processed> {
  const how = ref.key.split('-')[0] ?? '';
  if (how === 'done') return { receipt: receiptOf(ref), outcome: 'complete' };
  if (how === 'unchanged' || how === 'partial') return { receipt: receiptOf(ref), outcome: how };
  const reason = STORE_FAILURES.find((each) => each === how);
  throw reason ? new StoreError(reason, `s3://${ref.bucket}/${ref.key}: ${reason}`) : new TypeError('SECRET of a record');
}

async function run(event: unknown, { process = asNamed, signal = new AbortController().signal } = {}) {
  const fates: Fate[] = [];
  const trigger = readTrigger(event);
  const report = (fate: Fate) => void fates.push(fate);
  const refuse = ({ key }: ObjectRef) => (key.startsWith('filtered') ? 'filtered' : undefined);
  return { trigger, items: await settleItems(trigger.items, { refuse, process, report, signal }), fates };
}

const messages = (...keys: readonly string[]) => sqsEvent(keys.map((key) => ({ bucket: 'in', key })));
const tasks = (...keys: readonly string[]) =>
  TRIGGER_SHAPES.find(({ name }) => name.endsWith('Operations 2.0'))?.event(keys.map((key) => ({ bucket: 'in', key })));

test('every failure of a store has its class, and so has everything else', () => {
  assert.deepEqual(Object.fromEntries(STORE_FAILURES.map((reason) => [reason, classify(new StoreError(reason, ''))])), CLASSES);
  assert.equal(classify(new StoppedError()), 'deadline');
  const ref = { bucket: 'in', key: 'a' };
  const stalled = new StalledError(ref, 7, 3);
  assert.deepEqual(failureOf(ref, stalled), { class: 'configuration', why: stalled.message });
  for (const error of [new TypeError('x'), 'text', undefined]) assert.equal(classify(error), 'surprise');
  const permanent = FAILURE_CLASSES.filter((each) => isPermanent({ class: each, why: '' }));
  assert.deepEqual(permanent, ['gone', 'configuration']);
});

describe('a queue', () => {
  test('gets back what failed, in whatever way, and nothing else', async () => {
    const keys = ['done', 'unavailable', 'unchanged', 'partial', 'bug', 'filtered', 'denied', 'not_found'];
    const { trigger, items } = await run(messages(...keys));
    const answered = answer(trigger, items) as { batchItemFailures: { itemIdentifier: string }[] };
    const failed = answered.batchItemFailures.map(({ itemIdentifier }) => keys[Number(itemIdentifier.split('-')[1])]);
    assert.deepEqual(failed, ['unavailable', 'partial', 'bug', 'denied', 'not_found']);
  });

  test('shares the fate of an object among the messages that name it', async () => {
    const seen: string[] = [];
    const process = (ref: ObjectRef) => {
      seen.push(ref.key);
      return asNamed(ref);
    };
    const { trigger, items, fates } = await run(messages('done', 'unavailable', 'done', 'unavailable'), { process });
    assert.deepEqual(seen, ['done', 'unavailable']);
    assert.equal(fates.length, 2);
    assert.deepEqual(answer(trigger, items), {
      batchItemFailures: [{ itemIdentifier: 'message-1' }, { itemIdentifier: 'message-3' }],
    });
  });

  test('fails as a whole when a message cannot be named', async () => {
    const { trigger, items } = await run({ Records: [{ eventSource: 'aws:sqs', body: 'no JSON' }] });
    assert.deepEqual(answer(trigger, items), { batchItemFailures: [{ itemIdentifier: '' }] });
  });
});

describe('S3 Batch Operations', () => {
  for (const [key, code, text] of [
    ['done', 'Succeeded', /^receipts\/dt=2026-11-22\/done\.json$/],
    ['unchanged', 'Succeeded', /^receipts\//],
    ['filtered', 'Succeeded', /^ignored: filtered$/],
    ['not_found', 'PermanentFailure', /not_found$/],
    ['denied', 'PermanentFailure', /denied$/],
    ['misconfigured', 'PermanentFailure', /misconfigured$/],
    ['unavailable', 'TemporaryFailure', /unavailable$/],
    ['changed', 'TemporaryFailure', /changed$/],
    ['conflict', 'TemporaryFailure', /conflict$/],
    ['partial', 'TemporaryFailure', /time ran out after 3 records/],
    ['bug', 'TemporaryFailure', /^s3:\/\/in\/bug: internal error \(TypeError\)$/],
    [`unavailable-${'x'.repeat(2000)}`, 'TemporaryFailure', /^.{1024}$/],
  ] as const) {
    test(`hears ${code} of ${key.slice(0, 20)}`, async () => {
      const { trigger, items } = await run(tasks(key));
      const { results, ...rest } = answer(trigger, items) as BatchAnswer;
      assert.deepEqual(rest, {
        invocationSchemaVersion: '2.0',
        treatMissingKeysAs: 'PermanentFailure',
        invocationId: 'YXNkbGZqYWRmaiBhc2RmdW9hZHNmZGpmaGFzbGtkaGZza2RmaAo',
      });
      assert.deepEqual([results.length, results[0]?.taskId, results[0]?.resultCode], [1, 'task-0', code]);
      assert.match(results[0]?.resultString ?? '', text);
    });
  }
});

describe('anybody else', () => {
  for (const [keys, name, message] of [
    [['done', 'not_found', 'done-2'], 'PermanentFailure', /^1 of 3 objects failed: s3:\/\/in\/not_found: not_found$/],
    [['not_found', 'unavailable'], 'TemporaryFailure', /^2 of 2 objects failed: .*not_found; .*unavailable$/],
    [['bug'], 'TemporaryFailure', /internal error \(TypeError\)$/],
    [[7], 'PermanentFailure', /event\.keys\[0\]\.key must be text$/],
  ] as const) {
    test(`is told by ${name} of ${keys.join(', ')}, after all others were done`, async () => {
      const { trigger, items, fates } = await run({ bucket: 'in', keys });
      assert.equal(fates.length, keys.length);
      assert.throws(() => answer(trigger, items), { name, message });
    });
  }

  test('gets a summary', async () => {
    const { trigger, items } = await run({ bucket: 'in', keys: ['done', 'unchanged', 'filtered', 'filtered-2', 'done'] });
    const each = { records: 3, valid: 2, rejected: 1 };
    assert.deepEqual(answer(trigger, items), {
      objects: 2,
      ignored: { filtered: 2 },
      ...{ records: 6, valid: 4, rejected: 2 },
      results: [
        { bucket: 'in', key: 'done', outcome: 'complete', receipt: 'receipts/dt=2026-11-22/done.json', ...each },
        { bucket: 'in', key: 'unchanged', outcome: 'unchanged', receipt: 'receipts/dt=2026-11-22/unchanged.json', ...each },
      ],
    });
  });
});

describe('the deadline', () => {
  afterEach(() => mock.timers.reset());

  for (const [leftMs, reserveMs, firesMs] of [
    [300_000, 10_000, 290_000],
    [15_000, 10_000, 7_500],
    [900_000, 300_000, 600_000],
  ] as const) {
    test(`of ${leftMs} ms with ${reserveMs} in reserve comes after ${firesMs}`, async () => {
      mock.timers.enable({ apis: ['setTimeout'] });
      await withDeadline({ getRemainingTimeInMillis: () => leftMs }, reserveMs, async (signal) => {
        mock.timers.tick(firesMs - 1);
        assert.equal(signal.aborted, false);
        mock.timers.tick(1);
        assert.equal(signal.aborted, true);
      });
    });
  }

  test('leaves no timer behind, whatever becomes of the work', async () => {
    mock.timers.enable({ apis: ['setTimeout'] });
    const clock = { getRemainingTimeInMillis: () => 1000 };
    const signals: AbortSignal[] = [];
    await withDeadline(clock, 100, async (signal) => void signals.push(signal));
    const failing = withDeadline(clock, 100, async (signal) => {
      signals.push(signal);
      throw new Error('as planned');
    });
    await assert.rejects(failing, /as planned/);
    mock.timers.tick(10_000);
    assert.deepEqual(
      signals.map(({ aborted }) => aborted),
      [false, false],
    );
  });

  test('lets what was begun end, and begins nothing more', async () => {
    const controller = new AbortController();
    const process = async (ref: ObjectRef) => {
      if (ref.key === 'done-2') controller.abort();
      return asNamed(ref);
    };
    const { trigger, items, fates } = await run(messages('done-1', 'done-2', 'done-3', 'filtered'), {
      process,
      signal: controller.signal,
    });
    assert.deepEqual(
      fates.map((fate) => (fate.kind === 'failed' ? `${fate.class}: ${fate.why}` : fate.kind)),
      ['done', 'done', 'deadline: s3://in/done-3: time ran out before anything could be done', 'ignored'],
    );
    assert.deepEqual(answer(trigger, items), { batchItemFailures: [{ itemIdentifier: 'message-2' }] });
  });
});

test('the log has a line for each fate, the metrics count them, and neither quotes a record', async () => {
  const keys = ['done', 'unchanged', 'filtered', 'unavailable', 'changed', 'not_found', 'denied', 'partial', 'bug', 'done'];
  const { fates } = await run(messages(...keys));
  const lines: string[] = [];
  const write = (level: string) => (message: string, more: object) =>
    void lines.push(JSON.stringify({ level, message, ...more }));
  const metrics: { [name: string]: number | number[] } = {};
  const byCode: unknown[] = [];
  const meter = {
    addMetric: (name: string, _: string, value: number) => {
      metrics[name] = name in metrics ? [metrics[name] ?? [], value].flat() : value;
    },
    publishStoredMetrics: () => {},
    singleMetric: () => ({
      addDimension: (name: string, value: string) => void byCode.push(name, value),
      addMetric: (name: string, _: string, value: number) => void byCode.push(name, value),
    }),
  };
  const report = createReport({ info: write('info'), warn: write('warn'), error: write('error') }, meter);
  for (const fate of fates) report.add(fate);
  for (const ageMs of [40, -2]) report.late(ageMs);
  report.publish();
  assert.equal(lines.length, keys.length - 1);
  assert.ok(!lines.join('').includes('SECRET'));
  assert.match(lines.at(-1) ?? '', /"class":"surprise".*"frames":\[" {4}at /);
  assert.deepEqual(Object.keys(metrics), Object.keys(METRICS));
  assert.deepEqual(metrics, {
    ...{ objects: 2, unchanged: 1, ignored: 1, records: 3, valid: 2, rejected: 1, internal_rejects: 1, drift: 7 },
    ...{ bytes_in: 9, bytes_out: 7, duration: 1, lateness: [40, -2] },
    ...{ transient_errors: 2, gone: 1, configuration_errors: 1, partial: 1, surprises: 1 },
  });
  assert.deepEqual(byCode, ['code', 'internal.error', 'rejected', 1]);
});

test('every reason, class and metric is documented', () => {
  const page = readFileSync('docs/triggers.md', 'utf8');
  for (const name of [...IGNORED_REASONS, ...FAILURE_CLASSES, ...Object.keys(METRICS)])
    assert.ok(page.includes(`\`${name}\``), name);
});
