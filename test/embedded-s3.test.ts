/** The embedded S3 server, asked by the SDK's client. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test } from 'node:test';
import * as S3 from '@aws-sdk/client-s3';
import { openFolderBucket } from '../src/stores/embedded/folder.ts';
import { BUCKET, startEmbedded } from './support/embedded.ts';

const { folder, client, created, stop } = await startEmbedded();
after(stop);

const put = (Key: string, Body: string, more: Partial<S3.PutObjectCommandInput> = {}) =>
  client.send(new S3.PutObjectCommand({ Bucket: BUCKET, Key, Body, ...more }));
const get = async (Key: string, more: Partial<S3.GetObjectCommandInput> = {}) =>
  (await client.send(new S3.GetObjectCommand({ Bucket: BUCKET, Key, ...more }))).Body?.transformToString();
const md5 = (text: string) => createHash('md5').update(text).digest('hex');

test('an object is a file, and its ETag the MD5 of its bytes', async () => {
  const { ETag } = await put('dir/a b+ü.txt', 'grain');
  assert.equal(ETag, `"${md5('grain')}"`);
  assert.equal(await readFile(join(folder, BUCKET, 'dir', 'a b+ü.txt'), 'utf8'), 'grain');
  assert.equal(await get('dir/a b+ü.txt'), 'grain');
  const { key, eventName, etag, size } = created.at(-1) ?? {};
  assert.deepEqual(
    { key, eventName, etag, size },
    { key: 'dir/a b+ü.txt', eventName: 'ObjectCreated:Put', etag: md5('grain'), size: 5 },
  );
});

test('an object is read in part, and only while it is the one that is meant', async () => {
  const { ETag } = await put('numbers', '0123456789');
  for (const [range, part] of [
    ['bytes=2-4', '234'],
    ['bytes=7-', '789'],
    ['bytes=-2', '89'],
    ['bytes=8-100', '89'],
  ] as const) {
    assert.equal(await get('numbers', { Range: range, IfMatch: ETag }), part, range);
  }
  await assert.rejects(get('numbers', { Range: 'bytes=10-' }), { name: 'InvalidRange' });
  await assert.rejects(get('numbers', { IfMatch: '"other"' }), { name: 'PreconditionFailed' });
  await assert.rejects(get('nothing'), { name: 'NoSuchKey' });
  await assert.rejects(client.send(new S3.HeadObjectCommand({ Bucket: BUCKET, Key: 'nothing' })), { name: 'NotFound' });
  assert.equal(await put('empty', '').then(() => get('empty')), '');
});

test('a write on a condition that does not hold writes nothing', async () => {
  const { ETag: first } = await put('once', 'first', { IfNoneMatch: '*' });
  await assert.rejects(put('once', 'second', { IfNoneMatch: '*' }), { name: 'PreconditionFailed' });
  await assert.rejects(put('once', 'second', { IfMatch: `"${md5('other')}"` }), { name: 'PreconditionFailed' });
  await assert.rejects(put('never', 'second', { IfMatch: first }), { name: 'NoSuchKey' });
  assert.equal(await get('once'), 'first');
  // Of those that saw the same object, one may replace it.
  const twins = await Promise.allSettled(['left', 'right'].map((body) => put('once', body, { IfMatch: first })));
  assert.deepEqual(twins.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
});

test('a condition that it cannot check is refused, and nothing is done', async () => {
  await put('kept', 'as it was');
  const place = { Bucket: BUCKET, Key: 'kept' };
  for (const refused of [
    () => put('kept', 'replaced', { IfNoneMatch: '"other"' }),
    () => client.send(new S3.DeleteObjectCommand({ ...place, IfMatch: '"other"' })),
    () => client.send(new S3.CopyObjectCommand({ ...place, CopySource: `${BUCKET}/once`, CopySourceIfMatch: '"other"' })),
    () => client.send(new S3.ListMultipartUploadsCommand({ Bucket: BUCKET })),
  ]) {
    await assert.rejects(refused(), { name: 'NotImplemented' });
  }
  assert.equal(await get('kept'), 'as it was');
});

test('an object that is being read stays what it was when it is replaced or deleted', async () => {
  const bucket = openFolderBucket(join(folder, BUCKET));
  await bucket.put('replaced', [Buffer.from('the first bytes')], { ifAbsent: false });
  const object = await bucket.open('replaced');
  assert.ok(object);
  await bucket.put('replaced', [Buffer.from('others')], { ifAbsent: false });
  await bucket.delete('replaced');
  const bytes = Buffer.concat(await Array.fromAsync(object.read(0, object.head.size - 1), (chunk) => Buffer.from(chunk)));
  await object.close();
  assert.deepEqual([bytes.toString(), object.head.etag], ['the first bytes', md5('the first bytes')]);
});

test('every answer is one object whole, while others write to its key', async () => {
  const bodies = ['a'.repeat(50_000), 'b'.repeat(120_000)];
  await put('swapped', 'first');
  let isDone = false;
  const write = async () => {
    for (let round = 0; round < 150; round++) await put('swapped', bodies[round % 2] ?? '');
    isDone = true;
  };
  const read = async () => {
    while (!isDone) {
      const { Body, ETag } = await client.send(new S3.GetObjectCommand({ Bucket: BUCKET, Key: 'swapped' }));
      assert.equal(ETag, `"${md5((await Body?.transformToString()) ?? '')}"`);
    }
  };
  await Promise.all([write(), read(), read(), read()]);
});

test('lists are in byte order, in pages, and roll up what shares a folder', async () => {
  for (const key of ['l/é', 'l/a/2', 'l/B', 'l/a/1']) await put(key, key);
  const asked = { Bucket: BUCKET, Prefix: 'l/' };
  const seen: (string | undefined)[] = [];
  for await (const { Contents = [] } of S3.paginateListObjectsV2({ client, pageSize: 1 }, { ...asked })) {
    seen.push(...Contents.map(({ Key }) => Key));
  }
  assert.deepEqual(seen, ['l/B', 'l/a/1', 'l/a/2', 'l/é']);
  const folders = { ...asked, Delimiter: '/' };
  for (const { Contents, CommonPrefixes } of [
    await client.send(new S3.ListObjectsCommand(folders)),
    await client.send(new S3.ListObjectsV2Command(folders)),
  ]) {
    assert.deepEqual([Contents?.map(({ Key }) => Key), CommonPrefixes], [['l/B', 'l/é'], [{ Prefix: 'l/a/' }]]);
  }
  const first = await client.send(new S3.ListObjectsCommand({ ...folders, MaxKeys: 2 }));
  const { Contents, IsTruncated } = await client.send(
    new S3.ListObjectsCommand({ ...folders, ...(first.NextMarker && { Marker: first.NextMarker }) }),
  );
  assert.deepEqual([first.NextMarker, Contents?.map(({ Key }) => Key), IsTruncated], ['l/a/', ['l/é'], false]);
});

test('objects are copied and deleted, one by one and many at once', async () => {
  await put('from & to', 'copied');
  await client.send(new S3.CopyObjectCommand({ Bucket: BUCKET, Key: 'to', CopySource: `${BUCKET}/from%20%26%20to` }));
  assert.deepEqual([await get('to'), created.at(-1)?.eventName], ['copied', 'ObjectCreated:Copy']);
  const Objects = ['from & to', 'to', 'never was'].map((Key) => ({ Key }));
  const { Deleted } = await client.send(new S3.DeleteObjectsCommand({ Bucket: BUCKET, Delete: { Objects } }));
  assert.equal(Deleted?.length, 3);
  for (const { Key } of Objects) await assert.rejects(get(Key), { name: 'NoSuchKey' });
});

test('an upload in parts appears when it is completed, and leaves nothing when it is given up', async () => {
  const place = { Bucket: BUCKET, Key: 'parts' };
  const begin = async () => ({ ...place, UploadId: (await client.send(new S3.CreateMultipartUploadCommand(place))).UploadId });
  const upload = await begin();
  for (const [PartNumber, Body] of [
    [2, 'second'],
    [1, 'first, '],
  ] as const) {
    await client.send(new S3.UploadPartCommand({ ...upload, PartNumber, Body }));
  }
  await assert.rejects(get('parts'), { name: 'NoSuchKey' });
  const complete = (...numbers: number[]) => {
    const Parts = numbers.map((PartNumber) => ({ PartNumber }));
    return client.send(new S3.CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts } }));
  };
  await assert.rejects(complete(1, 2, 3), { name: 'InvalidPart' });
  assert.equal((await complete(1, 2)).ETag, `"${md5('first, second')}"`);
  assert.equal(await get('parts'), 'first, second');
  await assert.rejects(complete(1, 2), { name: 'NoSuchUpload' });
  const copy = { ...(await begin()), PartNumber: 1, CopySource: `${BUCKET}/parts`, CopySourceRange: 'bytes=7-12' };
  const { CopyPartResult } = await client.send(new S3.UploadPartCopyCommand(copy));
  assert.equal(CopyPartResult?.ETag, `"${md5('second')}"`);
  const other = await begin();
  await client.send(new S3.AbortMultipartUploadCommand(other));
  await assert.rejects(client.send(new S3.UploadPartCommand({ ...other, PartNumber: 1, Body: '' })), { name: 'NoSuchUpload' });
});

test('an upload whose completion is refused stays, and no part is taken twice', async () => {
  const place = { Bucket: BUCKET, Key: 'refused parts' };
  const { UploadId } = await client.send(new S3.CreateMultipartUploadCommand(place));
  const part = (PartNumber: number, Body: string) =>
    client.send(new S3.UploadPartCommand({ ...place, UploadId, PartNumber, Body }));
  const complete = (numbers: readonly number[], more: Partial<S3.CompleteMultipartUploadCommandInput> = {}) => {
    const MultipartUpload = { Parts: numbers.map((PartNumber) => ({ PartNumber })) };
    return client.send(new S3.CompleteMultipartUploadCommand({ ...place, UploadId, MultipartUpload, ...more }));
  };
  for (const number of [0, 10_001]) await assert.rejects(part(number, 'x'), { name: 'InvalidArgument' });
  await Promise.all([part(1, 'one'), part(2, 'two')]);
  for (const numbers of [
    [1, 1],
    [2, 1],
  ])
    await assert.rejects(complete(numbers), { name: 'InvalidPartOrder' });
  await assert.rejects(complete([]), { name: 'MalformedXML' });
  await put(place.Key, 'there before');
  await assert.rejects(complete([1, 2], { IfNoneMatch: '*' }), { name: 'PreconditionFailed' });
  assert.equal(await get(place.Key), 'there before');
  await complete([1, 2]);
  assert.equal(await get(place.Key), 'onetwo');
});
