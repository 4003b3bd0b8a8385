/** ListObjects, old and new: pages of keys, with those that share a folder rolled up when a delimiter is given. */
import type { FolderBucket } from './folder.ts';
import { Refusal } from './refusal.ts';
import { toXml, urlEncode, type XmlValue } from './xml.ts';

const MOST_KEYS = 1000;

/** Answers both versions of the request as XML. */
export async function listPage(name: string, bucket: FolderBucket, query: URLSearchParams): Promise<string> {
  const isSecond = query.get('list-type') === '2';
  const prefix = query.get('prefix') ?? '';
  const delimiter = query.get('delimiter') ?? '';
  const token = query.get('continuation-token');
  const after = token ? Buffer.from(token, 'base64url').toString() : (query.get(isSecond ? 'start-after' : 'marker') ?? '');
  const maxKeys = mostKeysOf(query.get('max-keys'));
  const { names, isTruncated } = await pageOf(bucket, { prefix, delimiter, after, maxKeys });
  const last = names.at(-1);
  const written = query.get('encoding-type') === 'url' ? urlEncode : (text: string) => text;

  const contents: XmlValue[] = [];
  for (const key of names.filter((each) => !isRolledUp(each, prefix, delimiter))) {
    const head = await bucket.head(key);
    // What was deleted since it was listed is not there.
    if (head === undefined) continue;
    const { size, etag, lastModified } = head;
    contents.push({
      ...{ Key: written(key), LastModified: lastModified.toISOString(), ETag: `"${etag}"`, Size: size },
      StorageClass: 'STANDARD',
    });
  }
  return toXml('ListBucketResult', {
    Name: name,
    Prefix: written(prefix),
    Delimiter: delimiter === '' ? undefined : written(delimiter),
    MaxKeys: maxKeys,
    EncodingType: query.get('encoding-type') ?? undefined,
    IsTruncated: isTruncated,
    ...(isSecond && { KeyCount: names.length }),
    ...(isTruncated && last !== undefined && next(isSecond, last, written)),
    Contents: contents,
    CommonPrefixes: names.filter((each) => isRolledUp(each, prefix, delimiter)).map((each) => ({ Prefix: written(each) })),
  });
}

function mostKeysOf(text: string | null): number {
  if (!text) return MOST_KEYS;
  if (/^\d+$/.test(text)) return Math.min(MOST_KEYS, Number(text));
  throw new Refusal('InvalidArgument', 'max-keys must be a number from 0');
}

function next(isSecond: boolean, last: string, written: (text: string) => string): { readonly [name: string]: string } {
  return isSecond ? { NextContinuationToken: Buffer.from(last).toString('base64url') } : { NextMarker: written(last) };
}

interface Page {
  readonly prefix: string;
  readonly delimiter: string;
  readonly after: string;
  readonly maxKeys: number;
}

/** Keys, and of those that share a folder the folder alone, in byte order. */
async function pageOf(bucket: FolderBucket, { prefix, delimiter, after, maxKeys }: Page) {
  const names: string[] = [];
  // To ask for none is to ask whether one may ask: S3 does not say that there are more.
  if (maxKeys === 0) return { names, isTruncated: false };
  for await (const key of bucket.keys(prefix)) {
    const name = rolledUp(key, prefix, delimiter);
    if (name === names.at(-1) || Buffer.compare(Buffer.from(name), Buffer.from(after)) <= 0) continue;
    if (names.length === maxKeys) return { names, isTruncated: true };
    names.push(name);
  }
  return { names, isTruncated: false };
}

function rolledUp(key: string, prefix: string, delimiter: string): string {
  const at = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
  return at === -1 ? key : key.slice(0, at + delimiter.length);
}

function isRolledUp(name: string, prefix: string, delimiter: string): boolean {
  return delimiter !== '' && name.length > prefix.length && name.endsWith(delimiter);
}
