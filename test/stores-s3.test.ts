/** What only S3 can do. Answers that cannot be had from a server on demand come from a client whose `send` is replaced. */
import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { after, before, test } from 'node:test';
import { GetObjectCommand, type GetObjectCommandOutput, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { openSource, openStore } from '../src/stores/open.ts';
import { createS3Client, s3Source, s3Store } from '../src/stores/s3.ts';
import { parseS3Uri } from '../src/stores/s3-place.ts';
import type { ObjectRef } from '../src/types.ts';
import { BUCKET, byBytes, bytesOf, failure, type Places, startPlaces } from './support/places.ts';

let places: Places;

before(async () => {
  places = await startPlaces();
});

after(() => places.stop());

test('listing goes on past the first page', async () => {
  const place = await places.s3Place();
  // Written where the server keeps its objects: 1,100 uploads would only test the server.
  const names = Array.from({ length: 1100 }, (_, index) => `many/${index % 7 === 0 ? 'sub/' : ''}${index}`);
  for (const name of names) {
    const path = join(places.serverFolder, BUCKET, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, 'x');
  }
  assert.deepEqual(await place.list(`s3://${BUCKET}/many`), names.sort(byBytes));
});

test('the marker of an empty folder is not an object', async () => {
  const { client, mock } = mocked();
  mock.on(ListObjectsV2Command).resolves({
    IsTruncated: false,
    Contents: [
      { Key: 'sub/', Size: 0 },
      { Key: 'sub/x.json', Size: 2 },
    ],
  });
  const refs = await Array.fromAsync(s3Source(client, { bucket: 'b', prefix: 'sub/' }).list());
  assert.deepEqual(refs, [{ bucket: 'b', key: 'sub/x.json', bytes: 2 }]);
});

test('a bucket that does not exist is misconfigured', async () => {
  const place = await places.s3Place();
  await assert.rejects(place.list('s3://no-such-bucket/x'), failure('misconfigured', /there is no bucket no-such-bucket/));
  const store = await openStore('s3://no-such-bucket/x', { endpoint: places.endpoint });
  await assert.rejects(store.put('y.json', [Buffer.from('x')]), failure('misconfigured', /there is no bucket no-such-bucket/));
});

test('an endpoint of the environment that is a name, not a number, is reached as one that is given', async () => {
  const place = await places.s3Place();
  await place.upload('a.json', Buffer.from('{}'));
  const before = process.env['AWS_ENDPOINT_URL_S3'];
  process.env['AWS_ENDPOINT_URL_S3'] = places.endpoint.replace('127.0.0.1', 'localhost');
  try {
    const source = await openSource(place.uri);
    assert.deepEqual(await Array.fromAsync(source.list(), ({ key }) => key), [place.keyOf('a.json')]);
    await (await openStore(place.uri)).put('b.json', [Buffer.from('{}')]);
  } finally {
    process.env['AWS_ENDPOINT_URL_S3'] = before;
  }
});

for (const [uri, expected] of [
  ['s3://bucket', { bucket: 'bucket', prefix: '' }],
  ['s3://bucket/', { bucket: 'bucket', prefix: '' }],
  ['s3://bucket/a/b', { bucket: 'bucket', prefix: 'a/b' }],
  ['s3://bucket/a b+%20/é\n/', { bucket: 'bucket', prefix: 'a b+%20/é\n/' }],
] as const) {
  test(`${JSON.stringify(uri)} is a place`, () => assert.deepEqual(parseS3Uri(uri), expected));
}

for (const uri of ['s3://', 's3:///key', 'bucket/key']) {
  test(`${uri} is not a place`, () => assert.throws(() => parseS3Uri(uri), failure('not_found', /write s3:\/\/bucket\/prefix/)));
}

const ref: ObjectRef = { bucket: 'in', key: 'a/b.json', versionId: 'v1' };
const place = { bucket: 'in', prefix: '' };
const head = { ETag: '"abc-2"', ContentLength: 10, LastModified: new Date(0), VersionId: 'v1' };

for (const [name, status, reason, message] of [
  ['AccessDenied', 403, 'denied', /AccessDenied: allow s3:GetObjectVersion on arn:aws:s3:::in\/a\/b\.json/],
  ['NoSuchKey', 404, 'not_found', /s3:\/\/in\/a\/b\.json: no such object/],
  ['NoSuchVersion', 404, 'not_found', /this version of the object is gone/],
  ['InvalidObjectState', 403, 'unavailable', /archived; restore it/],
  ['PreconditionFailed', 412, 'changed', /was overwritten/],
  ['SlowDown', 503, 'unavailable', /cannot read it \(SlowDown, HTTP 503\)/],
  ['CredentialsProviderError', undefined, 'denied', /no AWS credentials were found/],
  ['TimeoutError', undefined, 'unavailable', /cannot read it \(TimeoutError\)/],
] as const) {
  test(`${name} while reading is ${reason}`, async () => {
    const { client, mock } = mocked();
    const cause = Object.assign(new Error('never looked at: 404 AccessDenied'), {
      name,
      $metadata: { httpStatusCode: status },
    });
    mock.on(GetObjectCommand).rejects(cause);
    await assert.rejects(s3Source(client, place).open(ref), (error) => {
      failure(reason, message)(error);
      assert.equal((error as Error).cause, cause);
      return true;
    });
  });
}

test('a refused write names the permission and the object', async () => {
  const { client, mock } = mocked();
  mock.on(PutObjectCommand).rejects(Object.assign(new Error(), { name: 'AccessDenied', $metadata: { httpStatusCode: 403 } }));
  const store = s3Store(client, { bucket: 'out', prefix: 'p' });
  await assert.rejects(
    store.put('x.json', []),
    failure(
      'denied',
      /allow s3:PutObject on arn:aws:s3:::out\/p\/x\.json, and, if a KMS key encrypts it, kms:GenerateDataKey on that key; or a policy/,
    ),
  );
});

test('a body that breaks midway is unavailable, and reading again asks for the same ETag and version', async () => {
  const { client, mock } = mocked();
  const broken = Readable.from(brokenBody());
  const whole = Readable.from([Buffer.from('0123456789')]);
  mock.on(GetObjectCommand).resolvesOnce(answer(broken)).resolvesOnce(answer(whole));
  const object = await s3Source(client, place).open(ref);
  assert.equal(object.info.etag, 'abc-2');
  await assert.rejects(bytesOf(object), failure('unavailable', /ECONNRESET/));
  assert.equal((await bytesOf(object)).toString(), '0123456789');
  const [first, second] = mock.commandCalls(GetObjectCommand).map((call) => call.args[0].input);
  assert.deepEqual(first, { Bucket: 'in', Key: 'a/b.json', VersionId: 'v1' });
  assert.deepEqual(second, { ...first, IfMatch: '"abc-2"' });
});

test('a body that ends too early is unavailable, with both numbers', async () => {
  const { client, mock } = mocked();
  mock.on(GetObjectCommand).resolves(answer(Readable.from([Buffer.from('0123')])));
  const object = await s3Source(client, place).open(ref);
  await assert.rejects(bytesOf(object), failure('unavailable', /got 4 of 10 bytes/));
});

function answer(body: Readable) {
  // The SDK's bodies have methods besides those of a stream; no store uses them.
  return { ...head, Body: body } as unknown as GetObjectCommandOutput;
}

async function* brokenBody(): AsyncGenerator<Buffer> {
  yield Buffer.from('0123');
  throw Object.assign(new Error('aborted'), { code: 'ECONNRESET' });
}

function mocked() {
  const client = createS3Client({ region: 'us-east-1' });
  return { client, mock: mockClient(client) };
}
