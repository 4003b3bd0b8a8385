/** What the embedded S3 server refuses, asked by plain requests where the SDK's client is too polite. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { after, test } from 'node:test';
import * as S3 from '@aws-sdk/client-s3';
import { startEmbeddedS3 } from '../src/stores/embedded-s3.ts';
import { BUCKET, startEmbedded } from './support/embedded.ts';

const { folder, server, client, stop } = await startEmbedded();
after(stop);

const put = (Key: string, Body: string) => client.send(new S3.PutObjectCommand({ Bucket: BUCKET, Key, Body }));
const get = async (Key: string) =>
  (await client.send(new S3.GetObjectCommand({ Bucket: BUCKET, Key }))).Body?.transformToString();
const raw = (path: string, init?: RequestInit) => fetch(`${server.endpoint}/${path}`, init);
const codeOf = async (answer: Promise<Response>): Promise<string> => /<Code>(\w+)/.exec(await (await answer).text())?.[1] ?? '';

test('a key that climbs is refused as it is written, and reaches no other object', async () => {
  await put('climbed', 'as it was');
  for (const Key of ['x/../climbed', './climbed', '../other/climbed']) {
    await assert.rejects(put(Key, 'replaced'), { name: 'InvalidArgument' }, Key);
  }
  assert.equal(await get('climbed'), 'as it was');
});

test('an address that is none is refused, and is no failure of the server', async () => {
  const statusOf = (path: string, headers = {}) =>
    new Promise((resolve, reject) => {
      request(server.endpoint, { method: 'PUT', path, headers, agent: false }, (response) =>
        resolve(response.resume().statusCode),
      )
        .on('error', reject)
        .end();
    });
  assert.equal(await statusOf('//'), 200);
  assert.equal(await statusOf(`/${BUCKET}/%ff`), 400);
  assert.equal(await statusOf(`/${BUCKET}/copy`, { 'x-amz-copy-source': `${BUCKET}/%zz` }), 400);
});

test('a key that no file can have is refused to a write, and to everything else is not there', async () => {
  await put('clash/file', 'as it was');
  await writeFile(join(folder, BUCKET, '.kept'), 'hidden');
  const long = 'x'.repeat(256);
  for (const key of ['clash', 'clash/file/below', 'clash/file/two/below', long, `clash/${long}/file`, `clash/${long}`, '.kept']) {
    assert.equal(await codeOf(raw(`${BUCKET}/${key}`, { method: 'PUT', body: 'x' })), 'InvalidArgument', key);
    assert.equal(await codeOf(raw(`${BUCKET}/${key}`)), 'NoSuchKey', key);
    assert.equal((await raw(`${BUCKET}/${key}`, { method: 'DELETE' })).status, 204, key);
    assert.equal((await raw(`${BUCKET}?list-type=2&prefix=${key}/`)).status, 200, key);
  }
  assert.equal(await get('clash/file'), 'as it was');
  assert.equal(await readFile(join(folder, BUCKET, '.kept'), 'utf8'), 'hidden');
  for (const method of ['PUT', 'GET', 'DELETE'])
    assert.equal(await codeOf(raw(`${BUCKET}/${'long/'.repeat(205)}`, { method })), 'KeyTooLongError', method);
});

test('a list tells nothing of what cannot be there, and refuses a number of keys that is none', async () => {
  await put('listed', 'x');
  const listed = async (query: string) => (await raw(`${BUCKET}?list-type=2&${query}`)).text();
  for (const prefix of ['/', 'l//', 'a/../l', '.hidden/', 'l%00/'])
    assert.match(await listed(`prefix=${prefix}`), /<IsTruncated>false<\/IsTruncated><KeyCount>0</, prefix);
  assert.match(await listed('max-keys=0'), /<MaxKeys>0<.*<IsTruncated>false<.*<KeyCount>0</);
  for (const number of ['-1', 'abc', '1.5']) assert.match(await listed(`max-keys=${number}`), /<Code>InvalidArgument</, number);
});

test('of many deletions each is done or refused on its own', async () => {
  await put('deleted', 'x');
  await writeFile(join(folder, BUCKET, '.beside'), 'hidden');
  const Objects = ['x'.repeat(1025), 'a//b', '.beside', 'deleted'].map((Key) => ({ Key }));
  const { Deleted, Errors } = await client.send(new S3.DeleteObjectsCommand({ Bucket: BUCKET, Delete: { Objects } }));
  assert.deepEqual([Deleted?.length, Errors?.map(({ Code }) => Code)], [3, ['KeyTooLongError']]);
  await assert.rejects(get('deleted'), { name: 'NoSuchKey' });
  assert.equal(await readFile(join(folder, BUCKET, '.beside'), 'utf8'), 'hidden');
  const deletion = (inside: string) =>
    codeOf(raw(`${BUCKET}?delete`, { method: 'POST', body: `<Delete><Object>${inside}</Object></Delete>` }));
  for (const number of ['99999999', 'xD800']) assert.equal(await deletion(`<Key>&#${number};</Key>`), 'MalformedXML', number);
  await put('kept', 'one version');
  for (const condition of ['<VersionId>v</VersionId>', '<ETag>other</ETag>'])
    assert.equal(await deletion(`<Key>kept</Key>${condition}`), 'NotImplemented', condition);
  assert.equal(await get('kept'), 'one version');
});

test('an upload that is not what its MD5 says is refused', async () => {
  const upload = (digest: string, body: string) =>
    codeOf(raw(`${BUCKET}/digested`, { method: 'PUT', headers: { 'content-md5': digest }, body }));
  const digest = createHash('md5').update('grain').digest('base64');
  assert.equal(await upload(digest, 'chaff'), 'BadDigest');
  assert.equal(await upload('nonsense', 'grain'), 'InvalidDigest');
  await assert.rejects(get('digested'), { name: 'NoSuchKey' });
  assert.equal(await upload(digest, 'grain'), '');
  assert.equal(await get('digested'), 'grain');
});

test('an upload is held in memory up to a limit, in one piece and in parts', async () => {
  const small = await startEmbeddedS3({ folder: join(folder, 'small'), buckets: [BUCKET], mostUploadBytes: 1000 });
  try {
    const ask = (key: string, body: string | ReadableStream, method = 'PUT') =>
      fetch(`${small.endpoint}/${BUCKET}/${key}`, { method, body, duplex: 'half' });
    const begin = async (key: string) =>
      `${key}?uploadId=${/<UploadId>([^<]*)/.exec(await (await ask(`${key}?uploads`, '', 'POST')).text())?.[1]}`;
    assert.equal((await ask('fits', 'x'.repeat(1000))).status, 200);
    assert.equal(await codeOf(ask('announced', 'x'.repeat(1001))), 'EntityTooLarge');
    assert.equal(await codeOf(ask('streamed', ReadableStream.from([Buffer.alloc(600), Buffer.alloc(600)]))), 'EntityTooLarge');
    const [first, second] = [await begin('first'), await begin('second')];
    assert.equal((await ask(`${first}&partNumber=1`, 'x'.repeat(600))).status, 200);
    assert.equal((await ask(`${first}&partNumber=1`, 'x'.repeat(700))).status, 200);
    assert.equal(await codeOf(ask(`${first}&partNumber=2`, 'x'.repeat(301))), 'EntityTooLarge');
    assert.equal(await codeOf(ask(`${second}&partNumber=1`, 'x'.repeat(301))), 'SlowDown');
    assert.equal((await fetch(`${small.endpoint}/${BUCKET}/${first}`, { method: 'DELETE' })).status, 204);
    assert.equal((await ask(`${second}&partNumber=1`, 'x'.repeat(301))).status, 200);
  } finally {
    await small.stop();
  }
});

test('what it cannot do is refused, never done halfway', async () => {
  assert.equal(await codeOf(raw('elsewhere/key')), 'NoSuchBucket');
  assert.equal(await codeOf(raw(`${BUCKET}/key?tagging`, { method: 'PUT', body: '<Tagging/>' })), 'NotImplemented');
  assert.equal(await codeOf(raw(`${BUCKET}?versioning`)), 'NotImplemented');
  for (const key of ['%2e%2e%2foutside', 'a%2f%2e%2e%2fb', 'a//b', 'folder/', '.hidden', 'a%00b']) {
    assert.equal(await codeOf(raw(`${BUCKET}/${key}`, { method: 'PUT', body: 'x' })), 'InvalidArgument', key);
  }
  const framed = { 'content-encoding': 'aws-chunked', 'x-amz-decoded-content-length': '5' };
  for (const body of ['5\r\ngrai', 'five\r\ngrain\r\n0\r\n\r\n', '4\r\ngrai\r\n0\r\n\r\n', 'grain']) {
    assert.equal(await codeOf(raw(`${BUCKET}/framed`, { method: 'PUT', headers: framed, body })), 'IncompleteBody', body);
  }
  assert.equal(
    (await raw(`${BUCKET}/framed`, { method: 'PUT', headers: framed, body: '5;chunk-signature=0\r\ngrain\r\n0\r\n\r\n' })).status,
    200,
  );
  assert.equal(await get('framed'), 'grain');
});
