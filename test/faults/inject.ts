/** Faults between a run and its ports, by the number of the call. Time is virtual: a deadline comes when something hangs. */
import { setImmediate as turn } from 'node:timers/promises';
import { type Source, type Store, StoreError } from '../../src/stores/port.ts';

/**
 * `before`: an error, and nothing has happened. `after`: it has happened, and the answer is an error. `cut`: a body ends in its
 * middle; of a write nothing is stored. `hang`: no answer until the deadline, `hang_after` although it has happened, and with `late` it happens
 * only when the attempt is long over. `twice`: the answer is lost, and whoever asked asks again by himself. `kill`: the process is gone, and what it was doing comes to nothing, or with
 * `kill_after` to its end.
 */
export const FAULTS = ['before', 'after', 'cut', 'hang', 'hang_after', 'late', 'twice', 'kill', 'kill_after'] as const;
export type Fault = (typeof FAULTS)[number];

type Call = 'open' | 'chunk' | 'get' | 'put' | 'delete';

const READING = ['before', 'hang', 'kill'] as const;
const WRITING = FAULTS.filter((fault) => fault !== 'cut');

/** The faults that make a difference at a call. What only reads has no effect that could come late. */
export const FAULTS_OF: { readonly [call in Call]: readonly Fault[] } = {
  open: READING,
  get: READING,
  chunk: [...READING, 'cut'],
  put: WRITING,
  delete: WRITING,
};

export interface Strike {
  readonly call: number;
  readonly fault: Fault;
}

export interface Ports {
  readonly source: Source;
  readonly store: Store;
}

/** Ports for one attempt, and what happens to it. */
export interface Struck extends Ports {
  readonly signal: AbortSignal;
  /** Resolves when the process is killed. */
  readonly killed: Promise<'killed'>;
  /** What was called so far. */
  readonly calls: readonly Call[];
  /** Faults that came to pass. */
  readonly struck: readonly Fault[];
  /** To be called when the attempt is over. */
  release(): void;
}

export interface Scene {
  readonly strikes: readonly Strike[];
  /** How many turns of the event loop each call waits before it has its effect, over and over. */
  readonly pauses?: readonly number[];
  /** Takes what happens only when the attempt is long over. */
  readonly late: (effect: () => Promise<unknown>) => void;
}

/** What is left when the deadline was heeded by nobody: the function's time runs out, and its process with it. */
const GRACE_MS = 20;

export function strike({ source, store }: Ports, { strikes, pauses = [0], late }: Scene): Struck {
  const faults = new Map(strikes.map(({ call, fault }) => [call, fault]));
  const deadline = new AbortController();
  const death = Promise.withResolvers<'killed'>();
  const calls: Call[] = [];
  const struck: Fault[] = [];
  let state: 'alive' | 'dead' | 'dying' = 'alive';
  let grace: NodeJS.Timeout | undefined;

  function die(how: 'dead' | 'dying'): Promise<never> {
    state = how;
    death.resolve('killed');
    return never();
  }

  function hang(): Promise<never> {
    setImmediate(() => deadline.abort());
    grace ??= setTimeout(() => die('dead'), GRACE_MS);
    return never();
  }

  async function pause(number: number): Promise<void> {
    for (let turns = pauses[number % pauses.length] ?? 0; turns > 0; turns--) await turn();
  }

  async function call<T>(kind: Call, work: () => Promise<T>, cut?: () => Promise<T>): Promise<T> {
    if (state !== 'alive') return never();
    const number = calls.push(kind) - 1;
    const fault = faults.get(number);
    if (fault) struck.push(fault);
    if (fault === 'kill') return die('dead');
    if (fault === 'kill_after') die('dying');
    await pause(number);
    // In the meantime another call may have killed the process; what was under way then is lost, or not.
    if (isDead()) return never();
    switch (fault) {
      case 'before':
        throw unavailable(kind);
      case 'cut':
        return cut ? cut() : Promise.reject(unavailable(kind));
      case 'hang':
        return hang();
      case 'late':
        late(work);
        return hang();
    }
    if (fault === 'twice' && FAULTS_OF[kind].includes(fault)) await work();
    const result = await work();
    if (fault === 'after') throw unavailable(kind);
    if (fault === 'hang_after') return hang();
    return isAlive() ? result : never();
  }

  const isDead = (): boolean => state === 'dead';
  const isAlive = (): boolean => state === 'alive';

  async function* chunks(read: () => AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    const rest = read()[Symbol.asyncIterator]();
    for (;;) {
      let isCut = false;
      const next = await call(
        'chunk',
        () => rest.next(),
        async () => {
          isCut = true;
          return rest.next();
        },
      );
      if (next.done && !isCut) return;
      if (!next.done) yield isCut ? next.value.subarray(0, next.value.length >> 1) : next.value;
      if (isCut) throw unavailable('chunk');
    }
  }

  return {
    source: {
      list: source.list,
      open: async (ref) => {
        const object = await call('open', () => source.open(ref));
        return { ...object, read: () => chunks(object.read) };
      },
    },
    store: {
      ...store,
      put: (key, body, condition) => call('put', () => store.put(key, body, condition)),
      get: (key) => call('get', () => store.get(key)),
      delete: (key) => call('delete', () => store.delete(key)),
    },
    signal: deadline.signal,
    killed: death.promise,
    calls,
    struck,
    release: () => clearTimeout(grace),
  };
}

function never(): Promise<never> {
  return new Promise(() => {});
}

function unavailable(call: Call): StoreError {
  return new StoreError('unavailable', `${call}: struck`);
}
