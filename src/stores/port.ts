/**
 * The one port to where objects live. A bucket, a folder and a test double all look like this;
 * nothing above src/stores/ knows which it is.
 */
import type { ObjectInfo, ObjectRef } from '../types.ts';

/**
 * An object whose bytes can be read from the start, more than once: damage is looked at in a second pass.
 * Read it soon after it was opened: over S3 its bytes are on their way already.
 */
export interface OpenObject {
  readonly info: ObjectInfo;
  /** The stored bytes in order, in chunks of any size. Throws a `StoreError` when the object changed or cannot be read. */
  read(): AsyncIterable<Uint8Array>;
}

export interface Source {
  /** Names every object below the place given, or that place itself if it is one, in the byte order of their keys. */
  list(): AsyncIterable<ObjectRef>;
  /** Throws a `StoreError` when the object is gone or may not be read. */
  open(ref: ObjectRef): Promise<OpenObject>;
}

export interface Sink {
  /** Writes a whole object or nothing. `key` is relative to the place that outputs go to, with `/` between its parts. */
  put(key: string, body: readonly Uint8Array[]): Promise<void>;
}

export const STORE_FAILURES = ['not_found', 'denied', 'changed', 'unavailable'] as const;
export type StoreFailure = (typeof STORE_FAILURES)[number];

/** A store could not do what was asked. `reason` is what callers decide by; the message names object and action. */
export class StoreError extends Error {
  readonly reason: StoreFailure;

  constructor(reason: StoreFailure, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StoreError';
    this.reason = reason;
  }
}
