/**
 * What happened at a place of outputs, in aggregates alone: bounded in memory and in length, however much there is. The same
 * outputs give the same report, but for what receipts say of how long things took.
 */
import type { Store } from '../stores/port.ts';
import type { Counts, Receipt } from '../types.ts';
import type { Problem } from '../verify/problems.ts';
import { verify } from '../verify/verify.ts';
import { createEventsFold, type FromEvents } from './events.ts';
import { type Looked, readLines } from './read.ts';
import { createReceiptsFold, type FromReceipts } from './receipts.ts';
import { createRejectsFold, type FromRejects } from './rejects.ts';
import { createChoice } from './sample.ts';
import { byName } from './table.ts';

export interface ReportOptions {
  /** Reads every output from its first byte to its last, as `winnow verify` does. */
  readonly verify: boolean;
  /** About how many events, and how many rejects, to look at. */
  readonly sample: number;
  /** Only batches that arrived on this day, `YYYY-MM-DD`. */
  readonly day?: string | undefined;
  /** Takes the secrets out of the examples of rejects; without it there are none. */
  readonly mask?: ((text: string) => string) | undefined;
  /** How the place was reached, for commands about it. */
  readonly reached?: Reached | undefined;
  /** Told of each receipt that is read. */
  readonly onReceipt?: ((receipt: Receipt) => void) | undefined;
}

/** What the command line said of S3. */
export interface Reached {
  readonly endpoint?: string;
  readonly region?: string;
}

export interface Balance {
  readonly ok: boolean;
  /** `receipts`: held against themselves and against the list of outputs. `everything`: as `winnow verify` does. */
  readonly checked: 'receipts' | 'everything';
  readonly problems: number;
  readonly notes: number;
  readonly by_kind: Counts;
  /** The first few problems. */
  readonly examples: readonly Problem[];
}

/** How much of the outputs was looked at. */
export interface Sampled extends Looked {
  /** All there is. */
  readonly of_outputs: number;
  readonly of_lines: number;
}

export interface Report {
  /** The place that was reported on, as it was given. */
  readonly place: string;
  readonly reached?: Reached;
  /** The one day that it is about. */
  readonly day?: string;
  readonly balance: Balance;
  readonly receipts: FromReceipts;
  readonly events: FromEvents & { readonly sampled: Sampled };
  readonly rejects: FromRejects & { readonly sampled: Sampled };
}

const MOST_PROBLEMS = 50;

/** Throws a `StoreError` when the place cannot be listed. */
export async function report(place: string, store: Store, options: ReportOptions): Promise<Report> {
  const receipts = createReceiptsFold();
  const [eventFiles, rejectFiles] = [createChoice(options.sample), createChoice(options.sample)];
  const verdict = await verify(store, [], {
    ...(!options.verify && { depth: 'receipts' }),
    day: options.day,
    onReceipt: (receipt) => {
      receipts.add(receipt);
      if (receipt.status === 'complete') offerOutputs(receipt);
      options.onReceipt?.(receipt);
    },
  });

  function offerOutputs({ outputs, source }: Receipt): void {
    for (const { key, records } of outputs) {
      const choice = key.startsWith('rejects/') ? rejectFiles : eventFiles;
      if (isLines(key)) choice.offer({ key, records, arrived: source.last_modified });
    }
  }

  const fromReceipts = receipts.result();
  const events = createEventsFold();
  const rejects = createRejectsFold(options.mask);
  const { totals, files } = fromReceipts;
  const [ofEvents, ofRejects] = await Promise.all([
    readLines(store, eventFiles.chosen(), events.add),
    readLines(store, rejectFiles.chosen(), rejects.add),
  ]);
  return {
    place,
    ...(options.reached && { reached: options.reached }),
    ...(options.day !== undefined && { day: options.day }),
    balance: balanceOf(verdict, options),
    receipts: fromReceipts,
    events: { sampled: { ...ofEvents, of_outputs: files.event_files, of_lines: totals.valid }, ...events.result() },
    rejects: { sampled: { ...ofRejects, of_outputs: files.reject_files, of_lines: totals.rejected }, ...rejects.result() },
  };
}

/** Whether there was nothing of Winnow's to report on. */
export function isEmpty({ balance, receipts }: Report): boolean {
  return receipts.totals.objects + balance.problems + balance.notes === 0;
}

/** Other formats are not looked into. */
function isLines(key: string): boolean {
  return /\.ndjson(?:\.[a-z]+)?$/.test(key);
}

function balanceOf(
  { ok, problems, notes }: { readonly ok: boolean; readonly problems: readonly Problem[]; readonly notes: readonly Problem[] },
  options: ReportOptions,
): Balance {
  const kinds = Map.groupBy([...problems, ...notes], ({ kind }) => kind);
  return {
    ok,
    checked: options.verify ? 'everything' : 'receipts',
    problems: problems.length,
    notes: notes.length,
    by_kind: Object.fromEntries([...kinds].sort(([a], [b]) => byName(a, b)).map(([kind, found]) => [kind, found.length])),
    examples: [...problems, ...notes].slice(0, MOST_PROBLEMS),
  };
}
