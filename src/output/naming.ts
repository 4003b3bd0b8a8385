/** Names of outputs. They come from the input object alone, so a second delivery writes the same names again. */
import { hash } from 'node:crypto';
import { CODECS, type Codec } from '../settings.ts';
import type { ObjectInfo, Receipt } from '../types.ts';

const OBJECT_ID_DIGITS = 32;

const EXTENSIONS: { readonly [codec in Codec]: string } = { zstd: '.zst', gzip: '.gz', none: '' };

/** The same bytes under the same key are the same object, however often they are uploaded. */
export function objectId(info: Pick<ObjectInfo, 'bucket' | 'key' | 'etag'>): string {
  // A line break cannot stand in a bucket's name or an ETag, so no two objects share this text.
  return hash('sha256', `${info.bucket}\n${info.key}\n${info.etag}`, 'hex').slice(0, OBJECT_ID_DIGITS);
}

/** The folder of an object's rejects and receipt: the day on which the object was last modified, which never changes for it. */
export function dayOf(lastModified: string): string {
  return `dt=${lastModified.slice(0, 10)}`;
}

/** The key of the `sequence`th part that an object leaves in a folder. */
export function partKey(folder: string, id: string, sequence: number, codec: Codec): string {
  return `${folder}/${id}-${String(sequence).padStart(4, '0')}.ndjson${EXTENSIONS[codec]}`;
}

/** What a part's key says, or undefined when `partKey` makes no such key. */
export function readPartKey(
  key: string,
): { readonly folder: string; readonly id: string; readonly sequence: number } | undefined {
  const [, folder = '', id = '', digits] = /^(.+)\/([0-9a-f]+)-(\d+)\./s.exec(key) ?? [];
  const sequence = Number(digits);
  const isOurs = id.length === OBJECT_ID_DIGITS && CODECS.some((codec) => partKey(folder, id, sequence, codec) === key);
  return isOurs ? { folder, id, sequence } : undefined;
}

/** The key of a receipt, which can be told from the receipt and from what it is about. */
export function receiptKey({ object_id, source }: ReceiptName): string {
  return `receipts/${dayOf(source.last_modified)}/${object_id}.json`;
}

interface ReceiptName extends Pick<Receipt, 'object_id'> {
  readonly source: Pick<Receipt['source'], 'last_modified'>;
}

/** The object whose receipt has this key, or undefined when `receiptKey` makes no such key. */
export function readReceiptKey(key: string): string | undefined {
  const [, id] = /^receipts\/dt=\d{4}-\d\d-\d\d\/([0-9a-f]+)\.json$/.exec(key) ?? [];
  return id?.length === OBJECT_ID_DIGITS ? id : undefined;
}
