/** Empty places in both kinds of store, filled without going through the code under test. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { startEmbeddedS3 } from '../../src/stores/embedded-s3.ts';
import { openSource } from '../../src/stores/open.ts';
import { type OpenObject, StoreError, type StoreFailure } from '../../src/stores/port.ts';
import { createS3Client } from '../../src/stores/s3.ts';

export const BUCKET = 'test-bucket';

export interface Place {
  readonly uri: string;
  readonly bucket: string;
  /** What a source opened at `root` (the place itself when not given) calls the object that `upload` named `name`. */
  keyOf(name: string, root?: string): string;
  upload(name: string, bytes: Uint8Array): Promise<void>;
  /** The keys that a source lists here, or at the root given. */
  list(root?: string): Promise<string[]>;
  open(name: string): Promise<OpenObject>;
}

export interface Places {
  readonly endpoint: string;
  /** Where the server keeps its objects. */
  readonly serverFolder: string;
  localPlace(): Promise<Place>;
  s3Place(): Promise<Place>;
  stop(): Promise<void>;
}

/** Starts an S3 server and signs this process in to it. */
export async function startPlaces(): Promise<Places> {
  const folder = await mkdtemp(join(tmpdir(), 'winnow-stores-'));
  const serverFolder = join(folder, 's3');
  const server = await startEmbeddedS3({ folder: serverFolder, buckets: [BUCKET] });
  Object.assign(process.env, server.environment);
  const { endpoint } = server;
  let count = 0;

  function place(uri: string, bucket: string, keyOf: Place['keyOf'], upload: Place['upload']): Place {
    return {
      ...{ uri, bucket, keyOf, upload },
      async list(root = uri) {
        const source = await openSource(root, { endpoint });
        return Array.fromAsync(source.list(), ({ key }) => key);
      },
      async open(name) {
        const source = await openSource(uri, { endpoint });
        return source.open({ bucket, key: keyOf(name) });
      },
    };
  }

  return {
    endpoint,
    serverFolder,
    async localPlace() {
      count += 1;
      const root = join(folder, `place-${count}`);
      await mkdir(root);
      const keyOf = (name: string, from = root) => {
        const below = join(root, name).slice(join(from, '/').length);
        return below === '' ? name : below;
      };
      return place(root, 'file', keyOf, async (name, bytes) => {
        await mkdir(dirname(join(root, name)), { recursive: true });
        await writeFile(join(root, name), bytes);
      });
    },
    async s3Place() {
      count += 1;
      const prefix = `place-${count}`;
      const client = createS3Client({ endpoint });
      const keyOf = (name: string) => `${prefix}/${name}`;
      return place(`s3://${BUCKET}/${prefix}`, BUCKET, keyOf, async (name, bytes) => {
        await client.send(new PutObjectCommand({ Bucket: BUCKET, Key: keyOf(name), Body: bytes }));
      });
    },
    async stop() {
      await server.stop();
      await rm(folder, { recursive: true });
    },
  };
}

export async function bytesOf(object: OpenObject): Promise<Buffer> {
  return Buffer.concat(await Array.fromAsync(object.read()));
}

export function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** For `assert.rejects`: a `StoreError` with this reason and a message like this. */
export function failure(reason: StoreFailure, message: RegExp): (error: unknown) => true {
  return (error) => {
    assert.ok(error instanceof StoreError, String(error));
    assert.match(error.message, message);
    assert.equal(error.reason, reason);
    return true;
  };
}
