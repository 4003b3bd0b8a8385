/** The bytes of an answer. */
import type { Readable } from 'node:stream';
import type { GetObjectCommandOutput } from '@aws-sdk/client-s3';
import { StoreError } from './port.ts';
import { attempt, type S3Action } from './s3-errors.ts';

/** In Node the body is always a stream; the SDK's type has the browser's kinds as well. */
export function streamOf(response: GetObjectCommandOutput): Readable | undefined {
  return response.Body as Readable | undefined;
}

/** Yields the body in order, and lets go of the connection when its reader stops early. Throws a `StoreError` when it breaks off. */
export async function* bodyOf(response: GetObjectCommandOutput, action: S3Action): AsyncGenerator<Uint8Array> {
  const size = response.ContentLength;
  if (size === undefined) {
    streamOf(response)?.destroy();
    const what = "the server's answer lacks a length, so nobody could tell whether all of it came";
    throw new StoreError('unavailable', `s3://${action.bucket}/${action.key}: ${what}; look at proxies on the way`);
  }
  const chunks = streamOf(response)?.[Symbol.asyncIterator]() as AsyncIterator<Uint8Array> | undefined;
  let bytes = 0;
  try {
    while (chunks) {
      const next = await attempt(action, () => chunks.next());
      if (next.done) break;
      bytes += next.value.length;
      yield next.value;
    }
  } finally {
    // Whoever stops early must not leave the connection open.
    await chunks?.return?.();
  }
  if (bytes === size) return;
  throw new StoreError('unavailable', `s3://${action.bucket}/${action.key}: got ${bytes} of ${size} bytes; try again`);
}
