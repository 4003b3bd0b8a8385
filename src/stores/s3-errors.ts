/** What S3 and its SDK say when something fails, in the words of the port. Decided by name and status, never by text. */
import { StoreError, type StoreFailure } from './port.ts';

/** What was being done, and to what. */
export interface S3Action {
  readonly verb: 'read' | 'write' | 'list' | 'delete';
  readonly bucket: string;
  readonly key: string;
  /** Whether one version of the object was asked for, which takes another permission. */
  readonly versioned?: boolean;
}

/** Nobody says which region the buckets are in. */
export class NoRegionError extends Error {
  override readonly name = 'NoRegionError';
}

/** Does `work`; whatever it throws comes out as a `StoreError` with the original as its `cause`. */
export async function attempt<T>(action: S3Action, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof StoreError) throw cause;
    const { reason, message } = explain(described(cause), action);
    throw new StoreError(reason, `s3://${action.bucket}/${action.key}: ${message}`, { cause });
  }
}

interface Described {
  readonly name: string;
  readonly status?: number | undefined;
  /** S3, and most of what speaks its language, numbers its answers. A proxy on the way does not. */
  readonly requestId?: string | undefined;
}

function described(cause: unknown): Described {
  if (!(cause instanceof Error)) return { name: 'unknown error' };
  const metadata =
    '$metadata' in cause ? (cause.$metadata as { readonly httpStatusCode?: number; readonly requestId?: string }) : undefined;
  // A broken connection is a plain Error whose code says more than its name.
  const name = cause.name === 'Error' && 'code' in cause ? String(cause.code) : cause.name;
  return { name, status: metadata?.httpStatusCode, requestId: metadata?.requestId };
}

function explain(
  { name, status, requestId }: Described,
  action: S3Action,
): { readonly reason: StoreFailure; readonly message: string } {
  switch (name) {
    case 'NoSuchBucket':
      return { reason: 'misconfigured', message: `there is no bucket ${action.bucket}; make it, or name another` };
    case 'NoSuchVersion':
      return { reason: 'not_found', message: 'this version of the object is gone' };
    case 'InvalidObjectState':
      return { reason: 'unavailable', message: 'the object is archived; restore it, then try again' };
    case 'NoRegionError':
      return { reason: 'misconfigured', message: 'no region is given; give --region, or set AWS_REGION' };
    case 'CredentialsProviderError':
      return { reason: 'denied', message: 'no AWS credentials were found; sign in, or set AWS_PROFILE' };
    case 'ExpiredToken':
    case 'TokenRefreshRequired':
      return { reason: 'denied', message: `${name}: the credentials have expired; sign in again` };
    case 'InvalidToken':
      return {
        reason: 'denied',
        message: `${name}: the session token is wrong; sign in again, or unset a stale AWS_SESSION_TOKEN`,
      };
    case 'InvalidAccessKeyId':
    case 'SignatureDoesNotMatch':
      return { reason: 'denied', message: `${name}: AWS does not take the credentials; look at the access key and its secret` };
    case 'RequestTimeTooSkewed':
      return { reason: 'misconfigured', message: `${name}: the clock of this machine is wrong; set it` };
    case 'PermanentRedirect':
    case 'AuthorizationHeaderMalformed':
    case 'IllegalLocationConstraintException':
      return { reason: 'misconfigured', message: `${name}: the bucket is in another region; name its region and its endpoint` };
    case 'KeyTooLongError':
      return { reason: 'misconfigured', message: `${name}: S3 takes keys of at most 1,024 bytes; choose shorter ones` };
    case 'KMS.ThrottlingException':
      return { reason: 'unavailable', message: `${name}: too many requests for its encryption key; try again` };
    case 'ConditionalRequestConflict':
      return CONFLICT;
  }
  // S3 passes on what KMS says under the names of KMS: KMS.DisabledException, KMS.NotFoundException, …
  if (name.startsWith('KMS')) {
    return {
      reason: 'misconfigured',
      message: `${name}: its encryption key cannot be used; enable the key, and allow ${keyUse(action)}`,
    };
  }
  switch (status) {
    case 404:
      // The page of a proxy must not pass for an object that is gone: what is there would be left out, or written anew.
      if (name !== 'NoSuchKey' && requestId === undefined)
        return { reason: 'unavailable', message: 'HTTP 404, but not from S3; look at the endpoint, and at proxies on the way' };
      // A condition on an object that is gone is the only way in which a write meets this.
      if (action.verb === 'write') return CONFLICT;
      return { reason: 'not_found', message: action.verb === 'read' ? 'no such object' : `not found (${name})` };
    case 405:
      // What S3 says of a version that is no object but the mark of a deletion.
      if (action.versioned !== true) break;
      return { reason: 'not_found', message: 'this version of the object marks that it was deleted' };
    case 403:
      if (name !== 'AccessDenied')
        return { reason: 'denied', message: `S3, or a proxy on the way, refuses to ${action.verb} it (${name}, HTTP 403)` };
      return { reason: 'denied', message: `${name}: allow ${permission(action)}${absence(action)}${DENIALS}` };
    case 412:
      if (action.verb === 'write') return CONFLICT;
      return { reason: 'changed', message: 'was overwritten while it was read; its new event brings the new bytes' };
  }
  const answer = status === undefined ? name : `${name}, HTTP ${status}`;
  return { reason: 'unavailable', message: `cannot ${action.verb} it (${answer}); try again` };
}

const CONFLICT = {
  reason: 'conflict',
  message: 'is there already, or was changed by somebody else; nothing was written',
} as const;

const PERMISSIONS: { readonly [verb in S3Action['verb']]: string } = {
  read: 's3:GetObject',
  write: 's3:PutObject',
  list: 's3:ListBucket',
  delete: 's3:DeleteObject',
};

function permission(action: S3Action): string {
  const { verb, bucket, key, versioned } = action;
  if (verb === 'list') return `${PERMISSIONS.list} on arn:aws:s3:::${bucket}`;
  const name = versioned ? 's3:GetObjectVersion' : PERMISSIONS[verb];
  // S3 answers the same when its key may not be used, and only its text would tell.
  const encryption = verb === 'delete' ? '' : `, and, if a KMS key encrypts it, ${keyUse(action)}`;
  return `${name} on arn:aws:s3:::${bucket}/${key}${encryption}`;
}

function keyUse({ verb }: S3Action): string {
  return verb === 'write' ? 'kms:GenerateDataKey on that key' : 'kms:Decrypt on that key';
}

/** What is denied outright stays denied, whatever else allows it. */
const DENIALS = '; or a policy of the bucket, the organization or a VPC endpoint denies it';

/** Without s3:ListBucket, S3 answers "denied" for an object that does not exist. */
function absence({ verb, bucket }: S3Action): string {
  return verb === 'read' ? `; or the object is gone, which S3 hides without s3:ListBucket on arn:aws:s3:::${bucket}` : '';
}
