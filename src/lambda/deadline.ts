/** Stops work before the function's time runs out, so that what was reached can still be written down. */

/** The part of Lambda's context that tells the time left. */
export interface Clock {
  readonly getRemainingTimeInMillis: () => number;
}

/**
 * Does `work` with a signal that is aborted when only the reserve is left, or half of the time there is if that is less.
 * Leaves no timer behind, whatever becomes of the work.
 */
export async function withDeadline<T>(clock: Clock, reserveMs: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const leftMs = clock.getRemainingTimeInMillis();
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), leftMs - Math.min(reserveMs, leftMs / 2));
  try {
    return await work(controller.signal);
  } finally {
    clearTimeout(timer);
  }
}
