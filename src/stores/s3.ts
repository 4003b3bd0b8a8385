/** Objects in S3, and in what speaks its language: the client, and with it everything that needs the AWS SDK. */
import { S3Client } from '@aws-sdk/client-s3';
import { NoRegionError } from './s3-errors.ts';
import type { S3Options } from './s3-place.ts';

export { s3Source } from './s3-source.ts';
export { s3Store } from './s3-store.ts';

/** Without it a host that swallows packets would hold a run for minutes; a connection in the same region takes milliseconds. */
const CONNECT_TIMEOUT_MS = 5_000;

/**
 * How long a connection may be silent, while an answer is waited for, in the middle of a body and in the middle of an upload;
 * without it a run would hang until somebody ends it. Silence rather than the whole time: a large object takes as long as it
 * takes. It also bounds how long a reader may pause in the middle of an object.
 */
const IDLE_TIMEOUT_MS = 30_000;

/**
 * One and three more, at most a few seconds apart: enough for the throttling and the 5xx answers that S3 gives while it
 * scales. What outlasts them is for the next delivery, which costs nothing while it waits.
 */
const MAX_ATTEMPTS = 4;

/** A client for AWS, or for the endpoint given. Credentials and whatever is not given come from the usual AWS places. */
export function createS3Client(options: S3Options = {}): S3Client {
  const client = connect(options);
  const { ownerOf } = options;
  if (ownerOf) {
    client.middlewareStack.add(
      (next) => (request) => {
        const { Bucket: bucket } = request.input as { readonly Bucket?: string };
        const owner = bucket === undefined ? undefined : ownerOf(bucket);
        return next(owner === undefined ? request : { ...request, input: { ...request.input, ExpectedBucketOwner: owner } });
      },
      { step: 'initialize', name: 'expectBucketOwner' },
    );
  }
  return client;
}

/** What the environment or the profile of the user says. The SDK has no other way to ask for it, nor a name for its absence. */
function usualRegion(): Promise<string | undefined> {
  return new S3Client({}).config.region().catch(() => undefined);
}

function connect(options: S3Options): S3Client {
  const { region, endpoint, idleTimeoutMs = IDLE_TIMEOUT_MS, maxAttempts = MAX_ATTEMPTS } = options;
  const patience = {
    requestHandler: { connectionTimeout: CONNECT_TIMEOUT_MS, socketTimeout: idleTimeoutMs },
    maxAttempts,
    retryMode: 'standard',
  } as const;
  if (endpoint === undefined) {
    const orRefuse = async () => (await usualRegion()) ?? Promise.reject(new NoRegionError());
    return new S3Client({ ...patience, region: region ?? orRefuse, followRegionRedirects: true });
  }
  return new S3Client({
    ...patience,
    endpoint,
    // An endpoint of a VPC is that of one region, and checks it; most other servers know this one, or take any.
    region: region ?? (async () => (await usualRegion()) ?? 'us-east-1'),
    forcePathStyle: true,
    // Servers other than AWS may store the chunk framing that a trailing checksum comes in as if it were data.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  });
}
