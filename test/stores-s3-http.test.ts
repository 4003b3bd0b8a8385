/** What goes over the wire, and what its answers mean, with a server that gives any answer that is asked of it. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createS3Client, s3Source, s3Store } from '../src/stores/s3.ts';
import { type Answer, type Answering, body, IDLE_TIMEOUT_MS, refusal, startAnswering } from './support/answering.ts';
import { bytesOf, failure } from './support/places.ts';

const OUT = { bucket: 'out', prefix: 'p' };

let server: Answering;
const given = (answer: Answer) => server.given(answer);

before(async () => {
  server = await startAnswering();
});

after(() => server.stop());

const xml =
  (text: string): Answer =>
  (_, response) =>
    response.writeHead(200, { 'content-type': 'application/xml' }).end(text);

const page = (inside: string) =>
  xml(`<?xml version="1.0"?><ListBucketResult><EncodingType>url</EncodingType>${inside}</ListBucketResult>`);

for (const [name, answered, message] of [
  ['HTML', xml('<!DOCTYPE html><html><body>Sign in</body></html>'), /no list of S3; look at the endpoint/],
  ['nothing', xml(''), /no list of S3/],
  ['another XML', xml('<ListAllMyBucketsResult><Buckets/></ListAllMyBucketsResult>'), /no list of S3/],
  ['a key of broken encoding', page('<IsTruncated>false</IsTruncated><Contents><Key>a%zz</Key></Contents>'), /wrongly: a%zz/],
  ['a page that is cut off without a way on', page('<IsTruncated>true</IsTruncated>'), /not how to go on/],
  [
    'the same page again and again',
    page('<IsTruncated>true</IsTruncated><NextContinuationToken>t</NextContinuationToken>'),
    /not how to go on/,
  ],
] as const) {
  test(`a list answered with ${name} is unavailable, never empty`, async () => {
    const source = s3Source(given(answered), { bucket: 'in', prefix: '' });
    await assert.rejects(Array.fromAsync(source.list()), failure('unavailable', message));
  });
}

test('a list ends where the server says so, whatever token it gives', async () => {
  const last = page('<IsTruncated>false</IsTruncated><NextContinuationToken/><Contents><Key>a</Key><Size>1</Size></Contents>');
  const refs = await Array.fromAsync(s3Source(given(last), { bucket: 'in', prefix: '' }).list());
  assert.deepEqual(refs, [{ bucket: 'in', key: 'a', bytes: 1 }]);
});

test('a write on a condition carries it as S3 knows it', async () => {
  const client = given((_, response) => response.writeHead(200, { etag: '"abc"' }).end());
  const store = s3Store(client, OUT);
  await store.put('a.json', [Buffer.from('{}')], { ifAbsent: true });
  await store.put('a.json', [Buffer.from('{}')], { ifTag: '"abc"' });
  await store.put('a.json', [Buffer.from('{}')]);
  assert.deepEqual(
    server.requests.map(({ method, url, headers }) => [
      method,
      url?.split('?')[0],
      headers['if-none-match'],
      headers['if-match'],
    ]),
    [
      ['PUT', '/out/p/a.json', '*', undefined],
      ['PUT', '/out/p/a.json', undefined, '"abc"'],
      ['PUT', '/out/p/a.json', undefined, undefined],
    ],
  );
});

test('a request says who must own a bucket whose owner is known, and no other does', async () => {
  given(body('{}'));
  const client = createS3Client({
    endpoint: server.endpoint,
    ownerOf: (bucket) => (bucket === OUT.bucket ? '111122223333' : undefined),
  });
  for (const place of [OUT, { bucket: 'any', prefix: 'p' }]) {
    const store = s3Store(client, place);
    await store.put('a.json', [Buffer.from('{}')]);
    await store.get('a.json');
    await (await s3Source(client, place).open({ bucket: place.bucket, key: 'b' })).close();
  }
  const owners = server.requests.map(({ headers }) => headers['x-amz-expected-bucket-owner']);
  assert.deepEqual(owners, [...Array(3).fill('111122223333'), ...Array(3).fill(undefined)]);
});

test('a write that is answered with a page is not taken for done', async () => {
  const store = s3Store(given(xml('<html><body>Sign in</body></html>')), OUT);
  await assert.rejects(store.put('a.json', [Buffer.from('{}')]), failure('unavailable', /lacks an ETag, so nobody knows/));
});

test('an answer without a length or an ETag says so, empty or not', async () => {
  for (const text of ['{"a":1}', '']) {
    const chunked: Answer = (_, response) => response.writeHead(200, { etag: '"abc"', 'transfer-encoding': 'chunked' }).end(text);
    await assert.rejects(s3Store(given(chunked), OUT).get('a.json'), failure('unavailable', /lacks a length/));
    const untagged: Answer = (_, response) => response.writeHead(200, { 'content-length': text.length }).end(text);
    await assert.rejects(s3Store(given(untagged), OUT).get('a.json'), failure('unavailable', /lacks an ETag/));
  }
});

test('the tag that is got is the one that a condition wants', async () => {
  const client = given(body('{}'));
  const found = await s3Store(client, OUT).get('a.json');
  assert.deepEqual([found?.body.toString(), found?.tag], ['{}', '"abc"']);
});

for (const [name, status, condition] of [
  ['PreconditionFailed', 412, { ifAbsent: true }],
  ['ConditionalRequestConflict', 409, { ifAbsent: true }],
  ['PreconditionFailed', 412, { ifTag: '"abc"' }],
  ['NoSuchKey', 404, { ifTag: '"abc"' }],
] as const) {
  test(`${name} to a write with ${Object.keys(condition)} is a conflict`, async () => {
    const store = s3Store(given(refusal(status, name)), OUT);
    await assert.rejects(
      store.put('a.json', [], condition),
      failure('conflict', /s3:\/\/out\/p\/a\.json: .*nothing was written/),
    );
  });
}

for (const [name, status, reason, message] of [
  ['NoSuchBucket', 404, 'misconfigured', /there is no bucket out/],
  ['KMS.DisabledException', 400, 'misconfigured', /KMS\.DisabledException: .*allow kms:Decrypt/],
  ['AccessDenied', 403, 'denied', /allow s3:GetObject on arn:aws:s3:::out\/p\/a\.json, .*kms:Decrypt/],
  ['AccessDenied', 403, 'denied', /a policy of the bucket, the organization or a VPC endpoint denies it$/],
  ['AccountProblem', 403, 'denied', /refuses to read it \(AccountProblem, HTTP 403\)$/],
  ['ExpiredToken', 400, 'denied', /have expired; sign in again/],
  ['InvalidToken', 400, 'denied', /session token is wrong; .*AWS_SESSION_TOKEN/],
  ['InvalidAccessKeyId', 403, 'denied', /look at the access key/],
  ['SignatureDoesNotMatch', 403, 'denied', /look at the access key and its secret/],
  ['RequestTimeTooSkewed', 403, 'misconfigured', /clock of this machine is wrong; set it/],
  ['PermanentRedirect', 301, 'misconfigured', /in another region; name its region/],
  ['AuthorizationHeaderMalformed', 400, 'misconfigured', /in another region; name its region/],
  ['KeyTooLongError', 400, 'misconfigured', /at most 1,024 bytes/],
  ['KMS.ThrottlingException', 400, 'unavailable', /too many requests for its encryption key; try again/],
] as const) {
  test(`${name} to a get is ${reason}, never nothing`, async () => {
    await assert.rejects(s3Store(given(refusal(status, name)), OUT).get('a.json'), failure(reason, message));
  });
}

test('a version that marks a deletion is gone, and trying again would not help', async () => {
  const source = s3Source(given(refusal(405, 'MethodNotAllowed')), OUT);
  await assert.rejects(source.open({ bucket: 'in', key: 'a', versionId: 'v' }), failure('not_found', /it was deleted/));
  await assert.rejects(source.open({ bucket: 'in', key: 'a' }), failure('unavailable', /MethodNotAllowed, HTTP 405/));
});

test('a write with a key that may not be used names the permission for writing', async () => {
  const store = s3Store(given(refusal(400, 'KMS.NotFoundException')), OUT);
  await assert.rejects(store.put('a.json', []), failure('misconfigured', /allow kms:GenerateDataKey/));
});

test('a refused delete names its own permission', async () => {
  const store = s3Store(given(refusal(403, 'AccessDenied')), OUT);
  await assert.rejects(
    store.delete('a.json'),
    failure('denied', /allow s3:DeleteObject on arn:aws:s3:::out\/p\/a\.json; or a policy/),
  );
});

test('throttling is tried again, four times in all, and then unavailable', async () => {
  const store = s3Store(given(refusal(503, 'SlowDown')), OUT);
  await assert.rejects(store.get('a.json'), failure('unavailable', /SlowDown, HTTP 503/));
  assert.equal(server.requests.length, 4);
});

test('a server that never answers is unavailable', async () => {
  const store = s3Store(
    given(() => {}),
    OUT,
  );
  await assert.rejects(store.get('a.json'), failure('unavailable', /TimeoutError/));
});

test('a body that stalls midway is unavailable', async () => {
  const object = await s3Source(given(body('0123', 10)), OUT).open({ bucket: 'in', key: 'a' });
  await assert.rejects(bytesOf(object), failure('unavailable', /TimeoutError/));
});

test('a body that stalls before anybody reads it fails the reader and nobody else', async () => {
  const object = await s3Source(given(body('0123', 10)), OUT).open({ bucket: 'in', key: 'a' });
  await new Promise((resolve) => setTimeout(resolve, 2 * IDLE_TIMEOUT_MS));
  await assert.rejects(bytesOf(object), failure('unavailable', /in\/a/));
});

test('an object that is closed unread lets go of its connection', async () => {
  const client = given(body('0123', 10));
  const object = await s3Source(client, OUT).open({ bucket: 'in', key: 'a' });
  const closed = new Promise((resolve) => server.requests[0]?.socket.once('close', resolve));
  object.close();
  await closed;
});
