/** What `winnow run` checks before anything is read or written. */
import { type GivenSetting, readSettings, type Settings } from '../settings.ts';
import { dryStore } from '../stores/dry.ts';
import { openSource, openStore, openWatched } from '../stores/open.ts';
import type { Source, Store } from '../stores/port.ts';
import type { S3Options } from '../stores/s3-place.ts';
import { holds, liesInOutputs } from './places.ts';
import { createChecks, UsageError } from './usage.ts';

export interface PrepareOptions extends S3Options {
  readonly places: readonly string[];
  readonly out: string;
  readonly given: readonly GivenSetting[];
  /** Does everything but write. */
  readonly dryRun?: boolean;
  /** Goes on with what comes or changes in the one folder given, until the signal comes. */
  readonly watch?: boolean;
  /** Ends the run where it can be taken up again. */
  readonly signal?: AbortSignal;
  /** Share of refused records, 0 to 1, above which a run counts as failed. */
  readonly maxRejectRate?: string;
}

/** A place that input comes from. */
export interface Input {
  readonly place: string;
  readonly source: Source;
}

export interface Prepared {
  readonly settings: Settings;
  readonly inputs: readonly Input[];
  readonly store: Store;
  readonly maxRejectRate: number;
}

/** How long nothing must have touched a file in a watched folder. */
const SETTLE_MS = 1000;

/** Checks everything that can be checked beforehand, and reports all of it at once, in a `UsageError`. */
export async function prepare(options: PrepareOptions): Promise<Prepared> {
  const { places, out, signal } = options;
  const { problems, check } = createChecks();
  const settings = await check(() => readSettings(options.given));
  const open = (place: string): Promise<Source> =>
    options.watch && signal ? openWatched(place, { settleMs: SETTLE_MS, signal }) : openSource(place, options);
  const inputs = await Promise.all(places.map((place) => check(async () => ({ place, source: await open(place) }))));
  const store = await check(() => openStore(out, options), '--out');
  const maxRejectRate = options.maxRejectRate === undefined ? 1 : readShare(options.maxRejectRate);
  if (!(maxRejectRate >= 0 && maxRejectRate <= 1)) problems.push('--max-reject-rate: must be a number from 0 to 1');
  if (options.watch && places.length > 1) problems.push('--watch: takes one folder; give no other place');
  if (places.filter((place) => place === '-').length > 1) problems.push('-: standard input can be read only once; give it once');
  for (const { place } of inputs.filter((input) => input !== undefined)) {
    if (store === undefined) break;
    if (holds(place, out))
      problems.push(`--out: ${out} lies within ${place}, so outputs would be read as input; give another place`);
    else if (liesInOutputs(place, out))
      problems.push(`--out: outputs of ${out} go into ${place}, so they would be read as input; give another place`);
  }
  if (problems.length > 0 || settings === undefined || store === undefined) throw new UsageError(problems);
  return {
    settings,
    inputs: inputs.filter((input) => input !== undefined),
    store: options.dryRun ? dryStore(store) : store,
    maxRejectRate,
  };
}

function readShare(text: string): number {
  return /^\d*\.?\d+$/.test(text) ? Number(text) : Number.NaN;
}
