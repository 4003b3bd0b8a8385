/** The handler as Lambda runs it, over an S3 server on the loopback. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import type { InvocationSummary } from '../src/lambda/answer.ts';
import { METRICS } from '../src/lambda/report.ts';
import { type Buckets, comparable, INPUT, OUTPUT, startBuckets } from './support/buckets.ts';
import { invoke, invokeAll, linesOf } from './support/invoke.ts';
import { S3_TEST_EVENT, s3Event, sqsEvent, TRIGGER_SHAPES } from './support/trigger-events.ts';

let buckets: Buckets;
let sample: Buffer;

before(async () => {
  buckets = await startBuckets();
  sample = await readFile('samples/linux/bare.ndjson');
});

after(() => buckets.stop());

const created = (...keys: readonly string[]) => s3Event(keys.map((key) => ({ bucket: INPUT, key })));
const into = (place: string) => ({ OUTPUT_URI: `s3://${OUTPUT}/${place}` });
const receipts = (outputs: ReadonlyMap<string, Buffer>) => [...outputs.keys()].filter((key) => key.includes('/receipts/'));

test('a batch becomes events, rejects and a receipt, and summary, log and metrics agree', async () => {
  const key = 'a b+c=d&é.ndjson';
  await buckets.upload(key, Buffer.concat([sample, Buffer.from('\nnot-json-SECRET\n')]));
  const { result, output } = await invoke({ event: created(key), environment: into('one') });
  const summary = result as InvocationSummary;
  assert.ok(summary, output);
  assert.equal(summary.objects, 1);
  assert.ok(summary.valid > 0);
  assert.equal(summary.rejected, 1);
  assert.equal(summary.records, summary.valid + summary.rejected);

  const outputs = await buckets.outputs('one');
  assert.ok([...outputs.keys()].some((name) => name.startsWith('one/events/dt=')));
  assert.ok([...outputs.keys()].some((name) => name.startsWith('one/rejects/dt=')));
  const [only] = summary.results;
  assert.deepEqual(receipts(outputs), [`one/${only?.receipt}`]);
  assert.deepEqual(only, {
    ...{ bucket: INPUT, key, outcome: 'complete', receipt: only?.receipt },
    ...{ records: summary.records, valid: summary.valid, rejected: 1 },
  });

  const [line, ...more] = linesOf(output, 'object processed');
  assert.deepEqual(more, []);
  assert.deepEqual(
    [line?.['bucket'], line?.['key'], line?.['records'], line?.['by_code']],
    [INPUT, key, summary.records, { 'json.syntax': 1 }],
  );
  const [metrics, byCode, ...others] = linesOf(output, 'Winnow');
  assert.ok(metrics, 'no metrics');
  assert.deepEqual(others, []);
  assert.deepEqual([byCode?.['service'], byCode?.['code'], byCode?.['rejected']], ['cws-winnow', 'json.syntax', 1]);
  assert.deepEqual(dimensionsOf(byCode), [['service', 'code']]);
  assert.deepEqual(dimensionsOf(metrics), [['service']]);
  const ageMs = Number(metrics['lateness']);
  assert.ok(ageMs > 0 && Number.isFinite(ageMs) && Number(metrics['duration']) >= 0);
  assert.deepEqual(
    Object.keys(metrics).filter((name) => name in METRICS),
    Object.keys(METRICS),
  );
  assert.deepEqual(
    [metrics['objects'], metrics['records'], metrics['valid'], metrics['rejected'], metrics['surprises']],
    [1, summary.records, summary.valid, 1, 0],
  );
  assert.ok(!output.includes('SECRET'), 'the log quotes a record');
});

function dimensionsOf(metrics: { readonly [name: string]: unknown } | undefined): unknown {
  const { CloudWatchMetrics = [] } = (metrics?.['_aws'] ?? {}) as { CloudWatchMetrics?: { Dimensions: unknown }[] };
  return CloudWatchMetrics[0]?.Dimensions;
}

test('every kind of trigger leaves the same outputs', async () => {
  const keys = ['kinds/a b+c=d&é.ndjson', 'kinds/100%25.ndjson'];
  for (const key of keys) await buckets.upload(key, Buffer.concat([sample, Buffer.from(`\n${key}\n`)]));
  const refs = keys.map((key) => ({ bucket: INPUT, key }));
  const invocations = TRIGGER_SHAPES.flatMap(({ items, event }, index) => {
    const events = items === 'single' ? refs.map((ref) => event([ref])) : [event(refs)];
    return events.map((each) => ({ event: each, environment: into(`kind-${index}`) }));
  });
  const { outcomes } = await invokeAll(invocations);
  for (const [index, { error }] of outcomes.entries()) assert.equal(error, undefined, `${index}: ${error}`);
  const expected = comparable(await buckets.outputs('kind-0'));
  assert.equal([...expected.keys()].filter((key) => key.startsWith('receipts/')).length, keys.length);
  for (const [index, { name }] of TRIGGER_SHAPES.entries()) {
    assert.deepEqual(comparable(await buckets.outputs(`kind-${index}/`)), expected, name);
  }
});

test('a batch delivered twice, in one event and in another, leaves the same outputs', async () => {
  await buckets.upload('again.ndjson', sample);
  await invoke({ event: created('again.ndjson'), environment: into('twice') });
  const first = await buckets.outputs('twice');
  const { output } = await invoke({ event: created('again.ndjson', 'again.ndjson'), environment: into('twice') });
  assert.equal(linesOf(output, 'object processed').length, 1);
  assert.deepEqual(comparable(await buckets.outputs('twice')), comparable(first));
});

test('an object that fails stops no other, and is named', async () => {
  await buckets.upload('here.ndjson', sample);
  const { name, error, output } = await invoke({ event: created('gone one.ndjson', 'here.ndjson'), environment: into('half') });
  assert.match(error ?? '', /^1 of 2 objects failed: s3:\/\/in-bucket\/gone one\.ndjson: no such object$/);
  assert.equal(name, 'PermanentFailure');
  const [line] = linesOf(output, 'object failed');
  assert.deepEqual([line?.['class'], line?.['reason'], line?.['key']], ['gone', 'not_found', 'gone one.ndjson']);
  assert.equal(linesOf(output, 'Winnow')[0]?.['gone'], 1);
  assert.equal(receipts(await buckets.outputs('half')).length, 1);
});

test('of a batch of messages only those come again whose object failed', async () => {
  await buckets.upload('good.ndjson', sample);
  const event = sqsEvent([created('good.ndjson'), created('missing.ndjson'), 'no JSON', created('good.ndjson'), S3_TEST_EVENT]);
  const { result, output } = await invoke({ event, environment: into('messages') });
  assert.deepEqual(result, { batchItemFailures: [{ itemIdentifier: 'message-1' }, { itemIdentifier: 'message-2' }] });
  assert.equal(receipts(await buckets.outputs('messages')).length, 1);
  assert.equal(linesOf(output, 'object failed').length, 2);
  assert.equal(linesOf(output, 'object ignored').length, 1);
});

test('an empty object has a receipt, with no records', async () => {
  await buckets.upload('empty.ndjson', Buffer.alloc(0));
  const { result } = await invoke({ event: created('empty.ndjson'), environment: into('empty') });
  const { objects, records } = result as InvocationSummary;
  assert.deepEqual([objects, records], [1, 0]);
  assert.equal((await buckets.outputs('empty')).size, 1);
});

test('outputs are never read as input, and only what the filter lets through is', async () => {
  await buckets.upload('loop/events/dt=2026-11-22/a.ndjson', sample, OUTPUT);
  await buckets.upload('in/a.ndjson', sample);
  const event = [
    { bucket: OUTPUT, key: 'loop/events/dt=2026-11-22/a.ndjson' },
    { bucket: INPUT, keys: ['in/a.ndjson', 'in/a.txt', 'else/a.ndjson'] },
  ];
  const environment = { ...into('loop'), WINNOW_INPUT_PREFIX: 'in/', WINNOW_INPUT_SUFFIX: '.ndjson,.gz' };
  const { result, output } = await invoke({ event, environment });
  const summary = result as InvocationSummary;
  assert.deepEqual([summary.objects, summary.ignored], [1, { own_output: 1, filtered: 2 }]);
  const lines = linesOf(output, 'object ignored').map(({ level, why, key }) => `${level} ${why} ${key}`);
  assert.deepEqual(lines.sort(), [
    'INFO filtered else/a.ndjson',
    'INFO filtered in/a.txt',
    'WARN own_output loop/events/dt=2026-11-22/a.ndjson',
  ]);
});

test('what the time does not suffice for comes again, and ends as if it had sufficed', async () => {
  const keys = ['late/1.ndjson', 'late/2.ndjson', 'late/3.ndjson'];
  for (const key of keys) await buckets.upload(key, sample);
  const event = sqsEvent(keys.map((key) => created(key)));
  const { outcomes, output } = await invokeAll([
    { event, environment: into('late'), remainingMs: 0 },
    { event, environment: into('late') },
    { event, environment: into('clean') },
  ]);
  const [hasty, then] = outcomes.map(({ result }) => (result && 'batchItemFailures' in result ? result.batchItemFailures : []));
  assert.equal(hasty?.at(-1)?.itemIdentifier, 'message-2');
  assert.ok(linesOf(output, 'object failed').every((line) => line['class'] === 'deadline' && line['level'] === 'WARN'));
  assert.deepEqual(then, []);
  assert.deepEqual(comparable(await buckets.outputs('late/')), comparable(await buckets.outputs('clean/')));
});

test('everything wrong with the environment is told at once, before any event', async () => {
  const environment = { WINNOW_CODEC: 'bzip2', WINNOW_MAX_DEPTH: '-1', WINNOW_NO_SUCH: '1', INPUT_BUCKET_OWNER: 'me' };
  const { error } = await invoke({ event: created('x'), environment });
  assert.match(error ?? '', /WINNOW_CODEC: must be one of zstd, gzip, none/);
  assert.match(error ?? '', /WINNOW_MAX_DEPTH: must be a whole number/);
  assert.match(error ?? '', /WINNOW_NO_SUCH: there is no such setting/);
  assert.match(error ?? '', /OUTPUT_URI: must be set, to s3:\/\/bucket\/prefix/);
  assert.match(error ?? '', /INPUT_BUCKET_OWNER: must be the 12 digits of an AWS account/);
});

test('an output place that is not in S3 is refused', async () => {
  const { error } = await invoke({ event: created('x'), environment: { OUTPUT_URI: './out' } });
  assert.match(error ?? '', /^OUTPUT_URI: \.\/out: .*s3:\/\/bucket\/prefix/);
});
