/** An S3 server inside this process, for tests and for trying things out: loopback only, its objects in one folder. */
import { stat } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import S3rver from 's3rver';

export interface EmbeddedS3 {
  readonly endpoint: string;
  /** What a program needs in its environment to talk to this server and to no other. */
  readonly environment: { readonly [name: string]: string };
  stop(): Promise<void>;
}

export interface EmbeddedS3Options {
  readonly folder: string;
  readonly buckets: readonly string[];
  /** 0, the default, takes any free port. */
  readonly port?: number;
}

/** Starts a server with the buckets given. Fails when the port is taken. */
export async function startEmbeddedS3({ folder, buckets, port = 0 }: EmbeddedS3Options): Promise<EmbeddedS3> {
  const address = '127.0.0.1';
  const server = new S3rver({
    address,
    port,
    directory: folder,
    silent: true,
    vhostBuckets: false,
    configureBuckets: buckets.map((name) => ({ name })),
  });
  server.middleware.splice(-1, 0, listPages(server.store));
  answerWhenStored(server.store);
  const endpoint = `http://${address}:${(await server.run()).port}`;
  return {
    endpoint,
    environment: {
      AWS_ENDPOINT_URL_S3: endpoint,
      AWS_REGION: 'us-east-1',
      // The only account that s3rver knows.
      AWS_ACCESS_KEY_ID: 'S3RVER',
      AWS_SECRET_ACCESS_KEY: 'S3RVER',
    },
    stop: () =>
      new Promise((resolve, reject) => {
        server.httpServer.close((error) => (error ? reject(error) : resolve()));
        // Clients keep connections for later; close() alone would wait for them.
        server.httpServer.closeAllConnections();
      }),
  };
}

type Store = S3rver['store'];

/**
 * Answers ListObjectsV2 in place of s3rver, which lists in the order of its folders, knows no `encoding-type`, and makes
 * its continuation tokens with a cipher that OpenSSL 3 no longer has.
 */
function listPages(store: Store): S3rver['middleware'][number] {
  return async (context, next) => {
    const { query } = context;
    const [, bucket = '', key = ''] = context.path.split('/', 3);
    const isList = context.method === 'GET' && query['list-type'] === '2' && key === '' && !query['delimiter'];
    if (!isList || (await store.getBucket(bucket)) === null) return next();

    const prefix = query['prefix'] ?? '';
    const token = query['continuation-token'];
    const startAfter = token === undefined ? (query['start-after'] ?? '') : Buffer.from(token, 'base64url').toString();
    const maxKeys = Math.min(1000, Number(query['max-keys'] ?? 1000));
    const { objects } = await store.listObjects(bucket, { prefix });
    const rest = objects.filter(({ key }) => byBytes(key, startAfter) > 0).sort((a, b) => byBytes(a.key, b.key));
    const page = rest.slice(0, maxKeys);
    const last = page.at(-1);
    const isTruncated = rest.length > page.length && last !== undefined;
    const written = query['encoding-type'] === 'url' ? urlEncode : (text: string) => text;
    context.body = {
      ListBucketResult: {
        Name: bucket,
        Prefix: written(prefix),
        KeyCount: page.length,
        MaxKeys: maxKeys,
        EncodingType: query['encoding-type'],
        IsTruncated: isTruncated,
        NextContinuationToken: isTruncated ? Buffer.from(last.key).toString('base64url') : undefined,
        Contents: page.map((object) => ({
          Key: written(object.key),
          LastModified: object.lastModifiedDate.toISOString(),
          ETag: object.metadata.etag,
          Size: object.size,
          StorageClass: 'STANDARD',
        })),
      },
    };
  };
}

function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** As S3 encodes keys in lists and in event notifications. */
export function urlEncode(key: string): string {
  return encodeURIComponent(key).replaceAll('%20', '+').replaceAll('%2F', '/');
}

/**
 * s3rver answers a PUT while the last bytes are on their way to the disk; S3 lets the next GET see all of them. Of two PUTs of
 * one key at the same time it mixes the bytes; S3 takes one after the other.
 */
function answerWhenStored(store: Store): void {
  const put = store.putObject.bind(store);
  const last = new Map<string, Promise<unknown>>();
  store.putObject = async (object) => {
    const path = store.getResourcePath(object.bucket, object.key, 'object');
    const earlier = last.get(path);
    const work = (async () => {
      await earlier;
      const stored = await put(object);
      while ((await stat(path)).size < stored.size) await delay(1);
      return stored;
    })();
    const ended: Promise<unknown> = work.catch(() => {}).then(() => last.get(path) === ended && last.delete(path));
    last.set(path, ended);
    return work;
  };
}
