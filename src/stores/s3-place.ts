/**
 * How users name places, above all those in S3, and the server that has them. Free of the SDK, so that it can be asked before that
 * is loaded.
 */
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

/** A scheme, and no drive of Windows, which is one letter. */
const SCHEME = /^[a-z][a-z0-9+.-]+:\//i;

/** Why something is no place, although it would be taken for a folder that nobody means; undefined when it is one. */
export function whyNoPlace(place: string): string | undefined {
  const cure = 'write a path, or s3://bucket/prefix';
  if (place.trim() === '') return `${JSON.stringify(place)} names no place; ${cure}`;
  if (place.startsWith('--')) return `${place} is a flag, and no place; ${cure}`;
  return !isS3Uri(place) && SCHEME.test(place) ? `${place} is not a kind of place that is known; ${cure}` : undefined;
}

/** Throws a `StoreError` for what is no place. */
export function refuseNoPlace(place: string): void {
  const why = whyNoPlace(place);
  if (why !== undefined) throw new StoreError('not_found', why);
}

/** Reads `s3://bucket/prefix`; the prefix is taken as written, nothing is decoded. Throws a `StoreError` for anything else. */
export function parseS3Uri(uri: string): S3Place {
  const [, bucket, prefix = ''] = /^s3:\/\/([^/]+)(?:\/(.*))?$/s.exec(uri) ?? [];
  if (bucket === undefined) throw new StoreError('not_found', `${uri}: names no bucket; write s3://bucket/prefix`);
  return { bucket, prefix };
}

const BUCKET = /^(?!\d+\.\d+\.\d+\.\d+$)(?!.*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
/** What S3 took in us-east-1 until 2018, and what other servers may take. */
const LOOSE_BUCKET = /^[A-Za-z0-9._-]{3,255}$/;
/** An access point stands for a bucket. */
const ACCESS_POINT = /^arn:/;

/** Throws a `StoreError` for a name that no bucket has where it is looked for. */
export function refuseNoBucket({ bucket }: S3Place, { region, endpoint }: S3Options): void {
  if (BUCKET.test(bucket) || ACCESS_POINT.test(bucket)) return;
  const isLoose = LOOSE_BUCKET.test(bucket);
  if (isLoose && (endpoint !== undefined || region === 'us-east-1')) return;
  const rule = 'not the name of a bucket, which has 3 to 63 of a-z, 0-9, . and -';
  const hint = isLoose ? '; for an old one give --region us-east-1' : '';
  throw new StoreError('misconfigured', `s3://${bucket}: ${rule}${hint}`);
}

/** A prefix as that of a folder, so that `app` does not mean `app-old/…`. */
export function folderPrefix(prefix: string): string {
  return prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/`;
}

/** Whether an object of this name lies in the place, whether it exists or not. */
export function liesIn(place: S3Place, { bucket, key }: ObjectRef): boolean {
  return bucket === place.bucket && (key === place.prefix || key.startsWith(folderPrefix(place.prefix)));
}

interface Environment {
  readonly [name: string]: string | undefined;
}

const ENDPOINT_VARIABLES = ['AWS_ENDPOINT_URL_S3', 'AWS_ENDPOINT_URL'] as const;

/** The variables that every AWS tool heeds. The SDK reads them too, but an endpoint needs more than its address. */
export function s3OptionsFromEnvironment(environment: Environment): S3Options {
  const endpoint = ENDPOINT_VARIABLES.map((name) => environment[name]).find(Boolean);
  const region = environment['AWS_REGION'];
  return { ...(endpoint && { endpoint }), ...(region && { region }) };
}

/** Throws a `StoreError` when the server that is given, or that the SDK finds in the environment, has no address. */
export function refuseNoEndpoint(given: string | undefined, environment: Environment): void {
  const variable = ENDPOINT_VARIABLES.find((name) => environment[name]);
  const [origin, url] = given === undefined ? [variable, variable && environment[variable]] : ['--endpoint-url', given];
  if (url === undefined || (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol))) return;
  throw new StoreError('misconfigured', `${origin}: must be a URL such as http://127.0.0.1:4569`);
}
