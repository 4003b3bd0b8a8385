/** One object from its delivery to its receipt, so that any number of deliveries leave the same outputs. */
import { begin, commit, isDone, isResumable, retire } from './ledger.ts';
import { accountIn, receiptOf, settingsDigest } from './output/receipt.ts';
import { NOTHING_YET, type Progress, runStages } from './pipeline.ts';
import type { Settings } from './settings.ts';
import { StalledError, untilStopped } from './stop.ts';
import type { Source, Store } from './stores/port.ts';
import type { NormalizedEvent, ObjectRef, RawRecord, Receipt } from './types.ts';

export interface ProcessDeps {
  readonly source: Source;
  readonly store: Store;
  readonly settings: Settings;
  /** Milliseconds since 1970. Used for the receipt's timings and for nothing else. */
  readonly now: () => number;
  /** Processes the object although a complete receipt says that it was processed under the same settings. */
  readonly force?: boolean;
  /** Ends the attempt where it can be taken up again. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Called with each valid event and the bytes it came from; both are good only during the call. Not called when events are
   * redacted: neither is.
   */
  readonly onEvent?: (event: NormalizedEvent, record: RawRecord) => void;
  /** Called with the time of each valid event that has one, in milliseconds since 1970. */
  readonly onTime?: (timeMs: number) => void;
  /** Called a few times a megabyte with how far the object is. */
  readonly onProgress?: (progress: Progress) => void;
}

/**
 * `unchanged`: the object was done already, and nothing of it was read. `partial`: the signal came; the receipt says where the
 * next attempt goes on.
 */
export interface Processed {
  readonly receipt: Receipt;
  readonly outcome: 'complete' | 'unchanged' | 'partial';
}

/** Attempts that may end at one record: a single one may have been short of time for reasons of its own. */
const MOST_ATTEMPTS = 3;

const FROM_THE_START = { record: 0, offset: 0, attempts: 0 };

/**
 * Takes one object to its receipt. Refused records and a damaged object end up in the receipt; throws `StoreError` when
 * the object cannot be opened or read, or an output cannot be written, and then leaves a receipt of the same settings as it was;
 * `StoppedError` when the signal came before there was anything to write down; and `StalledError` when stopping again and
 * again led nowhere.
 */
export async function processObject(ref: ObjectRef, deps: ProcessDeps): Promise<Processed> {
  const { store, settings, signal } = deps;
  const startedMs = deps.now();
  const object = await untilStopped(deps.source.open(ref), signal);
  try {
    const { info } = object;
    const digest = settingsDigest(settings);
    const blank = receiptOf({ info, settings, account: NOTHING_YET, resume: FROM_THE_START, startedMs, endedMs: startedMs });
    const { force = false } = deps;
    const earlier = await untilStopped(begin(store, { blank, force }), signal);
    if (!force && isDone(earlier.receipt, digest)) {
      return { receipt: await retire(store, earlier.receipt), outcome: 'unchanged' };
    }
    const stopped = isResumable(earlier.receipt, digest) ? earlier.receipt : undefined;
    const { account, objectFault, isWhole, beyond } = await runStages(object, stopped ? accountIn(stopped) : NOTHING_YET, deps);
    const attempts = stopped?.resume?.record === account.records ? stopped.resume.attempts + 1 : 1;
    const resume = isWhole ? undefined : { record: account.records, offset: account.bytesDecompressed, attempts };
    const receipt = receiptOf({ info, settings, account, objectFault, resume, startedMs, endedMs: deps.now() });
    const standing = await commit(store, { receipt, replaces: earlier, beyond, blank });
    if (standing.resume && attempts >= MOST_ATTEMPTS) throw new StalledError(ref, standing.resume.record, attempts);
    return { receipt: standing, outcome: standing.status };
  } finally {
    object.close();
  }
}
