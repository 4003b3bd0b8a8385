/** What S3 clients ask for, each as one function over the buckets. */
import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { bodyOf } from './body.ts';
import type { FolderBucket, ObjectHead, OpenedObject } from './folder.ts';
import { listPage } from './listing.ts';
import { Refusal } from './refusal.ts';
import { createUploads } from './uploads.ts';
import { textsOf, toXml } from './xml.ts';

/** An object that was written, with the name that S3's notifications have for how. */
export interface Created extends ObjectHead {
  readonly bucket: string;
  readonly eventName: 'ObjectCreated:Put' | 'ObjectCreated:Copy' | 'ObjectCreated:CompleteMultipartUpload';
}

type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** Parts of a request's query that make it another operation. Whatever is not known here must not pass for a plain one. */
const KNOWN_QUERIES =
  /^(?:list-type|prefix|delimiter|marker|start-after|continuation-token|max-keys|encoding-type|fetch-owner|location|delete|uploads|uploadId|partNumber|x-id|response-[a-z-]+|X-Amz-.*)$/;

/** Answers every request; throws `Refusal` and `StoreError` for what cannot be done. */
export function handlersOf(buckets: ReadonlyMap<string, FolderBucket>, onCreated: (object: Created) => void): Handler {
  const uploads = createUploads();

  return async (request, response) => {
    // Not as a URL, which would take `a/../b` for `b`: to S3 they are two keys.
    const [, path = '', search] = /^(?:https?:\/\/[^/?]*)?([^?]*)(?:\?(.*))?$/s.exec(request.url ?? '/') ?? [];
    const query = new URLSearchParams(search);
    const unknown = [...query.keys()].find((name) => !KNOWN_QUERIES.test(name));
    if (unknown !== undefined) throw new Refusal('NotImplemented', `?${unknown} is not supported here`);
    const unchecked = uncheckedCondition(request);
    if (unchecked !== undefined) throw new Refusal('NotImplemented', `${unchecked} is not supported here`);
    const [, name = '', ...rest] = decoded(path).split('/');
    const key = rest.join('/');
    if (name === '') return sendXml(response, listBuckets());
    const bucket = bucketOf(name);
    if (key === '') return onBucket(name, bucket, request, query, response);
    return onObject({ name, bucket, key, path: `${name}/${key}` }, request, query, response);
  };

  function bucketOf(name: string): FolderBucket {
    const bucket = buckets.get(name);
    if (bucket) return bucket;
    throw new Refusal('NoSuchBucket', `there is no bucket ${name} here, only ${[...buckets.keys()].join(' and ')}`);
  }

  function listBuckets(): string {
    const Bucket = [...buckets.keys()].map((Name) => ({ Name, CreationDate: new Date(0).toISOString() }));
    return toXml('ListAllMyBucketsResult', { Buckets: { Bucket } });
  }

  async function onBucket(
    name: string,
    bucket: FolderBucket,
    request: IncomingMessage,
    query: URLSearchParams,
    response: ServerResponse,
  ): Promise<void> {
    const { method } = request;
    if (method === 'HEAD') return send(response, 200, { 'x-amz-bucket-region': 'us-east-1' });
    if (method === 'GET' && query.has('uploads')) throw new Refusal('NotImplemented', 'a list of uploads is not supported here');
    if (method === 'GET' && query.has('location')) return sendXml(response, toXml('LocationConstraint', ''));
    if (method === 'GET') return sendXml(response, await listPage(name, bucket, query));
    // The bucket is there already, as whoever creates it wants it.
    if (method === 'PUT') return send(response, 200, {});
    if (method === 'POST' && query.has('delete')) {
      const body = (await bodyOf(request)).toString();
      const keys = textsOf(body, 'Key');
      for (const key of keys) await bucket.delete(key);
      const isQuiet = textsOf(body, 'Quiet')[0] === 'true';
      return sendXml(response, toXml('DeleteResult', { Deleted: isQuiet ? [] : keys.map((Key) => ({ Key })) }));
    }
    throw new Refusal('NotImplemented', `${method} of a bucket is not supported here`);
  }

  interface Target {
    readonly name: string;
    readonly bucket: FolderBucket;
    readonly key: string;
    readonly path: string;
  }

  async function onObject(
    target: Target,
    request: IncomingMessage,
    query: URLSearchParams,
    response: ServerResponse,
  ): Promise<void> {
    const { bucket, key, path } = target;
    const { method } = request;
    const upload = query.get('uploadId');
    if (upload !== null || query.has('uploads')) return onUpload(target, upload, request, query, response);
    if (method === 'GET' || method === 'HEAD') {
      const object = await found(bucket, key);
      try {
        return await sendObject(object, request, response);
      } finally {
        await object.close();
      }
    }
    if (method === 'DELETE') {
      await bucket.delete(key);
      return send(response, 204, {});
    }
    if (method !== 'PUT') throw new Refusal('NotImplemented', `${method} of an object is not supported here (${path})`);
    const source = request.headers['x-amz-copy-source'];
    const body = typeof source === 'string' ? await copyOf(source) : await bodyOf(request);
    const isCopy = source !== undefined;
    const head = await create(target, [body], request, isCopy ? 'ObjectCreated:Copy' : 'ObjectCreated:Put');
    if (!isCopy) return send(response, 200, { etag: `"${head.etag}"` });
    return sendXml(
      response,
      toXml('CopyObjectResult', { ETag: `"${head.etag}"`, LastModified: head.lastModified.toISOString() }),
    );
  }

  async function onUpload(
    target: Target,
    id: string | null,
    request: IncomingMessage,
    query: URLSearchParams,
    response: ServerResponse,
  ): Promise<void> {
    const { name, key, path } = target;
    const { method, headers } = request;
    if (id === null && method === 'POST') {
      const UploadId = uploads.begin(path);
      return sendXml(response, toXml('InitiateMultipartUploadResult', { Bucket: name, Key: key, UploadId }));
    }
    if (id !== null && method === 'PUT') {
      const source = headers['x-amz-copy-source'];
      const body = typeof source === 'string' ? await copyOf(source, headers['x-amz-copy-source-range']) : await bodyOf(request);
      uploads.addPart(path, id, Number(query.get('partNumber')), body);
      const etag = `"${createHash('md5').update(body).digest('hex')}"`;
      if (source === undefined) return send(response, 200, { etag });
      return sendXml(response, toXml('CopyPartResult', { ETag: etag }));
    }
    if (id !== null && method === 'POST') {
      const parts = textsOf((await bodyOf(request)).toString(), 'PartNumber').map(Number);
      const bodies = uploads.partsOf(path, id, parts);
      const { etag } = await create(target, bodies, request, 'ObjectCreated:CompleteMultipartUpload');
      // Only now: what could not be written can be completed again.
      uploads.abort(path, id);
      return sendXml(response, toXml('CompleteMultipartUploadResult', { Bucket: name, Key: key, ETag: `"${etag}"` }));
    }
    if (id !== null && method === 'DELETE') {
      uploads.abort(path, id);
      return send(response, 204, {});
    }
    throw new Refusal('NotImplemented', `${method} of an upload is not supported here (${path})`);
  }

  async function create(
    { name, bucket, key }: Target,
    body: readonly Buffer[],
    { headers }: IncomingMessage,
    eventName: Created['eventName'],
  ): Promise<ObjectHead> {
    const condition = { ifAbsent: headers['if-none-match'] === '*', ifEtag: unquoted(headers['if-match']) };
    const head = await bucket.put(key, body, condition);
    onCreated({ ...head, bucket: name, eventName });
    return head;
  }

  /** The object that a copy is made of, or the part of it that is asked for. */
  async function copyOf(source: string, range?: string | string[]): Promise<Buffer> {
    const plain = decoded(source.replace(/\?versionId=.*$/, '')).replace(/^\//, '');
    const [name = '', ...rest] = plain.split('/');
    const bucket = bucketOf(name);
    const object = await found(bucket, rest.join('/'));
    try {
      const { size } = object.head;
      const { first, last } = rangeOf(String(range), size) ?? { first: 0, last: size - 1 };
      if (size === 0) return Buffer.alloc(0);
      return Buffer.concat(await Array.fromAsync(object.read(first, last), (chunk) => Buffer.from(chunk)));
    } finally {
      await object.close();
    }
  }
}

/** A condition that nothing here looks at: what it forbids must not be done. */
function uncheckedCondition({ method, headers }: IncomingMessage): string | undefined {
  const isWrite = method === 'PUT' || method === 'POST';
  if (isWrite && (headers['if-none-match'] ?? '*') !== '*') return 'If-None-Match with an ETag';
  if (method === 'DELETE' && headers['if-match'] !== undefined) return 'If-Match of a deletion';
  return Object.keys(headers).find((name) => name.startsWith('x-amz-copy-source-if-') || name === 'if-unmodified-since');
}

async function found(bucket: FolderBucket, key: string): Promise<OpenedObject> {
  const object = await bucket.open(key);
  if (object) return object;
  throw new Refusal('NoSuchKey', `there is no object ${key}`);
}

async function sendObject({ head, read }: OpenedObject, request: IncomingMessage, response: ServerResponse): Promise<void> {
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
function rangeOf(header: string | undefined, size: number): { readonly first: number; readonly last: number } | undefined {
  const [, from = '', to = ''] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? [];
  if (from === '' && to === '') return undefined;
  const first = from === '' ? Math.max(0, size - Number(to)) : Number(from);
  const last = from === '' || to === '' ? size - 1 : Math.min(size - 1, Number(to));
  if (first <= last) return { first, last };
  throw new Refusal('InvalidRange', `the object has ${size} bytes`);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new Refusal('InvalidURI', `${text}: the encoding of this address is broken`);
  }
}

function unquoted(etag: string | undefined): string | undefined {
  return etag?.replaceAll('"', '');
}

function send(response: ServerResponse, status: number, headers: { readonly [name: string]: string }): void {
  response.writeHead(status, headers).end();
}

function sendXml(response: ServerResponse, body: string): void {
  response.writeHead(200, { 'content-type': 'application/xml', 'content-length': Buffer.byteLength(body) }).end(body);
}
