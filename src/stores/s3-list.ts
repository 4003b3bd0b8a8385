/** What is in a bucket. */
import { ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import { StoreError } from './port.ts';
import { attempt } from './s3-errors.ts';
import type { S3Place } from './s3-place.ts';

export interface Listed {
  readonly key: string;
  readonly bytes: number;
}

/** Everything whose key begins with `prefix`, in the byte order of keys, asked for in pages of at most `maxKeys`. */
export async function* listObjects(client: S3Client, { bucket, prefix }: S3Place, maxKeys?: number): AsyncGenerator<Listed> {
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
    const page = await attempt({ verb: 'list', bucket, key: prefix }, () => client.send(command));
    const refuse = (what: string): StoreError =>
      new StoreError('unavailable', `s3://${bucket}/${prefix}: cannot list it, ${what}`);
    // The SDK takes any XML, and an empty answer, for a page without keys: a proxy's page of HTML must not pass for an empty bucket.
    if (page.IsTruncated === undefined)
      throw refuse('the answer is no list of S3; look at the endpoint, and at proxies on the way');
    for (const { Key, Size } of page.Contents ?? []) {
      if (Key === undefined) continue;
      const key = page.EncodingType === 'url' ? decoded(Key) : Key;
      if (key === undefined) throw refuse(`the server encodes a key wrongly: ${Key}`);
      // The console makes an empty object to show an empty folder.
      if (key.endsWith('/') && Size === 0) continue;
      yield { key, bytes: Size ?? 0 };
    }
    const next = page.IsTruncated ? page.NextContinuationToken : undefined;
    if (page.IsTruncated && (!next || next === token)) throw refuse('the server says that there is more, but not how to go on');
    token = next;
  } while (token !== undefined);
}

function decoded(key: string): string | undefined {
  try {
    return decodeURIComponent(key.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}
