/** What S3 clients ask for, each as one function over the buckets. */
import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { bodyOf, tooLarge } from './body.ts';
import type { FolderBucket, ObjectHead } from './folder.ts';
import { listPage } from './listing.ts';
import { found, rangeOf, send, sendObject, unquoted } from './reading.ts';
import { Refusal, refusalOf } from './refusal.ts';
import { createUploads } from './uploads.ts';
import { textsOf, toXml, type XmlValue } from './xml.ts';

/** An object that was written, with the name that S3's notifications have for how. */
export interface Created extends ObjectHead {
  readonly bucket: string;
  readonly eventName: 'ObjectCreated:Put' | 'ObjectCreated:Copy' | 'ObjectCreated:CompleteMultipartUpload';
}

type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** Parts of a request's query that make it another operation. Whatever is not known here must not pass for a plain one. */
const KNOWN_QUERIES =
  /^(?:list-type|prefix|delimiter|marker|start-after|continuation-token|max-keys|encoding-type|fetch-owner|location|delete|uploads|uploadId|partNumber|x-id|response-[a-z-]+|X-Amz-.*)$/;

export interface HandlerOptions {
  /** What an upload may hold in memory, and all those in parts that wait to be completed. */
  readonly mostUploadBytes: number;
  readonly onCreated: (object: Created) => void;
  /** Told of what failed for a reason that the request is not to blame for, while the rest of the request succeeded. */
  readonly onError: (error: unknown) => void;
}

/** S3's own limit. */
const MOST_KEY_BYTES = 1024;

/** Answers every request; throws `Refusal` and `StoreError` for what cannot be done. */
export function handlersOf(
  buckets: ReadonlyMap<string, FolderBucket>,
  { mostUploadBytes, onCreated, onError }: HandlerOptions,
): Handler {
  const uploads = createUploads(mostUploadBytes);

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
    refuseLongKey(key);
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
    if (method === 'POST' && query.has('delete')) return sendXml(response, await deleteMany(bucket, request));
    throw new Refusal('NotImplemented', `${method} of a bucket is not supported here`);
  }

  /** Deletes what can be deleted, and says of each of the others why not. */
  async function deleteMany(bucket: FolderBucket, request: IncomingMessage): Promise<string> {
    const body = (await bodyOf(request, mostUploadBytes)).toString();
    const unchecked = ['VersionId', 'ETag', 'LastModifiedTime', 'Size'].find((name) => textsOf(body, name).length > 0);
    if (unchecked !== undefined) throw new Refusal('NotImplemented', `${unchecked} of a deletion is not supported here`);
    const Deleted: XmlValue[] = [];
    const failed: XmlValue[] = [];
    for (const Key of textsOf(body, 'Key')) {
      try {
        refuseLongKey(Key);
        await bucket.delete(Key);
        Deleted.push({ Key });
      } catch (error) {
        const { code, message } = refusalOf(error);
        if (code === 'InternalError') onError(error);
        failed.push({ Key, Code: code, Message: message });
      }
    }
    const isQuiet = textsOf(body, 'Quiet')[0] === 'true';
    return toXml('DeleteResult', { Deleted: isQuiet ? [] : Deleted, Error: failed });
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
    const body = typeof source === 'string' ? await copyOf(source) : await bodyOf(request, mostUploadBytes);
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
      const range = headers['x-amz-copy-source-range'];
      const body = typeof source === 'string' ? await copyOf(source, range) : await bodyOf(request, mostUploadBytes);
      uploads.addPart(path, id, Number(query.get('partNumber')), body);
      const etag = `"${createHash('md5').update(body).digest('hex')}"`;
      if (source === undefined) return send(response, 200, { etag });
      return sendXml(response, toXml('CopyPartResult', { ETag: etag }));
    }
    if (id !== null && method === 'POST') {
      const parts = textsOf((await bodyOf(request, mostUploadBytes)).toString(), 'PartNumber').map(Number);
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
      if (last - first + 1 > mostUploadBytes) throw tooLarge(mostUploadBytes);
      return Buffer.concat(await Array.fromAsync(object.read(first, last), (chunk) => Buffer.from(chunk)));
    } finally {
      await object.close();
    }
  }
}

function refuseLongKey(key: string): void {
  if (Buffer.byteLength(key) <= MOST_KEY_BYTES) return;
  throw new Refusal('KeyTooLongError', `keys have at most ${MOST_KEY_BYTES} bytes`);
}

/** A condition that nothing here looks at: what it forbids must not be done. */
function uncheckedCondition({ method, headers }: IncomingMessage): string | undefined {
  const isWrite = method === 'PUT' || method === 'POST';
  if (isWrite && (headers['if-none-match'] ?? '*') !== '*') return 'If-None-Match with an ETag';
  if (method === 'DELETE' && headers['if-match'] !== undefined) return 'If-Match of a deletion';
  return Object.keys(headers).find((name) => name.startsWith('x-amz-copy-source-if-') || name === 'if-unmodified-since');
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new Refusal('InvalidURI', `${text}: the encoding of this address is broken`);
  }
}

function sendXml(response: ServerResponse, body: string): void {
  response.writeHead(200, { 'content-type': 'application/xml', 'content-length': Buffer.byteLength(body) }).end(body);
}
