/** What the owner of an existing input bucket has a say in: where its inventory is written, and with which key it is read. */
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import type { Template } from '../infra/variants.ts';
import { allStatements } from './deploy/looks.ts';
import { isAllowed, statementsOf } from './deploy/policy.ts';
import { ACCOUNT, type Packaged, packageAll } from './deploy/templates.ts';

const THEIR_KEY = 'arn:aws:kms:eu-west-1:444455556666:key/76543210-ba98-fedc-3210-ba9876543210';
const VARIANTS = [
  { name: 'as it comes', params: {} },
  {
    name: 'an input bucket of somebody else',
    params: { input: 'existing', inputBucket: 'theirs', inputBucketOwner: '444455556666', inputKmsKeyArn: THEIR_KEY },
  },
  { name: 'an inventory elsewhere', params: { inventoryBucket: 'elsewhere' } },
];

let packaged: readonly Packaged[];
before(async () => {
  packaged = await packageAll(VARIANTS);
});

function templateOf(name: string): Template {
  const template = packaged.find(({ variant }) => variant.name === name)?.template;
  assert.ok(template);
  return template;
}

/** What the policy of the output bucket allows. */
function allowances(name: string): readonly object[] {
  return allStatements(templateOf(name))
    .filter(({ id, statement }) => id === 'OutputBucketPolicy' && statement.Effect === 'Allow')
    .map(({ statement }) => statement);
}

const inventoryOf = (bucket: string, account: string): object => ({
  Sid: 'TheInventory',
  Effect: 'Allow',
  Principal: { Service: 's3.amazonaws.com' },
  Action: 's3:PutObject',
  Resource: 'arn:aws:s3:::cws-winnow-dev-output/inventory/*',
  Condition: { ArnEquals: { 'aws:SourceArn': `arn:aws:s3:::${bucket}` }, StringEquals: { 'aws:SourceAccount': account } },
});

test('S3 may write an inventory, for the input bucket and its owner alone', () => {
  assert.deepEqual(allowances('as it comes'), [inventoryOf('cws-winnow-dev-input', ACCOUNT)]);
  assert.deepEqual(allowances('an input bucket of somebody else'), [inventoryOf('theirs', '444455556666')]);
});

test('nobody may write an inventory when it is kept elsewhere', () => {
  assert.deepEqual(allowances('an inventory elsewhere'), []);
});

test('the function decrypts with the key of the input bucket, through S3, and does no more with it', () => {
  const may = (name: string, action: string, service = 's3') =>
    isAllowed(statementsOf(templateOf(name), 'NormalizeRole'), {
      action,
      resource: THEIR_KEY,
      context: { 'kms:ViaService': `${service}.eu-west-1.amazonaws.com` },
    });
  assert.ok(may('an input bucket of somebody else', 'kms:Decrypt'));
  assert.ok(!may('an input bucket of somebody else', 'kms:Decrypt', 'sqs'));
  assert.ok(!may('an input bucket of somebody else', 'kms:GenerateDataKey'));
  assert.ok(!may('as it comes', 'kms:Decrypt'));
});
