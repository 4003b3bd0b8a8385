/** Stopping: an attempt that runs out of time ends where it can be taken up again. */
import type { ObjectRef } from './types.ts';

/** The signal came. */
export class StoppedError extends Error {
  constructor() {
    super('stopped');
    this.name = 'StoppedError';
  }
}

/** Several attempts ended at the same record: what must be done in one attempt does not fit in one. */
export class StalledError extends Error {
  constructor({ bucket, key }: ObjectRef, record: number, attempts: number) {
    const cure = 'give each attempt more time, or lower max_buffer_bytes';
    super(`${bucket}/${key}: ${attempts} attempts got no further than record ${record}; ${cure}`);
    this.name = 'StalledError';
  }
}

/**
 * Waits for `work`, or throws a `StoppedError` as soon as the signal comes: a store that hangs must not take the time that is
 * kept back for the receipt.
 */
export function untilStopped<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(new StoppedError());
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}
