/** Who answers: S3, something on the way to it, or nobody, since no region is known. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { StoreError } from '../src/stores/port.ts';
import { createS3Client, s3Source, s3Store } from '../src/stores/s3.ts';
import { type Answer, type Answering, body, refusal, startAnswering } from './support/answering.ts';
import { bytesOf, failure } from './support/places.ts';

const OUT = { bucket: 'out', prefix: 'p' };

let server: Answering;
const given = (answer: Answer) => server.given(answer);

before(async () => {
  server = await startAnswering();
});

after(() => server.stop());

for (const [what, text] of [
  ['a page', '<!DOCTYPE html><html><head><link></head><body>Nothing here</body></html>'],
  ['a page that passes for XML', '<html><body>Nothing here</body></html>'],
  ['a line', 'not found'],
  ['nothing', ''],
] as const) {
  test(`404 with ${what}, which S3 does not say, is never taken for an object that is gone`, async () => {
    const absent: Answer = (_, response) => response.writeHead(404, { 'content-type': 'text/html' }).end(text);
    const store = s3Store(given(absent), OUT);
    const told = failure('unavailable', /a\.json: HTTP 404, but not from S3; look at the endpoint/);
    await assert.rejects(store.get('a.json'), told);
    await assert.rejects(store.put('a.json', [], { ifTag: '"abc"' }), told);
    await assert.rejects(store.delete('a.json'), told);
    await assert.rejects(s3Source(given(absent), OUT).open({ bucket: 'in', key: 'a.json' }), told);
  });
}

test('404 in the words of S3, or with the number that it gives its answers, is an object that is gone', async () => {
  const numbered: Answer = (_, response) => response.writeHead(404, { 'x-amz-request-id': '1' }).end();
  for (const answered of [refusal(404, 'NoSuchKey'), numbered]) {
    const store = s3Store(given(answered), OUT);
    assert.equal(await store.get('a.json'), undefined);
    await store.delete('a.json');
  }
});

test('an object that is refused when it is opened, or read again, lets go of its connection', async () => {
  const date = new Date(0).toUTCString();
  const answers: readonly (readonly [string, { readonly [header: string]: string }])[] = [
    ['no ETag', { 'last-modified': date }],
    ['another ETag', { 'last-modified': date, etag: '"other"' }],
  ];
  for (const [name, headers] of answers) {
    given(body('0123'));
    const source = s3Source(createS3Client({ endpoint: server.endpoint }), OUT);
    const object = await source.open({ bucket: 'in', key: 'a' });
    await bytesOf(object);
    let closed: Promise<unknown> | undefined;
    given((request, response) => {
      closed = new Promise((resolve) => request.socket.once('close', resolve));
      response.writeHead(200, { ...headers, 'content-length': 10 }).write('0123');
    });
    await assert.rejects(bytesOf(object), StoreError, name);
    assert.ok(closed);
    await closed;
  }
});

test('a region comes from the profile where nothing else says one; AWS needs one, and other servers know one', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'winnow-region-'));
  const before = { ...process.env };
  delete process.env['AWS_REGION'];
  process.env['AWS_SHARED_CREDENTIALS_FILE'] = join(folder, 'none');
  try {
    const signedFor = async (region?: string) => {
      given(body('{}'));
      await s3Store(createS3Client({ endpoint: server.endpoint, ...(region !== undefined && { region }) }), OUT).get('a.json');
      return /Credential=key\/\d+\/([^/]+)/.exec(server.requests[0]?.headers.authorization ?? '')?.[1];
    };
    process.env['AWS_CONFIG_FILE'] = join(folder, 'config');
    await writeFile(join(folder, 'config'), '[default]\nregion = eu-west-1\n');
    assert.deepEqual([await signedFor(), await signedFor('eu-north-1')], ['eu-west-1', 'eu-north-1']);
    process.env['AWS_CONFIG_FILE'] = join(folder, 'none');
    assert.equal(await signedFor(), 'us-east-1');
    const anywhere = s3Source(createS3Client(), { bucket: 'in', prefix: '' });
    await assert.rejects(
      Array.fromAsync(anywhere.list()),
      failure('misconfigured', /no region is given; give --region, or set AWS_REGION/),
    );
  } finally {
    process.env = before;
    await rm(folder, { recursive: true });
  }
});
