/** Every kind of event that wakes the function, as its source really writes it, for objects of one's choice. */
import { urlEncode } from '../../src/stores/embedded-s3.ts';
import type { ObjectRef } from '../../src/types.ts';

/** An object as sources announce it; `size` is what they say when they say one. */
export interface Announced extends ObjectRef {
  readonly size?: number;
}

export interface TriggerShape {
  readonly name: string;
  readonly kind: 'sqs' | 'batch_operations' | 'direct';
  /** Whether the shape can carry a version id, and a size. */
  readonly tells: readonly ('version' | 'size')[];
  /** How many items an event of several objects has; `single` is a shape for one object only. */
  readonly items: 'one' | 'each' | 'single';
  readonly event: (objects: readonly Announced[]) => object;
}

const ALL = ['version', 'size'] as const;

export const TRIGGER_SHAPES: readonly TriggerShape[] = [
  { name: 'S3 notification', kind: 'direct', tells: ALL, items: 'one', event: (objects) => s3Event(objects) },
  { name: 'S3 → SQS', kind: 'sqs', tells: ALL, items: 'each', event: (objects) => sqsEvent(objects.map((o) => s3Event([o]))) },
  { name: 'S3 → SNS', kind: 'direct', tells: ALL, items: 'one', event: (objects) => snsEvent(objects.map((o) => s3Event([o]))) },
  {
    name: 'S3 → SNS → SQS',
    kind: 'sqs',
    tells: ALL,
    items: 'each',
    event: (objects) => sqsEvent(objects.map((o) => snsMessage(s3Event([o])))),
  },
  {
    // Raw delivery leaves nothing of SNS in the body; SQS alone adds what is around it.
    name: 'S3 → SNS → SQS, raw delivery',
    kind: 'sqs',
    tells: ALL,
    items: 'each',
    event: (objects) => sqsEvent(objects.map((o) => s3Event([o]))),
  },
  {
    name: 'EventBridge',
    kind: 'direct',
    tells: ALL,
    items: 'single',
    event: ([only]) => (only ? eventBridgeEvent(only) : {}),
  },
  {
    name: 'EventBridge → SQS',
    kind: 'sqs',
    tells: ALL,
    items: 'each',
    event: (objects) => sqsEvent(objects.map((o) => eventBridgeEvent(o))),
  },
  {
    name: 'EventBridge → SNS',
    kind: 'direct',
    tells: ALL,
    items: 'one',
    event: (objects) => snsEvent(objects.map((o) => eventBridgeEvent(o))),
  },
  { name: 'S3 Batch Operations 1.0', kind: 'batch_operations', tells: ['version'], items: 'each', event: batchEvent('1.0') },
  { name: 'S3 Batch Operations 2.0', kind: 'batch_operations', tells: ['version'], items: 'each', event: batchEvent('2.0') },
  {
    name: 'Distributed Map, listed objects in a batch',
    kind: 'direct',
    tells: ['size'],
    items: 'one',
    event: (objects) => ({ BatchInput: { bucket: objects[0]?.bucket }, Items: objects.map(listed) }),
  },
  {
    name: 'Distributed Map, lines of an inventory',
    kind: 'direct',
    tells: ALL,
    items: 'one',
    event: (objects) => ({ BatchInput: { EncodingType: 'url' }, Items: objects.map(inventoryLine) }),
  },
  {
    name: 'Distributed Map, keys alone',
    kind: 'direct',
    tells: [],
    items: 'one',
    event: (objects) => ({ BatchInput: { bucket: objects[0]?.bucket }, Items: objects.map(({ key }) => key) }),
  },
  {
    // Without batches, its ItemSelector adds the bucket.
    name: 'Distributed Map, one listed object',
    kind: 'direct',
    tells: ['size'],
    items: 'single',
    event: ([only]) => (only ? { Bucket: only.bucket, ...listed(only) } : {}),
  },
  { name: 'named by hand', kind: 'direct', tells: ALL, items: 'single', event: ([only]) => ({ ...only }) },
  { name: 'named by hand, a list', kind: 'direct', tells: ALL, items: 'one', event: (objects) => [...objects] },
  {
    name: 'named by hand, several keys of a bucket',
    kind: 'direct',
    tells: [],
    items: 'one',
    event: (objects) => ({ bucket: objects[0]?.bucket, keys: objects.map(({ key }) => key) }),
  },
  {
    name: 'named by hand → SQS',
    kind: 'sqs',
    tells: ALL,
    items: 'each',
    event: (objects) => sqsEvent(objects.map((object) => ({ ...object }))),
  },
];

export function s3Event(objects: readonly Announced[], eventName = 'ObjectCreated:Put') {
  return { Records: objects.map((object) => s3Record(object, eventName)) };
}

export function s3Record({ bucket, key, versionId, size = 5 }: Announced, eventName = 'ObjectCreated:Put') {
  return {
    eventVersion: '2.1',
    eventSource: 'aws:s3',
    awsRegion: 'eu-west-1',
    eventTime: '2026-11-22T10:00:00.000Z',
    eventName,
    userIdentity: { principalId: 'AWS:AIDAJDPLRKLG7UEXAMPLE' },
    requestParameters: { sourceIPAddress: '192.0.2.1' },
    responseElements: { 'x-amz-request-id': 'C3D13FE58DE4C810', 'x-amz-id-2': 'FMyUVURIY8/IgAtTv8xRjskZQpcIZ9KG4V5Wp6S7S' },
    s3: {
      s3SchemaVersion: '1.0',
      configurationId: 'winnow',
      bucket: { name: bucket, ownerIdentity: { principalId: 'A3NL1KOZZKExample' }, arn: `arn:aws:s3:::${bucket}` },
      object: {
        key: urlEncode(key),
        size,
        eTag: 'd41d8cd98f00b204e9800998ecf8427e',
        ...(versionId && { versionId }),
        sequencer: '0055AED6DCD90281E5',
      },
    },
  };
}

export const S3_TEST_EVENT = {
  Service: 'Amazon S3',
  Event: 's3:TestEvent',
  Time: '2026-11-22T10:00:00.000Z',
  Bucket: 'in',
  RequestId: '5582815E1AEA5ADF',
  HostId: '8cLeGAmw098X5cv4Zkwcmo8vvZa3eH3eKxsPzbB9wrR+YstdA6Knx4Ip8EXAMPLE',
};

export function sqsEvent(bodies: readonly (object | string)[]) {
  return { Records: bodies.map((body, index) => sqsRecord(body, `message-${index}`)) };
}

function sqsRecord(body: object | string, messageId: string) {
  return {
    messageId,
    receiptHandle: 'AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a',
    body: typeof body === 'string' ? body : JSON.stringify(body),
    attributes: {
      ApproximateReceiveCount: '1',
      SentTimestamp: '1795341600000',
      SenderId: 'AIDAIENQZJOLO23YVJ4VO',
      ApproximateFirstReceiveTimestamp: '1795341600001',
    },
    messageAttributes: {},
    md5OfBody: '7b270e59b47ff90a553787216d55d91d',
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:eu-west-1:123456789012:landing',
    awsRegion: 'eu-west-1',
  };
}

/** As SNS writes a message into a queue when raw delivery is off. */
export function snsMessage(message: object) {
  return {
    Type: 'Notification',
    MessageId: 'dc1e94d9-56c5-5e96-808d-cc7f68faa162',
    TopicArn: 'arn:aws:sns:eu-west-1:123456789012:landing',
    Subject: 'Amazon S3 Notification',
    Message: JSON.stringify(message),
    Timestamp: '2026-11-22T10:00:00.000Z',
    SignatureVersion: '1',
    Signature: 'FMG5tlZhJNHLHUXvZgtZzlk24FzVa7oX0T4P03neeXw8ZEXZx6z35j2FOTuNYShn2h0bKNC',
    SigningCertURL: 'https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-f3ecfb7224c7233fe7bb5f59f96de52f.pem',
    UnsubscribeURL: 'https://sns.eu-west-1.amazonaws.com/?Action=Unsubscribe',
  };
}

export function snsEvent(messages: readonly object[]) {
  return {
    Records: messages.map((message) => ({
      EventSource: 'aws:sns',
      EventVersion: '1.0',
      EventSubscriptionArn: 'arn:aws:sns:eu-west-1:123456789012:landing:21be56ed-a058-49f5-8c98-aedd2564c486',
      Sns: { ...snsMessage(message), MessageAttributes: {} },
    })),
  };
}

export function eventBridgeEvent({ bucket, key, versionId, size = 5 }: Announced, type = 'Object Created') {
  return {
    version: '0',
    id: '17793124-05d4-b198-2fde-7ededc63b103',
    'detail-type': type,
    source: 'aws.s3',
    account: '123456789012',
    time: '2026-11-22T10:00:00Z',
    region: 'eu-west-1',
    resources: [`arn:aws:s3:::${bucket}`],
    detail: {
      version: '0',
      bucket: { name: bucket },
      object: {
        key,
        size,
        etag: 'b1946ac92492d2347c6235b4d2611184',
        ...(versionId && { 'version-id': versionId }),
        sequencer: '617f08299329d189',
      },
      'request-id': 'N4N7GDK58NMKJ12R',
      requester: '123456789012',
      'source-ip-address': '192.0.2.1',
      reason: 'PutObject',
    },
  };
}

function batchEvent(schema: '1.0' | '2.0') {
  return (objects: readonly Announced[]) => ({
    invocationSchemaVersion: schema,
    invocationId: 'YXNkbGZqYWRmaiBhc2RmdW9hZHNmZGpmaGFzbGtkaGZza2RmaAo',
    job: { id: 'f3cc4f60-61f6-4a2b-8a21-d07600c373ce', ...(schema === '2.0' && { userArguments: { reason: 'backfill' } }) },
    tasks: objects.map(({ bucket, key, versionId }, index) => ({
      taskId: `task-${index}`,
      s3Key: urlEncode(key),
      s3VersionId: versionId ?? null,
      ...(schema === '1.0' ? { s3BucketArn: `arn:aws:s3:::${bucket}` } : { s3Bucket: bucket }),
    })),
  });
}

function listed({ key, size = 5 }: Announced) {
  return { Etag: '"b1946ac92492d2347c6235b4d2611184"', Key: key, LastModified: 1795341600, Size: size, StorageClass: 'STANDARD' };
}

/** A line of CSV: every value is text. */
function inventoryLine({ bucket, key, versionId, size = 5 }: Announced) {
  return {
    Bucket: bucket,
    Key: urlEncode(key),
    ...(versionId && { VersionId: versionId, IsLatest: 'true', IsDeleteMarker: 'false' }),
    Size: String(size),
    LastModifiedDate: '2026-11-22T10:00:00.000Z',
  };
}
