/** `winnow run`: places in, events, rejects and receipts out. */
import { admits } from '../intake/trigger/admit.ts';
import { createSums, type RunSummary } from '../output/summary.ts';
import { type ProcessDeps, type Processed, processObject } from '../process.ts';
import { type GivenSetting, readSettings, type Settings } from '../settings.ts';
import { StalledError, StoppedError } from '../stop.ts';
import { dryStore } from '../stores/dry.ts';
import { openSource, openStore, openWatched } from '../stores/open.ts';
import { type Listed, type Source, type Store, StoreError } from '../stores/port.ts';
import type { Counts, ObjectRef } from '../types.ts';
import { createExample, type Example } from './example.ts';
import { holds, liesInOutputs } from './places.ts';
import type { Observer } from './progress.ts';
import { createChecks, EXIT_DONE, EXIT_FAILED, UsageError } from './usage.ts';
import { number } from './words.ts';

export interface RunOptions {
  readonly places: readonly string[];
  readonly out: string;
  readonly given: readonly GivenSetting[];
  readonly endpoint?: string;
  readonly region?: string;
  /** Processes what was processed before under the same settings as well. */
  readonly force?: boolean;
  /** Does everything but write. */
  readonly dryRun?: boolean;
  /** Goes on with what comes or changes in the one folder given, until the signal comes. */
  readonly watch?: boolean;
  /** Ends the run where it can be taken up again. */
  readonly signal?: AbortSignal;
  /** Share of refused records, 0 to 1, above which a run counts as failed. */
  readonly maxRejectRate?: string;
  /** Whether the summary lists the outputs, for which memory grows with their number. */
  readonly listsOutputs?: boolean;
  readonly now: () => number;
  /** Told of each object that could not be processed, in one line. */
  readonly warn: (line: string) => void;
  /** Told how far the run is. */
  readonly observer?: Observer;
  /** Told what became of each object. */
  readonly onProcessed?: (processed: Processed) => void;
}

export interface RunResult {
  readonly summary: RunSummary;
  /** Objects that were done before under the same settings and were not read again. */
  readonly unchanged: number;
  /** Output files by their folder. */
  readonly files: Counts;
  readonly example: Example | undefined;
  readonly exitStatus: number;
}

/** Processes every object of every place, one after another. Throws `UsageError` before anything is read or written. */
export async function run(options: RunOptions): Promise<RunResult> {
  const { settings, sources, store, maxRejectRate } = await prepare(options);
  const { signal, warn, observer, now, listsOutputs = false } = options;
  const startedMs = now();
  const sums = createSums({ maxKeys: settings.max_count_keys, listsOutputs });
  const example = createExample();
  /** Objects that are not done, and places that could not be listed: by name, since a watched one may be done the next time. */
  const failed = new Set<string>();
  let unchanged = 0;
  /** Whether the signal came while there were objects left that nobody has begun. */
  let isCut = false;

  async function settle(ref: Listed, source: Source): Promise<void> {
    const name = nameOf(ref);
    observer?.begins(name);
    const deps = depsOf(options, { source, store, settings, onEvent: example.offer });
    const processed = await warned(warn, () => processObject(ref, deps));
    observer?.ended(processed?.receipt.source.size ?? ref.bytes ?? 0);
    if (processed === undefined || processed.outcome === 'partial') {
      if (processed && !options.dryRun) warn(`${name}: stopped; the next run goes on from there`);
      failed.add(name);
      return;
    }
    failed.delete(name);
    const { receipt, outcome } = processed;
    if (outcome === 'unchanged' && !sums.has(receipt.object_id)) unchanged++;
    // What a watched folder held before the session began is not counted.
    if (outcome !== 'unchanged' || !options.watch) sums.add(receipt);
    options.onProcessed?.(processed);
    const { object_fault: fault } = receipt;
    if (fault !== undefined) warn(`${name}: ${fault}; see winnow explain ${fault}`);
  }

  if (observer && !options.watch) void survey(sources, settings, observer, signal);
  for (const [index, source] of sources.entries()) {
    const listed = await warned(warn, async () => {
      for await (const ref of source.list()) {
        if (!admits(ref, settings)) continue;
        isCut = signal?.aborted ?? false;
        if (isCut) break;
        await settle(ref, source);
      }
      return true;
    });
    // What could not be listed counts as one object, so that the run fails: nobody knows what else is there.
    if (listed === undefined) failed.add(`place ${index}`);
    if (isCut) break;
  }
  // Watching has no other end.
  if (options.watch) isCut = false;
  if (isCut) warn('stopped before the last object; the next run goes on from there');
  const summary = sums.summary(failed.size, now() - startedMs);
  const tooManyRejects = summary.rejected > maxRejectRate * summary.records;
  if (tooManyRejects)
    warn(`${number(summary.rejected)} of ${number(summary.records)} records were refused, more than --max-reject-rate allows`);
  return {
    summary,
    unchanged,
    files: sums.files(),
    example: example.best(),
    exitStatus: summary.failed_objects > 0 || isCut || tooManyRejects ? EXIT_FAILED : EXIT_DONE,
  };
}

/** An object's name for people. */
export function nameOf({ bucket, key }: ObjectRef): string {
  return `${bucket}/${key}`;
}

function depsOf(
  { force, signal, observer, now }: RunOptions,
  { source, ...deps }: Pick<ProcessDeps, 'source' | 'store' | 'settings' | 'onEvent'>,
): ProcessDeps {
  return {
    ...deps,
    source: observer ? metered(source, observer) : source,
    now,
    signal,
    ...(force && { force }),
    ...(observer && { onProgress: observer.reached }),
  };
}

/** The source, telling how many bytes of an object were read. */
function metered(source: Source, observer: Observer): Source {
  return {
    list: source.list,
    open: async (ref) => {
      const object = await source.open(ref);
      return {
        ...object,
        async *read() {
          for await (const chunk of object.read()) {
            observer.read(chunk.length);
            yield chunk;
          }
        },
      };
    },
  };
}

/** Finds out how much there is while the first of it is being processed. */
async function survey(
  sources: readonly Source[],
  settings: Settings,
  observer: Observer,
  signal: AbortSignal | undefined,
): Promise<void> {
  try {
    for (const source of sources) {
      for await (const ref of source.list()) {
        if (signal?.aborted) return;
        if (admits(ref, settings)) observer.found(ref.bytes);
      }
    }
    observer.foundAll();
  } catch {
    // Then nobody knows how much there is. The run lists the same places and tells what is wrong with them.
  }
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

/** How long nothing must have touched a file in a watched folder. */
const SETTLE_MS = 1000;

/** Checks everything that can be checked beforehand, and reports all of it at once. */
async function prepare(options: RunOptions): Promise<Prepared> {
  const { places, out, signal } = options;
  const { problems, check } = createChecks();
  const s3Options = {
    ...(options.endpoint && { endpoint: options.endpoint }),
    ...(options.region && { region: options.region }),
  };
  const settings = await check(() => readSettings(options.given));
  const open = (place: string): Promise<Source> =>
    options.watch && signal
      ? openWatched(place, { settleMs: SETTLE_MS, signal })
      : openSource(place, { ...s3Options, ...(signal && { signal }) });
  const sources = await Promise.all(places.map((place) => check(() => open(place))));
  const store = await check(() => openStore(out, s3Options));
  const maxRejectRate = options.maxRejectRate === undefined ? 1 : readShare(options.maxRejectRate);
  if (!(maxRejectRate >= 0 && maxRejectRate <= 1)) problems.push('--max-reject-rate: must be a number from 0 to 1');
  if (options.watch && places.length > 1) problems.push('--watch: takes one folder');
  if (places.filter((place) => place === '-').length > 1) problems.push('-: standard input can be read only once');
  for (const place of places) {
    if (holds(place, out)) problems.push(`--out: ${out} lies within ${place}, so outputs would be read as input`);
    else if (liesInOutputs(place, out)) problems.push(`--out: outputs would go into ${place}, and be read as input`);
  }
  if (problems.length > 0 || settings === undefined || store === undefined) throw new UsageError(problems);
  return {
    settings,
    sources: sources.filter((source) => source !== undefined),
    store: options.dryRun ? dryStore(store) : store,
    maxRejectRate,
  };
}

function readShare(text: string): number {
  return /^\d*\.?\d+$/.test(text) ? Number(text) : Number.NaN;
}
