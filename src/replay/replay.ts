/** Runs the rejects below a place of outputs through today's schemas. */
import { readReceiptKey } from '../output/naming.ts';
import type { RejectCode } from '../reject-codes.ts';
import { StoreError } from '../stores/port.ts';
import type { OutputEntry } from '../types.ts';
import { misplacement, readReceipt } from '../verify/receipt.ts';
import { type Found, type ObjectReplay, type ReplayDeps, replayOnce, UnsoundRejectsError } from './object.ts';
import { countOutcomes, type Outcome } from './outcome.ts';

export interface ReplaySummary extends Outcome {
  readonly dry_run: boolean;
  /** Receipts that were found. */
  readonly receipts: number;
  /** Objects whose rejects were looked at. */
  readonly objects: number;
  /** Objects of which something changed, or would. */
  readonly changed_objects: number;
  /** Objects whose receipt is partial or cannot be read. */
  readonly skipped_objects: number;
  readonly failed_objects: number;
  /** New outputs. */
  readonly outputs: readonly OutputEntry[];
  /** Present when the signal came before the last object. */
  readonly stopped?: true;
}

export interface ReplayOptions extends ReplayDeps {
  /** Ends the replay between two objects. */
  readonly signal?: AbortSignal;
  /** Told of each object that is skipped or failed, in one line. */
  readonly warn: (line: string) => void;
  /** Told of each object that was looked at, by the key of its receipt. */
  readonly onReplayed?: (key: string, outcome: Outcome) => void;
}

/** Somebody else may change a receipt this often while its object is replayed. */
const MOST_TRIES = 5;

/** Replays every object of a store, one after another. Throws a `StoreError` when the store cannot be listed. */
export async function replay(options: ReplayOptions): Promise<ReplaySummary> {
  const { store, signal, warn } = options;
  const counter = countOutcomes();
  const outputs: OutputEntry[] = [];
  const objects = { receipts: 0, objects: 0, changed_objects: 0, skipped_objects: 0, failed_objects: 0 };
  let stopped = false;
  for await (const { key } of store.list('receipts/')) {
    if (signal?.aborted) {
      stopped = true;
      break;
    }
    objects.receipts++;
    try {
      const result = await replayObject(key, options);
      if (result === undefined) continue;
      if ('skipped' in result) {
        objects.skipped_objects++;
        warn(`${key}: skipped, for ${result.skipped}`);
        continue;
      }
      objects.objects++;
      if (result.changed) objects.changed_objects++;
      counter.merge(result.outcome);
      options.onReplayed?.(key, result.outcome);
      outputs.push(...result.outputs);
    } catch (error) {
      if (!(error instanceof StoreError || error instanceof UnsoundRejectsError)) throw error;
      objects.failed_objects++;
      warn(error.message);
    }
  }
  return { dry_run: options.dryRun, ...objects, ...counter.outcome(), outputs, ...(stopped && { stopped }) };
}

interface Skipped {
  /** Why. */
  readonly skipped: string;
}

/** Starts over when somebody else changed the object meanwhile. Undefined when there is nothing to do. */
async function replayObject(key: string, deps: ReplayDeps): Promise<ObjectReplay | Skipped | undefined> {
  const stray = new Set<string>();
  for (let tries = 1; ; tries++) {
    const found = await find(key, deps);
    if (found === undefined || 'skipped' in found) return found;
    try {
      return await replayOnce(found, stray, deps);
    } catch (error) {
      if (!(error instanceof StoreError) || error.reason !== 'conflict' || tries === MOST_TRIES) throw error;
    }
  }
}

async function find(key: string, { store, isChosen }: ReplayDeps): Promise<Found | Skipped | undefined> {
  if (readReceiptKey(key) === undefined) return { skipped: 'it is not the name of a receipt' };
  const stored = await store.get(key);
  if (stored === undefined) return undefined;
  const { receipt, problems } = readReceipt(key, stored.body);
  const problem = receipt ? misplacement(key, receipt) : problems[0];
  if (receipt === undefined || problem) return { skipped: `${problem?.kind}: ${problem?.message}; see winnow verify` };
  if (receipt.status === 'partial') return { skipped: 'its object was not processed to the end; process it again first' };
  const hasChosen = Object.keys(receipt.counts.by_code).some((code) => isChosen(code as RejectCode));
  return hasChosen || receipt.retired ? { key, receipt, tag: stored.tag } : undefined;
}
