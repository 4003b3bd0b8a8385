/** A place in S3 for outputs. */
import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { type Condition, type Store, StoreError } from './port.ts';
import { bodyOf, streamOf } from './s3-body.ts';
import { attempt, type S3Action } from './s3-errors.ts';
import { listObjects } from './s3-list.ts';
import { folderPrefix, type S3Place } from './s3-place.ts';

/**
 * Writes below one place, whole objects only: S3 shows nothing of an upload that was cut off. A `tag` is the ETag.
 * A write on a condition may be told `conflict` of itself: when the answer to it was lost, the SDK's second try finds the first.
 */
export function s3Store(client: S3Client, { bucket, prefix }: S3Place): Store {
  const root = folderPrefix(prefix);
  const action = (verb: S3Action['verb'], key: string): S3Action => ({ verb, bucket, key: root + key });
  const place = (key: string) => ({ Bucket: bucket, Key: root + key });
  const get = (key: string) => attempt(action('read', key), () => client.send(new GetObjectCommand(place(key))));

  return {
    async put(key, body, condition) {
      // One buffer rather than a stream, because the SDK can send it again when the first attempt fails.
      const [only = Buffer.alloc(0), ...more] = body;
      const bytes = more.length === 0 ? only : Buffer.concat(body);
      const command = new PutObjectCommand({
        ...place(key),
        ...conditionHeaders(condition),
        Body: bytes,
        ContentLength: bytes.length,
        ContentType: contentType(key),
      });
      const { ETag } = await attempt(action('write', key), () => client.send(command));
      // S3 names what it stored. Whatever else says 200, such as a proxy's page, has stored nothing.
      if (ETag === undefined) throw unanswered(bucket, root + key, 'an ETag, so nobody knows whether it was written');
    },
    async get(key) {
      try {
        const response = await get(key);
        if (!response.ETag) {
          streamOf(response)?.destroy();
          throw unanswered(bucket, root + key, 'an ETag');
        }
        const body = Buffer.concat(await Array.fromAsync(bodyOf(response, action('read', key))));
        return { body, tag: response.ETag };
      } catch (error) {
        if (error instanceof StoreError && error.reason === 'not_found') return undefined;
        throw error;
      }
    },
    async *read(key) {
      yield* bodyOf(await get(key), action('read', key));
    },
    async *list(begin) {
      for await (const { key, bytes } of listObjects(client, { bucket, prefix: root + begin })) {
        yield { key: key.slice(root.length), bytes };
      }
    },
    async delete(key) {
      try {
        await attempt(action('delete', key), () => client.send(new DeleteObjectCommand(place(key))));
      } catch (error) {
        // S3 does not mind what is not there; other servers may.
        if (!(error instanceof StoreError && error.reason === 'not_found')) throw error;
      }
    },
  };
}

function unanswered(bucket: string, key: string, what: string): StoreError {
  return new StoreError(
    'unavailable',
    `s3://${bucket}/${key}: the server's answer lacks ${what}; look at the endpoint, and at proxies on the way`,
  );
}

function conditionHeaders(condition: Condition | undefined): { IfNoneMatch?: string; IfMatch?: string } {
  if (condition === undefined) return {};
  return 'ifAbsent' in condition ? { IfNoneMatch: '*' } : { IfMatch: condition.ifTag };
}

const CONTENT_TYPES: { readonly [extension: string]: string } = {
  zst: 'application/zstd',
  gz: 'application/gzip',
  ndjson: 'application/x-ndjson',
  json: 'application/json',
  html: 'text/html; charset=utf-8',
  parquet: 'application/vnd.apache.parquet',
};

function contentType(key: string): string {
  return CONTENT_TYPES[key.slice(key.lastIndexOf('.') + 1)] ?? 'application/octet-stream';
}
