/** How users name places in S3, and the server that has them. Free of the SDK, so that it can be asked before that is loaded. */
import type { ObjectRef } from '../types.ts';
import { StoreError } from './port.ts';

/** A bucket, and the key or the folder of keys in it; an empty prefix is the whole bucket. */
export interface S3Place {
  readonly bucket: string;
  readonly prefix: string;
}

export interface S3Options {
  readonly region?: string;
  /** Another server than AWS: an embedded one, MinIO, a VPC endpoint. */
  readonly endpoint?: string;
  /** How long a connection may be silent before it counts as broken; 30 s when not given. */
  readonly idleTimeoutMs?: number;
  /** How often a request is made before it counts as failed; 4 times when not given. */
  readonly maxAttempts?: number;
  /**
   * Id of the account that a bucket must belong to: S3 denies access to one of the same name that is somebody else's. Not asked for
   * where there is none.
   */
  readonly ownerOf?: (bucket: string) => string | undefined;
}

export function isS3Uri(place: string): boolean {
  return place.startsWith('s3://');
}

/** Reads `s3://bucket/prefix`; the prefix is taken as written, nothing is decoded. Throws a `StoreError` for anything else. */
export function parseS3Uri(uri: string): S3Place {
  const [, bucket, prefix = ''] = /^s3:\/\/([^/]+)(?:\/(.*))?$/s.exec(uri) ?? [];
  if (bucket === undefined) throw new StoreError('not_found', `${uri}: names no bucket; write s3://bucket/prefix`);
  return { bucket, prefix };
}

/** A prefix as that of a folder, so that `app` does not mean `app-old/…`. */
export function folderPrefix(prefix: string): string {
  return prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/`;
}

/** Whether an object of this name lies in the place, whether it exists or not. */
export function liesIn(place: S3Place, { bucket, key }: ObjectRef): boolean {
  return bucket === place.bucket && (key === place.prefix || key.startsWith(folderPrefix(place.prefix)));
}

/** The variables that every AWS tool heeds. The SDK reads them too, but an endpoint needs more than its address. */
export function s3OptionsFromEnvironment(environment: { readonly [name: string]: string | undefined }): S3Options {
  const endpoint = environment['AWS_ENDPOINT_URL_S3'] || environment['AWS_ENDPOINT_URL'];
  const region = environment['AWS_REGION'];
  return { ...(endpoint && { endpoint }), ...(region && { region }) };
}
