/** The role of the function against what the function does: every request that it makes is allowed, and little else is. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { type Template, VARIANTS } from '../infra/variants.ts';
import { startEmbeddedS3 } from '../src/stores/embedded-s3.ts';
import { createS3Client, s3Store } from '../src/stores/s3.ts';
import { properties } from './deploy/looks.ts';
import { isAllowed, type Request, type Statement, statementsOf } from './deploy/policy.ts';
import { startRecorder } from './deploy/recorder.ts';
import { ACCOUNT, packageAll } from './deploy/templates.ts';
import { invokeAll } from './support/invoke.ts';
import { s3Event, sqsEvent } from './support/trigger-events.ts';

const INPUT = 'cws-winnow-dev-input';
const OUTPUT = 'cws-winnow-dev-output';
const ROLE = 'NormalizeRole';

let templates: ReadonlyMap<string, Template>;
let requests: Awaited<ReturnType<typeof record>>;

before(async () => {
  const packaged = await packageAll(VARIANTS.filter(({ name }) => /^created-(?:sqs|direct)-/.test(name)));
  templates = new Map(packaged.map(({ variant, template }) => [variant.name, template]));
  requests = await record(templateOf('created-sqs-s3-key'));
});

function templateOf(name: string): Template {
  const template = templates.get(name);
  assert.ok(template);
  return template;
}

/** What the function asks of S3 in its life, with the environment that the template gives it. */
async function record(template: Template) {
  const folder = await mkdtemp(join(tmpdir(), 'winnow-policy-'));
  const server = await startEmbeddedS3({ folder: join(folder, 's3'), buckets: [INPUT, OUTPUT] });
  const recorder = await startRecorder(server.endpoint);
  try {
    Object.assign(process.env, server.environment);
    const input = s3Store(createS3Client({ endpoint: server.endpoint }), { bucket: INPUT, prefix: '' });
    const sample = await readFile('samples/linux/bare.ndjson');
    await input.put('a b+é.ndjson', [sample, Buffer.from('\nno JSON\n')]);
    await input.put('empty.ndjson', []);
    const { Environment } = properties(template, 'NormalizeLambdaFunction') as {
      Environment: { Variables: { [name: string]: string } };
    };
    const environment = { ...Environment.Variables, AWS_ENDPOINT_URL_S3: recorder.endpoint };
    const objects = [{ key: 'a b+é.ndjson' }, { key: 'empty.ndjson' }, { key: 'missing.ndjson' }];
    const event = sqsEvent(objects.map(({ key }) => s3Event([{ bucket: INPUT, key }])));
    const versioned = sqsEvent([s3Event([{ bucket: INPUT, key: 'empty.ndjson', versionId: 'v1' }])]);
    const { outcomes, output } = await invokeAll([
      // Stopped before it has done anything; then the whole way; then delivered once more.
      { event, environment, remainingMs: 0 },
      { event, environment },
      { event, environment },
      // Under other rules: the outputs of before are replaced, and those no longer listed are deleted.
      { event, environment: { ...environment, WINNOW_PARTITION: 'dt,platform' } },
      { event: versioned, environment },
    ]);
    const [, missing] = outcomes;
    assert.deepEqual(missing?.result, { batchItemFailures: [{ itemIdentifier: 'message-2' }] }, output);
    return recorder.requests;
  } finally {
    await recorder.stop();
    await server.stop();
    await rm(folder, { recursive: true });
  }
}

const describeRequest = ({ action, resource, context }: Request) => `${action} ${resource} ${JSON.stringify(context ?? {})}`;

test('every request that the function makes is allowed, in every variant', () => {
  const kinds = new Set(requests.map(({ action, resource }) => `${action} ${resource.split('/').slice(0, 3).join('/')}`));
  const output = `arn:aws:s3:::${OUTPUT}`;
  for (const expected of [
    `s3:GetObject arn:aws:s3:::${INPUT}/a b+é.ndjson`,
    `s3:GetObjectVersion arn:aws:s3:::${INPUT}/empty.ndjson`,
    // To be told that an object, or a receipt, is not there.
    `s3:ListBucket arn:aws:s3:::${INPUT}`,
    `s3:ListBucket ${output}`,
    ...['events', 'rejects', 'receipts'].map((folder) => `s3:PutObject ${output}/winnow/${folder}`),
    `s3:GetObject ${output}/winnow/receipts`,
    `s3:DeleteObject ${output}/winnow/events`,
  ]) {
    assert.ok(kinds.has(expected), `${expected} was recorded, not only ${[...kinds].join('\n')}`);
  }
  for (const [name, template] of templates) {
    const statements = statementsOf(template, ROLE);
    for (const request of requests) assert.ok(isAllowed(statements, request), `${name}: ${describeRequest(request)}`);
  }
});

test('every request says whose the bucket must be', () => {
  assert.ok(requests.length > 10);
  for (const request of requests) assert.equal(request.bucketOwner, ACCOUNT, describeRequest(request));
});

const object = (action: string, bucket: string, key: string): Request => ({ action, resource: `arn:aws:s3:::${bucket}/${key}` });
const list = (bucket: string, prefix?: string): Request => ({
  action: 's3:ListBucket',
  resource: `arn:aws:s3:::${bucket}`,
  ...(prefix !== undefined && { context: { 's3:prefix': prefix } }),
});

describe('nothing else is allowed', () => {
  const outside: readonly Request[] = [
    ...['s3:PutObject', 's3:DeleteObject', 's3:DeleteObjectVersion', 's3:GetObjectAcl'].map((action) =>
      object(action, INPUT, 'a.ndjson'),
    ),
    ...['a', 'events/a', 'winnow/a', 'winnow/eventsa', 'winnow-old/events/a', 'winnow/athena/a', 'winnow/backfill/a'].flatMap(
      (key) => ['s3:GetObject', 's3:PutObject', 's3:DeleteObject'].map((action) => object(action, OUTPUT, key)),
    ),
    ...['s3:GetObjectVersion', 's3:DeleteObjectVersion', 's3:PutObjectAcl'].map((action) =>
      object(action, OUTPUT, 'winnow/events/a'),
    ),
    ...[`${INPUT}-of-others`, `${OUTPUT}2`, 'elsewhere'].flatMap((bucket) => [
      ...['s3:GetObject', 's3:PutObject'].map((action) => object(action, bucket, 'winnow/events/a')),
      list(bucket, 'winnow/events/a'),
    ]),
    list(OUTPUT),
    list(OUTPUT, ''),
    list(OUTPUT, 'winnow/'),
    list(OUTPUT, 'athena/'),
    { action: 's3:PutBucketPolicy', resource: `arn:aws:s3:::${OUTPUT}` },
    { action: 's3:DeleteBucket', resource: `arn:aws:s3:::${INPUT}` },
    { action: 'iam:PassRole', resource: `arn:aws:iam::${ACCOUNT}:role/any` },
    { action: 'lambda:InvokeFunction', resource: `arn:aws:lambda:eu-west-1:${ACCOUNT}:function:cws-winnow-dev-normalize` },
  ];

  test('of S3 and of the rest of AWS', () => {
    for (const [name, template] of templates) {
      const statements = statementsOf(template, ROLE);
      for (const request of outside) assert.ok(!isAllowed(statements, request), `${name}: ${describeRequest(request)}`);
    }
  });

  test('of queues: Lambda takes from one, or sends to the dead letters', () => {
    const queue = (name: string) => `arn:aws:sqs:eu-west-1:${ACCOUNT}:cws-winnow-dev-${name}`;
    const actions = [
      'ReceiveMessage',
      'DeleteMessage',
      'GetQueueAttributes',
      'SendMessage',
      'PurgeQueue',
      'ChangeMessageVisibility',
    ];
    const allowed = (variant: string) => {
      const statements = statementsOf(templateOf(variant), ROLE);
      const all = ['objects', 'dead-letters', 'others'].flatMap((name) => actions.map((action) => ({ name, action })));
      const may = all.filter(({ name, action }) => isAllowed(statements, { action: `sqs:${action}`, resource: queue(name) }));
      return may.map(({ name, action }) => `${name} ${action}`);
    };
    assert.deepEqual(allowed('created-sqs-s3-key'), [
      'objects ReceiveMessage',
      'objects DeleteMessage',
      'objects GetQueueAttributes',
    ]);
    assert.deepEqual(allowed('created-direct-s3-key'), ['dead-letters SendMessage']);
  });

  test('of keys: the one given may be used through S3', () => {
    const key = String(VARIANTS[0]?.params['kmsKeyArn']);
    const through = (service: string) => ({ 'kms:ViaService': `${service}.eu-west-1.amazonaws.com` });
    const may = (variant: string, action: string, resource: string, context: { [name: string]: string }) =>
      isAllowed(statementsOf(templateOf(variant), ROLE), { action, resource, context });
    for (const action of ['kms:Decrypt', 'kms:GenerateDataKey']) {
      assert.ok(may('created-sqs-own-key', action, key, through('s3')));
      assert.ok(!may('created-sqs-own-key', action, key, through('sqs')));
      assert.ok(!may('created-sqs-own-key', action, key, {}));
      assert.ok(!may('created-sqs-own-key', action, `${key}0`, through('s3')));
      assert.ok(!may('created-sqs-s3-key', action, key, through('s3')));
    }
    assert.ok(!may('created-sqs-own-key', 'kms:ScheduleKeyDeletion', key, through('s3')));
  });
});

test('the evaluator decides as IAM does', () => {
  const allow: Statement = { Effect: 'Allow', Action: 's3:Get*', Resource: 'arn:aws:s3:::b/a.?' };
  const deny: Statement = { Effect: 'Deny', Action: 's3:GetObject', Resource: '*', Condition: { StringLike: { k: 'x*' } } };
  const request = { action: 's3:getobject', resource: 'arn:aws:s3:::b/a.b' };
  assert.ok(isAllowed([allow], request));
  assert.ok(isAllowed([allow, deny], { ...request, context: { k: 'yx' } }));
  assert.ok(!isAllowed([allow, deny], { ...request, context: { k: 'xy' } }));
  assert.ok(!isAllowed([], request));
  for (const resource of ['arn:aws:s3:::b/axb', 'arn:aws:s3:::b/a.bc', 'arn:aws:s3:::B/a.b']) {
    assert.ok(!isAllowed([allow], { ...request, resource }));
  }
  assert.throws(() => isAllowed([{ ...allow, Condition: { NumericLessThan: { k: '1' } } }], request), /NumericLessThan/);
});
