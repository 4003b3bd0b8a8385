/** Objects in S3, and in what speaks its language. */
import {
  GetObjectCommand,
  type GetObjectCommandOutput,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import type { ObjectInfo, ObjectRef } from '../types.ts';
import { type OpenObject, type Sink, type Source, StoreError } from './port.ts';
import { attempt, type S3Action } from './s3-errors.ts';
import type { S3Options, S3Place } from './s3-place.ts';

/** A client for AWS, or for the endpoint given. Credentials and whatever is not given come from the usual AWS places. */
export function createS3Client({ region, endpoint }: S3Options = {}): S3Client {
  if (endpoint === undefined) return new S3Client({ ...(region && { region }), followRegionRedirects: true });
  return new S3Client({
    endpoint,
    region: region ?? 'us-east-1',
    forcePathStyle: true,
    // Servers other than AWS may store the chunk framing that a trailing checksum comes in as if it were data.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  });
}

/**
 * Reads from one place: the object of that very key, and every object below it as if it were a folder.
 * `s3://logs/app` means `app` and `app/…`, never `app-old/…`, just as a path on a disk does.
 */
export function s3Source(client: S3Client, place: S3Place): Source {
  return {
    list: () => listPlace(client, place),
    open: (ref) => openObject(client, ref),
  };
}

/** Writes below one place, whole objects only: S3 shows nothing of an upload that was cut off. */
export function s3Sink(client: S3Client, place: S3Place): Sink {
  return {
    async put(relativeKey, body) {
      const key = folderPrefix(place.prefix) + relativeKey;
      // One buffer rather than a stream, because the SDK can send it again when the first attempt fails.
      const [only = Buffer.alloc(0), ...more] = body;
      const bytes = more.length === 0 ? only : Buffer.concat(body);
      const command = new PutObjectCommand({
        Bucket: place.bucket,
        Key: key,
        Body: bytes,
        ContentLength: bytes.length,
        ContentType: contentType(key),
      });
      await attempt(action('write', place.bucket, key), () => client.send(command));
    },
  };
}

async function* listPlace(client: S3Client, { bucket, prefix }: S3Place): AsyncGenerator<ObjectRef> {
  if (prefix !== '' && !prefix.endsWith('/')) {
    // The key that equals the prefix sorts before every longer one, so one key is enough to know.
    for await (const ref of listPages(client, bucket, prefix, 1)) {
      if (ref.key === prefix) yield ref;
      break;
    }
  }
  yield* listPages(client, bucket, folderPrefix(prefix));
}

async function* listPages(client: S3Client, bucket: string, prefix: string, maxKeys?: number): AsyncGenerator<ObjectRef> {
  let token: string | undefined;
  do {
    const command = new ListObjectsV2Command({
      Bucket: bucket,
      Prefix: prefix,
      // A key may hold characters that XML cannot carry.
      EncodingType: 'url',
      ...(maxKeys !== undefined && { MaxKeys: maxKeys }),
      ...(token !== undefined && { ContinuationToken: token }),
    });
    const page = await attempt(action('list', bucket, prefix), () => client.send(command));
    for (const { Key, Size } of page.Contents ?? []) {
      if (Key === undefined) continue;
      const key = page.EncodingType === 'url' ? decodeURIComponent(Key.replaceAll('+', ' ')) : Key;
      // The console makes an empty object to show an empty folder.
      if (key.endsWith('/') && Size === 0) continue;
      yield { bucket, key };
    }
    token = page.NextContinuationToken;
  } while (token !== undefined);
}

/** One request tells what the object is and begins its bytes; only a second reading costs another. */
async function openObject(client: S3Client, ref: ObjectRef): Promise<OpenObject> {
  const opened = await getObject(client, ref);
  const info = objectInfo(ref, opened);
  let unread: GetObjectCommandOutput | undefined = opened;
  return {
    info,
    async *read() {
      const response = unread ?? (await getObject(client, ref, info.etag));
      unread = undefined;
      // Not every server heeds If-Match.
      if (objectInfo(ref, response).etag !== info.etag) {
        throw new StoreError('changed', `${uriOf(ref)}: was overwritten while it was read; its new event brings the new bytes`);
      }
      yield* bodyOf(response, info);
    },
  };
}

async function getObject(client: S3Client, ref: ObjectRef, etag?: string): Promise<GetObjectCommandOutput> {
  const command = new GetObjectCommand({
    Bucket: ref.bucket,
    Key: ref.key,
    ...(ref.versionId !== undefined && { VersionId: ref.versionId }),
    ...(etag !== undefined && { IfMatch: `"${etag}"` }),
  });
  return attempt(readAction(ref), () => client.send(command));
}

function objectInfo(ref: ObjectRef, response: GetObjectCommandOutput): ObjectInfo {
  const { ETag, ContentLength, LastModified, VersionId } = response;
  if (ETag === undefined || ContentLength === undefined || LastModified === undefined) {
    throw new StoreError('unavailable', `${uriOf(ref)}: the server's answer lacks an ETag, a length or a date`);
  }
  const versionId = VersionId ?? ref.versionId;
  return {
    bucket: ref.bucket,
    key: ref.key,
    ...(versionId !== undefined && { versionId }),
    etag: ETag.replaceAll('"', ''),
    size: ContentLength,
    lastModified: LastModified.toISOString(),
  };
}

async function* bodyOf(response: GetObjectCommandOutput, info: ObjectInfo): AsyncGenerator<Uint8Array> {
  // In Node the body is always a stream; the SDK's type has the browser's kinds as well.
  const stream = response.Body as AsyncIterable<Uint8Array> | undefined;
  const chunks = stream?.[Symbol.asyncIterator]();
  let bytes = 0;
  try {
    while (chunks) {
      const next = await attempt(readAction(info), () => chunks.next());
      if (next.done) break;
      bytes += next.value.length;
      yield next.value;
    }
  } finally {
    // Whoever stops early must not leave the connection open.
    await chunks?.return?.();
  }
  if (bytes === info.size) return;
  throw new StoreError('unavailable', `${uriOf(info)}: got ${bytes} of ${info.size} bytes; try again`);
}

function folderPrefix(prefix: string): string {
  return prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/`;
}

function uriOf({ bucket, key }: ObjectRef): string {
  return `s3://${bucket}/${key}`;
}

function action(verb: S3Action['verb'], bucket: string, key: string): S3Action {
  return { verb, bucket, key, versioned: false };
}

function readAction(ref: ObjectRef): S3Action {
  return { verb: 'read', bucket: ref.bucket, key: ref.key, versioned: ref.versionId !== undefined };
}

const CONTENT_TYPES: { readonly [extension: string]: string } = {
  zst: 'application/zstd',
  gz: 'application/gzip',
  ndjson: 'application/x-ndjson',
  json: 'application/json',
  parquet: 'application/vnd.apache.parquet',
};

function contentType(key: string): string {
  return CONTENT_TYPES[key.slice(key.lastIndexOf('.') + 1)] ?? 'application/octet-stream';
}
