/** `winnow local`: a real client, the bundled function, the live page. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { launchBrowser } from './support/browser.ts';
import { bundle, type Playground, startPlayground, until } from './support/playground.ts';
import { winnow } from './support/terminal.ts';

let folder = '';
let program = '';
let playground: Playground;
let batch: Buffer;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'winnow-local-'));
  program = await bundle(join(folder, 'dist'));
  batch = Buffer.from((await winnow(['generate', '--events', '1000'])).stdout);
  playground = await startPlayground(program, join(folder, 'buckets'));
});

after(async () => {
  await playground.interrupt();
  await rm(folder, { recursive: true });
});

async function outputsBelow(prefix: string): Promise<string[]> {
  const { Contents = [] } = await playground.client.send(new ListObjectsV2Command({ Bucket: 'winnow-output', Prefix: prefix }));
  return Contents.map(({ Key = '' }) => Key);
}

function upload(key: string, body: Buffer | Readable, size?: number) {
  const command = { Bucket: 'winnow-input', Key: key, Body: body, ...(size !== undefined && { ContentLength: size }) };
  return playground.client.send(new PutObjectCommand(command));
}

/** The line of a batch, once it is there. */
function lineOf(key: string): Promise<string> {
  return until(`there is a line for ${key}`, () =>
    playground
      .printed()
      .split('\n')
      .find((line) => line.includes(`s3://winnow-input/${key} `)),
  );
}

async function report(): Promise<string> {
  return (await fetch(`${playground.page}report`)).text();
}

describe('winnow local', () => {
  test('turns an upload into events, a line and a report', async (t) => {
    assert.match(await report(), /Nothing yet/);
    const page = await fetch(playground.page);
    assert.match(page.headers.get('content-security-policy') ?? '', /default-src 'none'/);
    assert.match(await page.text(), new RegExp(`curl -T batch\\.ndjson ${playground.endpoint}/winnow-input/`));
    assert.match(await report(), /npx winnow generate .* --out batch\.ndjson\ncurl -T/);

    const startedMs = performance.now();
    await upload('a folder/bätch.ndjson', batch);
    await until('there is a receipt', async () => (await outputsBelow('receipts/')).length > 0);
    t.diagnostic(`1,000 events from the upload to the receipt: ${Math.round(performance.now() - startedMs)} ms`);
    assert.ok((await outputsBelow('events/')).length > 0);
    assert.deepEqual(await outputsBelow('rejects/'), []);
    assert.match(await lineOf('a folder/bätch.ndjson'), /1,000 records = 1,000 valid \+ 0 rejected {2}[\d.]+ m?s$/);
    assert.match(await report(), /1,000/);
  });

  test('tells an open page that there is something new', async () => {
    const changes = (await fetch(`${playground.page}changes`)).body?.getReader();
    await upload('news.ndjson', batch.subarray(0, batch.indexOf('\n')));
    const { value } = (await changes?.read()) ?? {};
    assert.equal(Buffer.from(value ?? []).toString(), 'data: changed\n\n');
    await changes?.cancel();
  });

  test('shows the last of many batches in a page that is open', async () => {
    const browser = await launchBrowser();
    try {
      const page = await browser.newPage();
      const complaints: string[] = [];
      page.on('console', (message) => complaints.push(message.text())).on('pageerror', ({ message }) => complaints.push(message));
      await page.goto(playground.page);
      const keys = Array.from({ length: 60 }, (_, index) => `many/${index}.ndjson`);
      await Promise.all(keys.map((key) => upload(key, batch.subarray(0, batch.indexOf('\n')))));
      for (const key of keys) await lineOf(key);
      const shown = page.frameLocator('iframe').getByText(`${(await outputsBelow('receipts/')).length} objects`);
      await shown.first().waitFor();
      assert.deepEqual(complaints, []);
    } finally {
      await browser.close();
    }
  });

  test('shows what was refused of a broken batch', async () => {
    await upload('broken.ndjson', Buffer.from('{"evt":}\n"text"\n'));
    assert.match(await lineOf('broken.ndjson'), /2 records = 0 valid \+ 2 rejected \(.*json\.\w+ 1.*\)/);
    assert.equal((await outputsBelow('rejects/')).length, 1);
    assert.match(await report(), /json\.truncated|json\.syntax/);
  });

  test('names the codes that most were refused for, and no more', async () => {
    const { stdout } = await winnow(['generate', '--events', '400', '--broken', '0.5']);
    await upload('many-codes.ndjson', Buffer.from(stdout));
    const [, codes = ''] = /rejected \((.*)\)/.exec(await lineOf('many-codes.ndjson')) ?? [];
    assert.match(codes, /^[\w.]+ \d+, [\w.]+ \d+, [\w.]+ \d+ and \d+ more$/);
    const counts = [...codes.matchAll(/ (\d+),?/g)].slice(0, 3).map(([, times]) => Number(times));
    assert.deepEqual(
      counts,
      counts.toSorted((a, b) => b - a),
    );
  });

  test('takes an upload as it tells people to make one', async () => {
    await writeFile(join(folder, 'batch.ndjson'), batch);
    const [, command = ''] = /^ {2}(curl .*)$/m.exec(playground.printed()) ?? [];
    await promisify(execFile)('sh', ['-c', `${command} --fail --silent --show-error`], { cwd: folder });
    assert.match(await lineOf('batch.ndjson'), /1,000 records = 1,000 valid/);
  });

  test('takes streams, whose checksum comes in a trailer, and uploads in parts', async () => {
    await upload('streamed.ndjson', Readable.from([batch]), batch.length);
    assert.match(await lineOf('streamed.ndjson'), /1,000 records = 1,000 valid/);

    const place = { Bucket: 'winnow-input', Key: 'parts.ndjson' };
    const { UploadId } = await playground.client.send(new CreateMultipartUploadCommand(place));
    const halves = [batch.subarray(0, 100_000), batch.subarray(100_000)];
    const Parts = [];
    for (const [index, Body] of halves.entries()) {
      const part = { ...place, UploadId, PartNumber: index + 1 };
      const { ETag } = await playground.client.send(new UploadPartCommand({ ...part, Body }));
      Parts.push({ PartNumber: part.PartNumber, ETag });
    }
    await playground.client.send(new CompleteMultipartUploadCommand({ ...place, UploadId, MultipartUpload: { Parts } }));
    assert.match(await lineOf('parts.ndjson'), /1,000 records = 1,000 valid/);
  });

  test('knows the same bytes under the same key, and passes over what is no batch', async () => {
    await upload('twice.ndjson', batch);
    assert.doesNotMatch(await lineOf('twice.ndjson'), /done before/);
    await upload('twice.ndjson', batch);
    await until('the second upload has its line', () => /twice\.ndjson .* done before/.test(playground.printed()));
    await playground.client.send(new DeleteObjectCommand({ Bucket: 'winnow-input', Key: 'twice.ndjson' }));
    assert.equal((await fetch(`${playground.endpoint}/winnow-input/twice.ndjson`)).status, 404);
  });

  test('delivers again what failed, and says why', async () => {
    // While the function is busy with the first object, the second one comes and goes.
    await upload('busy.ndjson', Buffer.concat(Array<Buffer>(20).fill(batch)));
    await upload('gone.ndjson', batch);
    await playground.client.send(new DeleteObjectCommand({ Bucket: 'winnow-input', Key: 'gone.ndjson' }));
    await upload('after.ndjson', batch);
    const failed = /failed {2}s3:\/\/winnow-input\/gone\.ndjson: no such object \(attempt 2 of 5\)/;
    await until('the object that is gone was looked for twice', () => failed.test(playground.printed()));
    assert.match(await lineOf('after.ndjson'), /1,000 records = 1,000 valid/);
  });

  test('keeps outputs that balance, as files', async () => {
    const { status, stdout } = await winnow(['verify', join(folder, 'buckets', 'winnow-output')]);
    assert.match(stdout, /balanced/);
    assert.equal(status, 0);
  });

  test('answers neither other hosts nor web pages', async () => {
    const statusWith = (url: string, headers: { readonly [name: string]: string }) =>
      new Promise((resolve, reject) => {
        request(url, { headers }, (response) => resolve(response.resume().statusCode))
          .on('error', reject)
          .end();
      });
    for (const url of [playground.page, `${playground.page}report`, `${playground.endpoint}/winnow-output`]) {
      assert.equal(await statusWith(url, {}), 200);
      assert.equal(await statusWith(url, { host: 'rebound.example' }), 403);
      assert.equal(await statusWith(url, { origin: 'https://page.example' }), 403);
    }
  });

  test('ends at Ctrl-C, and goes on where it was at the next start', async () => {
    assert.equal(await playground.interrupt(), 0);
    await assert.rejects(fetch(playground.page));
    assert.match(playground.printed(), /Stopped\. The buckets are kept in .*\n$/);

    // What came while it was down is found at the start; what is done is not told again.
    await mkdir(join(folder, 'buckets', 'winnow-input', 'late'), { recursive: true });
    await writeFile(join(folder, 'buckets', 'winnow-input', 'late', 'batch.ndjson'), batch);
    playground = await startPlayground(program, join(folder, 'buckets'), ['--codec', 'none']);
    assert.match(await lineOf('late/batch.ndjson'), /1,000 records = 1,000 valid/);
    assert.doesNotMatch(playground.printed(), /streamed\.ndjson/);
  });

  test('refuses bad ports and settings before it starts, all of them at once', async () => {
    const { status, stderr } = await winnow(['local', '--port', 'x', '--page-port', '70000', '--codec', 'lzma']);
    assert.equal(status, 2);
    assert.match(stderr, /--port: must be a whole number from 0 to 65535/);
    assert.match(stderr, /--page-port: must be a whole number from 0 to 65535/);
    assert.match(stderr, /--codec/);
    const { port } = new URL(playground.endpoint);
    const taken = await winnow(['local', '--port', port, '--folder', join(folder, 'other')]);
    assert.equal(taken.status, 2);
    assert.match(taken.stderr, new RegExp(`--port: ${port} is taken`));
  });

  test('refuses a folder that is a file', async () => {
    const path = join(folder, 'batch.ndjson');
    await writeFile(path, batch);
    const { status, stdout, stderr } = await winnow(['local', '--port', '0', '--page-port', '0', '--folder', path]);
    assert.deepEqual([status, stdout], [2, '']);
    assert.match(stderr, /--folder: .*batch\.ndjson\/winnow-input: a part of this path is a file, not a folder/);
  });
});
