/** What is read of an object: all of it, or a range, while conditions hold. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { FolderBucket, OpenedObject } from './folder.ts';
import { Refusal } from './refusal.ts';

/** The object of a key. Throws a `Refusal` when there is none. */
export async function found(bucket: FolderBucket, key: string): Promise<OpenedObject> {
  const object = await bucket.open(key);
  if (object) return object;
  throw new Refusal('NoSuchKey', `there is no object ${key}`);
}

/** Answers a GET or a HEAD: with the object, or with the range of it that is asked for, while its conditions hold. */
export async function sendObject(
  { head, read }: OpenedObject,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { key, size, etag, lastModified } = head;
  const { headers, method } = request;
  const ifMatch = unquoted(headers['if-match']);
  if (ifMatch !== undefined && ifMatch !== etag) throw new Refusal('PreconditionFailed', `${key}: is another object now`);
  const facts = { etag: `"${etag}"`, 'last-modified': lastModified.toUTCString(), 'accept-ranges': 'bytes' };
  if (unquoted(headers['if-none-match']) === etag) return send(response, 304, facts);
  const range = rangeOf(headers.range, size);
  const { first, last } = range ?? { first: 0, last: size - 1 };
  response.writeHead(range ? 206 : 200, {
    ...facts,
    'content-type': 'application/octet-stream',
    'content-length': last - first + 1,
    ...(range && { 'content-range': `bytes ${first}-${last}/${size}` }),
  });
  if (method === 'HEAD' || size === 0) return void response.end();
  await pipeline(read(first, last), response);
}

/** The one range asked for, or undefined for the whole object. */
export function rangeOf(header: string | undefined, size: number): { readonly first: number; readonly last: number } | undefined {
  const [, from = '', to = ''] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? [];
  if (from === '' && to === '') return undefined;
  const first = from === '' ? Math.max(0, size - Number(to)) : Number(from);
  const last = from === '' || to === '' ? size - 1 : Math.min(size - 1, Number(to));
  if (first <= last) return { first, last };
  throw new Refusal('InvalidRange', `the object has ${size} bytes`);
}

/** An ETag as headers have it, without its quotes. */
export function unquoted(etag: string | undefined): string | undefined {
  return etag?.replaceAll('"', '');
}

/** An answer without a body. */
export function send(response: ServerResponse, status: number, headers: { readonly [name: string]: string }): void {
  response.writeHead(status, headers).end();
}
