/** What announces no input: passed over for a reason, or a problem that names its place. Never in silence. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { refusal } from '../src/intake/trigger/admit.ts';
import { IGNORED_REASONS } from '../src/intake/trigger/found.ts';
import { readTrigger } from '../src/intake/trigger/trigger.ts';
import { eventBridgeEvent, S3_TEST_EVENT, s3Event, s3Record, snsEvent, snsMessage, sqsEvent } from './support/trigger-events.ts';

const REF = { bucket: 'in', key: 'a.json' };
const found = (event: unknown) => readTrigger(event).items;

describe('passed over', () => {
  for (const [name, event, reasons] of [
    ['the test event of a new notification', S3_TEST_EVENT, ['test_event']],
    ['the test event in a queue', sqsEvent([S3_TEST_EVENT]), ['test_event']],
    ['the test event by way of a topic', snsEvent([S3_TEST_EVENT]), ['test_event']],
    ['the test event by way of a topic and a queue', sqsEvent([snsMessage(S3_TEST_EVENT)]), ['test_event']],
    ['a deletion', s3Event([REF], 'ObjectRemoved:Delete'), ['not_created']],
    ['a tag', s3Event([REF], 's3:ObjectTagging:Put'), ['not_created']],
    ['a deletion by EventBridge', eventBridgeEvent(REF, 'Object Deleted'), ['not_created']],
    ['a delete marker of an inventory', { Items: [{ Bucket: 'in', Key: 'a', IsDeleteMarker: 'true' }] }, ['not_created']],
    ['no record at all', { Records: [] }, []],
    ['no key at all', { bucket: 'in', keys: [] }, []],
  ] as const) {
    test(name, () => {
      const items = found(event);
      assert.deepEqual(
        items.flatMap(({ ignored }) => ignored.map(({ why }) => why)),
        reasons,
      );
      for (const { refs, problems } of items) assert.deepEqual([...refs, ...problems], []);
    });
  }

  test('one record among others', () => {
    const event = { Records: [s3Record(REF, 'ObjectRemoved:Delete'), s3Record({ ...REF, key: 'kept' })] };
    assert.deepEqual(
      found(event).map(({ refs, ignored }) => ({ refs, ignored })),
      [{ refs: [{ bucket: 'in', key: 'kept' }], ignored: [{ why: 'not_created' }] }],
    );
  });
});

const { s3: _, ...withoutS3 } = s3Record(REF);

describe('a problem', () => {
  for (const [name, event, problems] of [
    ['nothing', undefined, ['event must be a JSON object']],
    ['null', null, ['event must be a JSON object']],
    ['text', '{"Records":[]}', ['event must be a JSON object']],
    ['an empty object', {}, ['event is no event that Winnow knows; see docs/triggers.md']],
    ['records that are no list', { Records: {} }, ['event.Records must be a list']],
    ['a record that is no object', { Records: [null] }, ['event.Records[0] must be an object']],
    [
      'a record of another service',
      { Records: [{ eventSource: 'aws:kinesis' }] },
      ['event.Records[0].eventSource must be aws:s3'],
    ],
    ['no event name', { Records: [{ ...s3Record(REF), eventName: 1 }] }, ['event.Records[0].eventName must be text']],
    [
      'no s3 at all',
      { Records: [withoutS3] },
      ['event.Records[0].s3.bucket.name must be text', 'event.Records[0].s3.object.key must be text'],
    ],
    ['an event of another source', { ...eventBridgeEvent(REF), source: 'my.app' }, ['event.source must be aws.s3']],
    ['a message that is not JSON', sqsEvent(['secret-text']), ['event.Records[0].body is not JSON']],
    ['a message that is a number', sqsEvent(['7']), ['event.Records[0].body must be a JSON object']],
    ['no body', { Records: [{ eventSource: 'aws:sqs', messageId: 'm' }] }, ['event.Records[0].body must be text']],
    [
      'a topic within a queue that carries no JSON',
      sqsEvent([{ ...snsMessage({}), Message: 'secret-text' }]),
      ['event.Records[0].body.Message is not JSON'],
    ],
    ['a topic without a message', { Records: [{ EventSource: 'aws:sns' }] }, ['event.Records[0].Sns.Message must be text']],
    ['a task that is no object', { tasks: [3] }, ['event.tasks[0] must be an object']],
    [
      'a task without names',
      { tasks: [{ taskId: 't' }] },
      ['event.tasks[0].s3BucketArn must be text', 'event.tasks[0].s3Key must be text'],
    ],
    ['items that are no list', { Items: {} }, ['event.items must be a list']],
    ['an item that is no object', { Items: [4] }, ['event.items[0] must be a JSON object']],
    ['an item without its bucket', { Key: 'a', Size: 1 }, ['event.bucket must be text']],
    ['keys that are no list', { bucket: 'in', keys: 'a' }, ['event.keys must be a list']],
    ['a key that is no text', { bucket: 'in', keys: ['a', 7] }, ['event.keys[1].key must be text']],
    ['a version that is no text', { ...REF, versionId: 7 }, ['event.versionId must be text']],
  ] as const) {
    test(name, () => {
      assert.deepEqual(
        found(event).flatMap((item) => item.problems),
        problems,
      );
    });
  }

  test('a key that is not encoded', () => {
    const record = s3Record(REF);
    record.s3.object.key = '100%.json';
    assert.deepEqual(found({ Records: [record] })[0]?.problems, ['event.Records[0].s3.object.key is not URL-encoded']);
  });

  test('fails its own message and no other', () => {
    const items = found(sqsEvent([s3Event([REF]), 'not JSON', s3Event([REF])]));
    assert.deepEqual(
      items.map(({ id, refs, problems }) => [id, refs.length, problems.length]),
      [
        ['message-0', 1, 0],
        ['message-1', 0, 1],
        ['message-2', 1, 0],
      ],
    );
  });

  test('is told of however deep the event is', () => {
    const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
    assert.deepEqual(found(sqsEvent([deep]))[0]?.problems, ['event.Records[0].body[0] must be a JSON object']);
  });
});

describe('an object is refused', () => {
  const LAKE = { bucket: 'lake', prefix: 'winnow' };
  const everything = { input_prefix: [], input_suffix: [] };
  const some = { input_prefix: ['cws/', 'logs/'], input_suffix: ['.json', '.gz'] };
  for (const [bucket, key, output, filter, why] of [
    ['in', 'a.json', LAKE, everything, undefined],
    ['lake', 'winnow/events/dt=2026-11-22/a.zst', LAKE, everything, 'own_output'],
    ['lake', 'winnow/rejects/dt=2026-11-22/a.zst', LAKE, everything, 'own_output'],
    ['lake', 'winnow/receipts/dt=2026-11-22/a.json', LAKE, everything, 'own_output'],
    ['other', 'winnow/events/a', LAKE, everything, undefined],
    ['lake', 'winnow/landing/a', LAKE, everything, undefined],
    ['lake', 'events/a', LAKE, everything, undefined],
    ['lake', 'winnow-2/events/a', LAKE, everything, undefined],
    ['lake', 'winnow/eventsource/a', LAKE, everything, undefined],
    ['lake', 'events/a', { bucket: 'lake', prefix: '' }, everything, 'own_output'],
    ['lake', 'x/events/a', { bucket: 'lake', prefix: 'x/' }, everything, 'own_output'],
    ['in', 'cws/a.json', LAKE, some, undefined],
    ['in', 'logs/a.gz', LAKE, some, undefined],
    ['in', 'other/a.json', LAKE, some, 'filtered'],
    ['in', 'cws/a.txt', LAKE, some, 'filtered'],
    ['in', 'CWS/a.json', LAKE, some, 'filtered'],
    ['lake', 'winnow/events/a', LAKE, some, 'own_output'],
  ] as const) {
    test(`${bucket}/${key} with outputs in lake/${output.prefix}${filter === some ? ', filtered' : ''}: ${why ?? 'admitted'}`, () => {
      assert.equal(refusal({ bucket, key }, output, filter), why);
      assert.ok(why === undefined || IGNORED_REASONS.includes(why));
    });
  }
});
