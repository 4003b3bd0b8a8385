/** What the server refuses, in S3's own codes: clients decide by them. */
import { StoreError, type StoreFailure } from '../port.ts';

const STATUS = {
  AccessDenied: 403,
  BadDigest: 400,
  EntityTooLarge: 400,
  IncompleteBody: 400,
  InvalidArgument: 400,
  InvalidDigest: 400,
  InvalidPart: 400,
  InvalidPartOrder: 400,
  InvalidRange: 416,
  InvalidURI: 400,
  InternalError: 500,
  KeyTooLongError: 400,
  MalformedXML: 400,
  NoSuchBucket: 404,
  NoSuchKey: 404,
  NoSuchUpload: 404,
  NotImplemented: 501,
  PreconditionFailed: 412,
  SlowDown: 503,
} as const;

export class Refusal extends Error {
  readonly code: keyof typeof STATUS;

  constructor(code: keyof typeof STATUS, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'Refusal';
    this.code = code;
  }

  get status(): number {
    return STATUS[this.code];
  }
}

const CODE_OF_FAILURE: { readonly [reason in StoreFailure]: Refusal['code'] } = {
  not_found: 'NoSuchKey',
  conflict: 'PreconditionFailed',
  denied: 'InvalidArgument',
  misconfigured: 'InternalError',
  changed: 'InternalError',
  unavailable: 'InternalError',
};

/** Whatever went wrong, as S3 would put it. */
export function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  if (error instanceof StoreError) return new Refusal(CODE_OF_FAILURE[error.reason], error.message, { cause: error });
  return new Refusal('InternalError', 'the server failed; its terminal says why', { cause: error });
}
