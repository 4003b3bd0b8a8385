/** The embedded S3 server with one bucket, and the SDK's client of it, for the tests of one file. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as S3 from '@aws-sdk/client-s3';
import { type Created, type EmbeddedS3, startEmbeddedS3 } from '../../src/stores/embedded-s3.ts';

export const BUCKET = 'bucket';

export interface Embedded {
  /** With a folder for the bucket in it. */
  readonly folder: string;
  readonly server: EmbeddedS3;
  readonly client: S3.S3Client;
  /** What the server told of, in its order. */
  readonly created: readonly Created[];
  /** Fails when the server met an error that is nobody's request. */
  stop(): Promise<void>;
}

export async function startEmbedded(): Promise<Embedded> {
  const folder = await mkdtemp(join(tmpdir(), 'winnow-s3-'));
  const created: Created[] = [];
  const errors: unknown[] = [];
  const server = await startEmbeddedS3({
    folder,
    buckets: [BUCKET],
    onCreated: (object) => created.push(object),
    onError: (error) => errors.push(error),
  });
  const credentials = { accessKeyId: 'any', secretAccessKey: 'any' };
  const client = new S3.S3Client({ endpoint: server.endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });
  return {
    ...{ folder, server, client, created },
    async stop() {
      client.destroy();
      await server.stop();
      await rm(folder, { recursive: true });
      assert.deepEqual(errors, []);
    },
  };
}
