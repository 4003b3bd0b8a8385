/** An embedded S3 with a bucket for inputs and one for outputs. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedS3 } from '../../src/stores/embedded-s3.ts';
import { createS3Client, s3Source, s3Store } from '../../src/stores/s3.ts';

export interface Buckets {
  upload(key: string, bytes: Uint8Array, bucket?: string): Promise<void>;
  /** Everything below a prefix of the output bucket, by key. */
  outputs(prefix: string): Promise<Map<string, Buffer>>;
  stop(): Promise<void>;
}

export const INPUT = 'in-bucket';
export const OUTPUT = 'out-bucket';

/** Starts it, and points the environment of this process and its children at it. */
export async function startBuckets(): Promise<Buckets> {
  const folder = await mkdtemp(join(tmpdir(), 'winnow-lambda-'));
  const server = await startEmbeddedS3({ folder: join(folder, 's3'), buckets: [INPUT, OUTPUT] });
  Object.assign(process.env, server.environment);
  const client = createS3Client({ endpoint: server.endpoint });
  return {
    upload: (key, bytes, bucket = INPUT) => s3Store(client, { bucket, prefix: '' }).put(key, [bytes]),
    outputs: async (prefix) => {
      const source = s3Source(client, { bucket: OUTPUT, prefix });
      const found = new Map<string, Buffer>();
      for await (const ref of source.list()) {
        found.set(ref.key, Buffer.concat(await Array.fromAsync((await source.open(ref)).read())));
      }
      return found;
    },
    stop: async () => {
      await server.stop();
      await rm(folder, { recursive: true });
    },
  };
}

/** Outputs without their place and without receipts' timings, which alone may differ between two runs. */
export function comparable(outputs: ReadonlyMap<string, Buffer>): ReadonlyMap<string, string> {
  const entries = [...outputs].map(([key, bytes]): [string, string] => {
    const [place, ...rest] = key.split('/');
    const isReceipt = rest[0] === 'receipts';
    const text = isReceipt ? JSON.stringify({ ...JSON.parse(bytes.toString()), timings: place && 0 }) : bytes.toString('base64');
    return [rest.join('/'), text];
  });
  return new Map(entries);
}
