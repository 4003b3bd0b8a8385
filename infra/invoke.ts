/**
 * `npm run invoke [file]`: the bundled function, run by the Serverless Framework as AWS would run it, over an
 * S3 server on this machine. No account, no network. Fails when the function does, or when it wrote nothing.
 */
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startEmbeddedS3, urlEncode } from '../src/stores/embedded-s3.ts';
import { localSource } from '../src/stores/local.ts';
import type { Source } from '../src/stores/port.ts';
import { createS3Client, s3Source, s3Store } from '../src/stores/s3.ts';
import type { ObjectRef } from '../src/types.ts';

// As serverless.yml names them for the stage `dev`.
const INPUT = 'cws-winnow-dev-input';
const OUTPUT = 'cws-winnow-dev-output';

const folder = await mkdtemp(join(tmpdir(), 'winnow-invoke-'));
const server = await startEmbeddedS3({ folder: join(folder, 's3'), buckets: [INPUT, OUTPUT] });
try {
  Object.assign(process.env, server.environment);
  const client = createS3Client({ endpoint: server.endpoint });
  const samples = await localSource(process.argv[2] ?? 'samples/linux/bare.ndjson');
  const [sample] = await Array.fromAsync(samples.list());
  if (sample === undefined) throw new Error('there is no file to send');
  await s3Store(client, { bucket: INPUT, prefix: '' }).put(sample.key, await contents(samples, sample));

  const event = join(folder, 'event.json');
  await writeFile(event, JSON.stringify(notification(sample.key)));
  // Without an account nobody can tell whose the buckets are.
  const owners = ['--param', 'inputBucketOwner=111122223333', '--param', 'outputBucketOwner=111122223333'];
  const status = await osls(['invoke', 'local', '--function', 'normalize', '--path', event, ...owners]);
  if (status !== 0) throw new Error(`the function failed (status ${status})`);

  const outputs = s3Source(client, { bucket: OUTPUT, prefix: '' });
  let written = 0;
  for await (const ref of outputs.list()) {
    const bytes = (await contents(outputs, ref)).reduce((sum, chunk) => sum + chunk.length, 0);
    console.log(`${String(bytes).padStart(9)}  s3://${ref.bucket}/${ref.key}`);
    written += 1;
  }
  if (written === 0) throw new Error('the function wrote nothing');
} finally {
  await server.stop();
  await rm(folder, { recursive: true });
}

async function contents(source: Source, ref: ObjectRef): Promise<Uint8Array[]> {
  return Array.fromAsync((await source.open(ref)).read());
}

function notification(key: string) {
  const s3 = { bucket: { name: INPUT }, object: { key: urlEncode(key) } };
  return { Records: [{ eventSource: 'aws:s3', eventName: 'ObjectCreated:Put', s3 }] };
}

function osls(args: readonly string[]): Promise<number | null> {
  const program = fileURLToPath(import.meta.resolve('osls/bin/serverless.js'));
  return new Promise((resolve, reject) => {
    spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'inherit', 'inherit'] })
      .on('error', reject)
      .on('exit', resolve);
  });
}
