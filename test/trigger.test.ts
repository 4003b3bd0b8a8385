import assert from 'node:assert/strict';
import { test } from 'node:test';
import { s3Notification } from '../src/intake/trigger.ts';

/** As S3 sends it, cut down to what matters here; `object` goes over the default one. */
function record(object: object, eventName = 'ObjectCreated:Put') {
  return {
    eventVersion: '2.1',
    eventSource: 'aws:s3',
    awsRegion: 'eu-west-1',
    eventName,
    s3: {
      s3SchemaVersion: '1.0',
      bucket: { name: 'in', arn: 'arn:aws:s3:::in' },
      object: { key: 'a.json', size: 5, eTag: 'd41d8cd98f00b204e9800998ecf8427e', sequencer: '0A1B2C3D4E5F678901', ...object },
    },
  };
}

for (const [encoded, key] of [
  ['plain.json', 'plain.json'],
  ['a/b/c.json', 'a/b/c.json'],
  ['a+b.json', 'a b.json'],
  ['a%2Bb.json', 'a+b.json'],
  ['a%20b.json', 'a b.json'],
  ['a+b%2Bc%3Dd%26%C3%A9.json', 'a b+c=d&é.json'],
  ['100%25.json', '100%.json'],
  ['plus%252B.json', 'plus%2B.json'],
  ['dt%3D2026-11-22/%E6%97%A5%E6%9C%AC%E8%AA%9E.json', 'dt=2026-11-22/日本語.json'],
  ['%F0%9F%98%80.json', '😀.json'],
  ['line%0Abreak.json', 'line\nbreak.json'],
] as const) {
  test(`the key ${encoded} is ${JSON.stringify(key)}`, () => {
    assert.deepEqual(s3Notification({ Records: [record({ key: encoded })] }), { refs: [{ bucket: 'in', key }], ignored: 0 });
  });
}

test('a version id is passed on', () => {
  assert.deepEqual(s3Notification({ Records: [record({ versionId: 'v1' })] }).refs, [
    { bucket: 'in', key: 'a.json', versionId: 'v1' },
  ]);
});

test('several records keep their order', () => {
  const event = { Records: [record({ key: 'b' }), record({ key: 'a' }), record({ key: 'b' })] };
  assert.deepEqual(
    s3Notification(event).refs.map(({ key }) => key),
    ['b', 'a', 'b'],
  );
});

test('every way of creating an object counts', () => {
  const names = ['ObjectCreated:Put', 'ObjectCreated:Post', 'ObjectCreated:Copy', 'ObjectCreated:CompleteMultipartUpload'];
  const event = { Records: [...names, 's3:ObjectCreated:Put'].map((name) => record({}, name)) };
  assert.equal(s3Notification(event).refs.length, 5);
});

test('what announces no new object is ignored and counted', () => {
  const event = {
    Records: [
      record({}, 'ObjectRemoved:Delete'),
      record({ key: 'folder/', size: 0 }),
      record({ key: 'kept.json' }),
      record({}, 'ObjectTagging:Put'),
    ],
  };
  assert.deepEqual(s3Notification(event), { refs: [{ bucket: 'in', key: 'kept.json' }], ignored: 3 });
  assert.deepEqual(s3Notification({ Records: [] }), { refs: [], ignored: 0 });
});

test('the test event of a new notification is ignored and counted', () => {
  const event = {
    Service: 'Amazon S3',
    Event: 's3:TestEvent',
    Time: '2026-11-22T10:00:00.000Z',
    Bucket: 'in',
    RequestId: '5582815E1AEA5ADF',
    HostId: '8cLeGAmw098X5cv4Zkwcmo8vvZa3eH3eKxsPzbB9wrR+YstdA6Knx4Ip8EXAMPLE',
  };
  assert.deepEqual(s3Notification(event), { refs: [], ignored: 1 });
});

for (const [name, event, message] of [
  ['nothing', undefined, /must be a JSON object/],
  ['null', null, /must be a JSON object/],
  ['text', '{"Records":[]}', /must be a JSON object/],
  ['a list', [], /must be a JSON object/],
  ['an empty object', {}, /Records must be a list/],
  ['records that are no list', { Records: {} }, /Records must be a list/],
  ['a record that is no object', { Records: [null] }, /Records\[0\] must be an object/],
  [
    'a record of another service',
    { Records: [{ eventSource: 'aws:sqs', body: '{}' }] },
    /Records\[0\]\.eventSource must be aws:s3/,
  ],
  ['no event name', { Records: [{ ...record({}), eventName: 1 }] }, /Records\[0\]\.eventName must be text/],
  ['no bucket', { Records: [{ ...record({}), s3: { object: { key: 'a' } } }] }, /Records\[0\]\.s3\.bucket\.name must be text/],
  ['no key', { Records: [record({}), record({ key: 7 })] }, /Records\[1\]\.s3\.object\.key must be text/],
  ['a key that is not encoded', { Records: [record({ key: '100%.json' })] }, /Records\[0\]\.s3\.object\.key is not URL-encoded/],
  ['two bad records', { Records: [3, record({ key: '' })] }, /Records\[0\] must be an object; Records\[1\]\.s3\.object\.key/],
] as const) {
  test(`refused: ${name}`, () => assert.throws(() => s3Notification(event), { name: 'TypeError', message }));
}
