/** The queue between the bucket and the function: one message after another, again when it failed, set aside when it failed too often. */
import { setTimeout as delay } from 'node:timers/promises';

/** Whether the message is done; a failed one comes again. */
export type Deliver<T> = (message: T, attempt: number) => Promise<boolean>;

export interface QueueOptions<T> {
  readonly deliver: Deliver<T>;
  /** Told of a message that failed as often as it may. */
  readonly onDead: (message: T) => void;
  readonly mostAttempts: number;
  /** How long a failed message waits; the others go on meanwhile. */
  readonly visibilityMs: number;
}

export interface Queue<T> {
  send(message: T): void;
  /** Does `work` while no message is being delivered. */
  between<R>(work: () => Promise<R>): Promise<R>;
  /** Takes no further message; ends when the one at hand is done. Messages that wait are lost. */
  stop(): Promise<void>;
}

export function createQueue<T>({ deliver, onDead, mostAttempts, visibilityMs }: QueueOptions<T>): Queue<T> {
  const waiting: { readonly message: T; readonly attempt: number }[] = [];
  const stopped = new AbortController();
  let work: Promise<void> | undefined;
  let turn: Promise<unknown> = Promise.resolve();

  function enqueue(message: T, attempt: number): void {
    waiting.push({ message, attempt });
    work ??= drain();
  }

  /** One thing at a time, in the order in which they come. */
  function inTurn<R>(work: () => Promise<R>): Promise<R> {
    const mine = turn.then(work);
    turn = mine.catch(() => {});
    return mine;
  }

  async function drain(): Promise<void> {
    try {
      for (let next = waiting.shift(); next !== undefined && !stopped.signal.aborted; next = waiting.shift()) {
        const { message, attempt } = next;
        if (await inTurn(() => deliver(message, attempt))) continue;
        if (attempt >= mostAttempts) onDead(message);
        else void deliverAgain(message, attempt + 1);
      }
    } finally {
      // In the same step in which nothing was found waiting: what is sent in the next one must start the work again.
      work = undefined;
    }
  }

  async function deliverAgain(message: T, attempt: number): Promise<void> {
    // Aborted when the queue is stopped.
    const isDue = await delay(visibilityMs, true, { signal: stopped.signal }).catch(() => false);
    if (isDue) enqueue(message, attempt);
  }

  return {
    send: (message) => enqueue(message, 1),
    between: inTurn,
    async stop() {
      stopped.abort();
      await work;
    },
  };
}
