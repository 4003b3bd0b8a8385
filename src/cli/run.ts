/** `winnow run`: places in, events, rejects and receipts out. */
import { counted, number } from '../figures.ts';
import { admits } from '../intake/trigger/admit.ts';
import { createSums, type RunSummary, type Work } from '../output/summary.ts';
import { type ProcessDeps, type Processed, processObject } from '../process.ts';
import type { Settings } from '../settings.ts';
import { StalledError, StoppedError } from '../stop.ts';
import { type Listed, type Source, StoreError } from '../stores/port.ts';
import { createExample, type Example } from './example.ts';
import { nameOf } from './places.ts';
import { type PrepareOptions, prepare } from './prepare.ts';
import type { Observer } from './progress.ts';
import { EXIT_DONE, EXIT_FAILED } from './usage.ts';

export interface RunOptions extends PrepareOptions {
  /** Processes what was processed before under the same settings as well. */
  readonly force?: boolean;
  /** Whether the summary lists the outputs, for which memory grows with their number. */
  readonly listsOutputs?: boolean;
  readonly now: () => number;
  /** Called when everything is checked and the work begins. */
  readonly onBegin?: () => void;
  /** Told of each object that could not be processed, and of each place without any, in one line. */
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
  readonly work: Work;
  /** Objects that were being processed when the signal came. They count as failed in the summary. */
  readonly unfinished: number;
  /** Places that could not be listed to their end. Each counts as a failed object in the summary: nobody knows what else is there. */
  readonly unlisted: number;
  readonly example: Example | undefined;
  readonly exitStatus: number;
}

/** Processes every object of every place, one after another. Throws `UsageError` before anything is read or written. */
export async function run(options: RunOptions): Promise<RunResult> {
  const { settings, inputs, store, maxRejectRate } = await prepare(options);
  const { signal, warn, observer, now, dryRun, watch, listsOutputs = false } = options;
  options.onBegin?.();
  const startedMs = now();
  const sums = createSums({ maxKeys: settings.max_count_keys, listsOutputs });
  const example = createExample();
  /** By name, since a watched object may be done the next time. */
  const failed = new Set<string>();
  let unfinished = 0;
  let unlisted = 0;
  let unchanged = 0;
  /** Whether the signal came while there were objects left that nobody has begun. */
  let isCut = false;

  async function settle(ref: Listed, source: Source): Promise<void> {
    const name = nameOf(ref);
    observer?.begins(name);
    const deps = depsOf(options, { source, store, settings, onEvent: example.offer });
    const processed = await warned(warn, () => untilStopped(ref, deps));
    if (processed?.outcome !== 'partial') observer?.ended(processed?.receipt?.source.size ?? ref.bytes ?? 0);
    if (processed === undefined) return void failed.add(name);
    if (processed.outcome === 'partial') {
      const record = processed.receipt?.resume?.record ?? 0;
      if (!dryRun) warn(`${name}: stopped; the next run ${record > 0 ? `goes on at record ${record}` : 'starts it again'}`);
      unfinished++;
      return;
    }
    failed.delete(name);
    const { receipt, outcome } = processed;
    if (outcome === 'unchanged' && !sums.has(receipt.object_id)) unchanged++;
    // What a watched folder held before the session began is not counted.
    if (outcome !== 'unchanged' || !watch) sums.add(receipt, outcome === 'complete');
    options.onProcessed?.(processed);
    const { object_fault: fault } = receipt;
    if (fault !== undefined) warn(`${name}: ${fault}; see winnow explain ${fault}`);
  }

  if (observer && !watch) void survey(inputs, settings, observer, signal);
  for (const { place, source } of inputs) {
    const seen = { found: 0, taken: 0 };
    const listed = await warned(warn, async () => {
      for await (const ref of source.list()) {
        seen.found++;
        if (!admits(ref, settings)) continue;
        isCut = signal?.aborted ?? false;
        if (isCut) break;
        seen.taken++;
        await settle(ref, source);
      }
      return true;
    });
    if (isCut) break;
    if (listed === undefined) unlisted++;
    else if (seen.taken === 0 && !watch) warn(`${place}: ${whyNothing(seen.found)}`);
  }
  // Watching has no other end.
  if (watch) isCut = false;
  if (isCut) warn('stopped before the last object; the next run goes on from there');
  const summary = sums.summary(failed.size + unfinished + unlisted, now() - startedMs);
  const tooManyRejects = summary.rejected > maxRejectRate * summary.records;
  if (tooManyRejects)
    warn(`${number(summary.rejected)} of ${number(summary.records)} records were refused, more than --max-reject-rate allows`);
  return {
    summary,
    unchanged,
    work: sums.work(),
    unfinished,
    unlisted,
    example: example.best(),
    exitStatus: summary.failed_objects > 0 || isCut || tooManyRejects ? EXIT_FAILED : EXIT_DONE,
  };
}

function whyNothing(found: number): string {
  if (found === 0) return 'nothing was found there';
  return `${counted(found, 'object')} found there, and input_prefix and input_suffix let none through`;
}

/** What becomes of an object. It has no receipt when the signal came before there was anything to write down. */
async function untilStopped(ref: Listed, deps: ProcessDeps): Promise<Processed | { receipt?: undefined; outcome: 'partial' }> {
  try {
    return await processObject(ref, deps);
  } catch (error) {
    if (error instanceof StoppedError) return { outcome: 'partial' };
    throw error;
  }
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
  inputs: readonly { readonly source: Source }[],
  settings: Settings,
  observer: Observer,
  signal: AbortSignal | undefined,
): Promise<void> {
  try {
    for (const { source } of inputs) {
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
    if (!(error instanceof StoreError || error instanceof StalledError)) throw error;
    warn(error.message);
    return undefined;
  }
}
