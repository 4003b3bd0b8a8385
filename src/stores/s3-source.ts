/** Objects to read from S3. */
import { GetObjectCommand, type GetObjectCommandOutput, type S3Client } from '@aws-sdk/client-s3';
import type { ObjectInfo, ObjectRef } from '../types.ts';
import { type Listed, type OpenObject, type Source, StoreError } from './port.ts';
import { bodyOf, streamOf } from './s3-body.ts';
import { attempt, type S3Action } from './s3-errors.ts';
import { listObjects } from './s3-list.ts';
import { folderPrefix, type S3Place } from './s3-place.ts';

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

async function* listPlace(client: S3Client, { bucket, prefix }: S3Place): AsyncGenerator<Listed> {
  if (prefix !== '' && !prefix.endsWith('/')) {
    // The key that equals the prefix sorts before every longer one, so one key is enough to know.
    for await (const { key, bytes } of listObjects(client, { bucket, prefix }, 1)) {
      if (key === prefix) yield { bucket, key, bytes };
      break;
    }
  }
  const below = { bucket, prefix: folderPrefix(prefix) };
  for await (const { key, bytes } of listObjects(client, below)) yield { bucket, key, bytes };
}

/** One request tells what the object is and begins its bytes; only a second reading costs another. */
async function openObject(client: S3Client, ref: ObjectRef): Promise<OpenObject> {
  const { response: opened, info } = await getObject(client, ref);
  let unread: GetObjectCommandOutput | undefined = opened;
  // The connection may break before anybody reads. Whoever then reads is told; until then it must not count as unhandled.
  streamOf(opened)?.on('error', () => {});
  return {
    info,
    async *read() {
      const response = unread ?? (await getObject(client, ref, info.etag)).response;
      unread = undefined;
      yield* bodyOf(response, readAction(ref));
    },
    close() {
      // Bytes that nobody reads would hold the connection until S3 loses patience.
      if (unread) streamOf(unread)?.destroy();
      unread = undefined;
    },
  };
}

/** Asks for an object, or for the one of this ETag. */
async function getObject(
  client: S3Client,
  ref: ObjectRef,
  etag?: string,
): Promise<{ readonly response: GetObjectCommandOutput; readonly info: ObjectInfo }> {
  const command = new GetObjectCommand({
    Bucket: ref.bucket,
    Key: ref.key,
    ...(ref.versionId !== undefined && { VersionId: ref.versionId }),
    ...(etag !== undefined && { IfMatch: `"${etag}"` }),
  });
  const response = await attempt(readAction(ref), () => client.send(command));
  try {
    const info = objectInfo(ref, response);
    // Not every server heeds If-Match.
    if (etag === undefined || etag === info.etag) return { response, info };
    throw new StoreError('changed', `${uriOf(ref)}: was overwritten while it was read; its new event brings the new bytes`);
  } catch (error) {
    // Its bytes, which nobody will read, would hold the connection.
    streamOf(response)?.destroy();
    throw error;
  }
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

function uriOf({ bucket, key }: ObjectRef): string {
  return `s3://${bucket}/${key}`;
}

function readAction(ref: ObjectRef): S3Action {
  return { verb: 'read', bucket: ref.bucket, key: ref.key, versioned: ref.versionId !== undefined };
}
