/** Who may write an inventory of the input bucket into the output bucket. */
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { allStatements } from './deploy/looks.ts';
import { ACCOUNT, type Packaged, packageAll } from './deploy/templates.ts';

const VARIANTS = [
  { name: 'as it comes', params: {} },
  {
    name: 'an input bucket of somebody else',
    params: { input: 'existing', inputBucket: 'theirs', inputBucketOwner: '444455556666' },
  },
  { name: 'an inventory elsewhere', params: { inventoryBucket: 'elsewhere' } },
];

let packaged: readonly Packaged[];
before(async () => {
  packaged = await packageAll(VARIANTS);
});

/** What the policy of the output bucket allows. */
function allowances(name: string): readonly object[] {
  const template = packaged.find(({ variant }) => variant.name === name)?.template;
  assert.ok(template);
  return allStatements(template)
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

test('S3 may, for the input bucket and its owner alone', () => {
  assert.deepEqual(allowances('as it comes'), [inventoryOf('cws-winnow-dev-input', ACCOUNT)]);
  assert.deepEqual(allowances('an input bucket of somebody else'), [inventoryOf('theirs', '444455556666')]);
});

test('nobody may when it is kept elsewhere', () => {
  assert.deepEqual(allowances('an inventory elsewhere'), []);
});
