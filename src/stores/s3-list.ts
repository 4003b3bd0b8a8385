/** What is in a bucket. */
import { ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
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
    for (const { Key, Size } of page.Contents ?? []) {
      if (Key === undefined) continue;
      const key = page.EncodingType === 'url' ? decodeURIComponent(Key.replaceAll('+', ' ')) : Key;
      // The console makes an empty object to show an empty folder.
      if (key.endsWith('/') && Size === 0) continue;
      yield { key, bytes: Size ?? 0 };
    }
    token = page.NextContinuationToken;
  } while (token !== undefined);
}
