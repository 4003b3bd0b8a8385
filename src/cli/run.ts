/** `winnow run`: batches in; events, rejects and receipts out. */
import { isAbsolute, relative, resolve } from 'node:path';
import { admits } from '../intake/trigger/admit.ts';
import { type RunSummary, summarize } from '../output/summary.ts';
import { processObject } from '../process.ts';
import { type GivenSetting, readSettings, type Settings } from '../settings.ts';
import { StalledError, StoppedError } from '../stop.ts';
import { openSource, openStore } from '../stores/open.ts';
import { type Source, type Store, StoreError } from '../stores/port.ts';
import type { Receipt } from '../types.ts';
import { createExample, type Example } from './example.ts';
import { createChecks, EXIT_DONE, EXIT_FAILED, UsageError } from './usage.ts';

export interface RunOptions {
  readonly places: readonly string[];
  readonly out: string;
  readonly given: readonly GivenSetting[];
  readonly endpoint?: string;
  readonly region?: string;
  /** Processes what was processed before under the same settings as well. */
  readonly force?: boolean;
  /** Ends the run where it can be taken up again. */
  readonly signal?: AbortSignal;
  /** Share of refused records, 0 to 1, above which a run counts as failed. */
  readonly maxRejectRate?: string;
  readonly now: () => number;
  /** Told of each object that could not be processed, in one line. */
  readonly warn: (line: string) => void;
}

export interface RunResult {
  readonly summary: RunSummary;
  /** Objects that were done before under the same settings and were not read again. */
  readonly unchanged: number;
  readonly example: Example | undefined;
  readonly exitStatus: number;
}

/** Processes every object of every place, one after another. Throws `UsageError` before anything is read or written. */
export async function run(options: RunOptions): Promise<RunResult> {
  const { settings, sources, store, maxRejectRate } = await prepare(options);
  const startedMs = options.now();
  const receipts: Receipt[] = [];
  const example = createExample();
  let unread = 0;
  let unchanged = 0;
  for (const source of sources) {
    const { force, signal } = options;
    const deps = { source, store, settings, now: options.now, ...(force && { force }), signal, onEvent: example.offer };
    const listed = await warned(options.warn, async () => {
      for await (const ref of source.list()) {
        if (!admits(ref, settings)) continue;
        if (signal?.aborted) break;
        const processed = await warned(options.warn, () => processObject(ref, deps));
        if (processed?.outcome === 'partial') options.warn(`${ref.bucket}/${ref.key}: stopped; the next run goes on from there`);
        if (processed === undefined || processed.outcome === 'partial') {
          unread++;
          continue;
        }
        const { receipt, outcome } = processed;
        receipts.push(receipt);
        if (outcome === 'unchanged') unchanged++;
        const { object_fault: fault } = receipt;
        if (fault !== undefined) options.warn(`${ref.bucket}/${ref.key}: ${fault}; see winnow explain ${fault}`);
      }
      return true;
    });
    // What could not be listed counts as one object, so that the run fails: nobody knows what else is there.
    if (listed === undefined) unread++;
  }
  const summary = summarize(receipts, unread, options.now() - startedMs);
  const tooManyRejects = summary.rejected > maxRejectRate * summary.records;
  if (tooManyRejects)
    options.warn(`${summary.rejected} of ${summary.records} records were refused, more than --max-reject-rate allows`);
  return {
    summary,
    unchanged,
    example: example.best(),
    exitStatus: summary.failed_objects > 0 || tooManyRejects ? EXIT_FAILED : EXIT_DONE,
  };
}

/** What `work` gives, or undefined when a store failed it, which is then told in one line. */
async function warned<T>(warn: (line: string) => void, work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof StoreError || error instanceof StalledError || error instanceof StoppedError)) throw error;
    warn(error.message);
    return undefined;
  }
}

interface Prepared {
  readonly settings: Settings;
  readonly sources: readonly Source[];
  readonly store: Store;
  readonly maxRejectRate: number;
}

/** Checks everything that can be checked beforehand, and reports all of it at once. */
async function prepare(options: RunOptions): Promise<Prepared> {
  const { problems, check } = createChecks();
  const s3Options = {
    ...(options.endpoint && { endpoint: options.endpoint }),
    ...(options.region && { region: options.region }),
  };
  const settings = await check(() => readSettings(options.given));
  const sources = await Promise.all(options.places.map((place) => check(() => openSource(place, s3Options))));
  const store = await check(() => openStore(options.out, s3Options));
  const maxRejectRate = options.maxRejectRate === undefined ? 1 : readShare(options.maxRejectRate);
  if (!(maxRejectRate >= 0 && maxRejectRate <= 1)) problems.push('--max-reject-rate: must be a number from 0 to 1');
  for (const place of options.places) {
    if (holds(place, options.out)) problems.push(`--out: ${options.out} lies within ${place}, so outputs would be read as input`);
  }
  if (problems.length > 0 || settings === undefined || store === undefined) throw new UsageError(problems);
  return { settings, sources: sources.filter((source) => source !== undefined), store, maxRejectRate };
}

function readShare(text: string): number {
  return /^\d*\.?\d+$/.test(text) ? Number(text) : Number.NaN;
}

/** Whether a place holds the place of outputs. */
export function holds(place: string, out: string): boolean {
  if (place.includes('://') || out.includes('://')) return out.startsWith(`${place.replace(/\/$/, '')}/`) || out === place;
  const path = relative(resolve(place), resolve(out));
  return path === '' || !(path.startsWith('..') || isAbsolute(path));
}
