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
  /** To be called when nothing more will be read; lets go of bytes that are on their way. Never throws. */
  close(): void;
}

/** What a listing tells of an object: its name, and its size in bytes where that costs nothing to know. */
export interface Listed extends ObjectRef {
  readonly bytes?: number;
}

/** Where inputs are. */
export interface Source {
  /** Names every object below the place given, or that place itself if it is one, in the byte order of their keys. */
  list(): AsyncIterable<Listed>;
  /** Throws a `StoreError` when the object is gone or may not be read. */
  open(ref: ObjectRef): Promise<OpenObject>;
}

/** What a store says of an object it holds. `tag` changes with the content; it means something to this store only. */
export interface Stored {
  readonly body: Buffer;
  readonly tag: string;
}

/** Under which condition a write may happen. A store that cannot check it writes all the same. */
export type Condition = { readonly ifAbsent: true } | { readonly ifTag: string };

/** Where outputs go. Keys are relative to the place that was opened, with `/` between their parts. */
export interface Store {
  /**
   * Writes a whole object or nothing. Throws a `StoreError` with reason `conflict` when the condition does not hold, and
   * then nothing was written.
   */
  put(key: string, body: readonly Uint8Array[], condition?: Condition): Promise<void>;
  /** A small object whole, or undefined when there is none. */
  get(key: string): Promise<Stored | undefined>;
  /** The bytes of an object in order. Throws a `StoreError` with reason `not_found` when there is none. */
  read(key: string): AsyncIterable<Uint8Array>;
  /** Every object whose key begins with `prefix`, in the byte order of keys. */
  list(prefix: string): AsyncIterable<{ readonly key: string; readonly bytes: number }>;
  /** Removes an object. One that is not there is fine. */
  delete(key: string): Promise<void>;
}

/**
 * `not_found`: the object is gone. `changed`: it was overwritten while it was read. `denied` and `misconfigured` (no such
 * bucket, an encryption key that may not be used): trying again will not help until somebody mends the set-up.
 * `conflict`: the condition of a write does not hold. `unavailable`: trying again may help.
 */
export const STORE_FAILURES = ['not_found', 'changed', 'denied', 'misconfigured', 'conflict', 'unavailable'] as const;
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
