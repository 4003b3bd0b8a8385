/** `winnow replay`: rejects in; events, and the rejects that stay, out. */
import { counted, number } from '../figures.ts';
import { REJECT_CODE_NAMES, type RejectCode } from '../reject-codes.ts';
import type { Outcome } from '../replay/outcome.ts';
import { type ReplaySummary, replay } from '../replay/replay.ts';
import { UNFIT, type Unfit } from '../replay/retrial.ts';
import { type GivenSetting, readSettings } from '../settings.ts';
import { openStore } from '../stores/open.ts';
import { StoreError } from '../stores/port.ts';
import type { S3Options } from '../stores/s3-place.ts';
import type { Counts } from '../types.ts';
import { codesUnder, hintFor } from './explain.ts';
import type { Observer } from './progress.ts';
import { createChecks, EXIT_DONE, EXIT_FAILED, UsageError } from './usage.ts';
import { labelled, wrapped } from './words.ts';

export interface ReplayCommand extends S3Options {
  readonly out: string;
  /** Codes or what codes begin with, several in one text separated by commas. None stands for all. */
  readonly codes: readonly string[];
  readonly dryRun: boolean;
  readonly given: readonly GivenSetting[];
  /** Ends the replay between two objects. */
  readonly signal?: AbortSignal;
  readonly warn: (line: string) => void;
  /** Told how far the work is: what it reads are rejects. */
  readonly observer?: Observer;
}

export interface ReplayResult {
  /** Undefined when the place could not even be listed, which was warned of. */
  readonly summary: ReplaySummary | undefined;
  readonly exitStatus: number;
}

/** Replays the rejects below a place. Throws `UsageError` when a place, a code or a setting is wrong, or nothing is there. */
export async function runReplay(command: ReplayCommand): Promise<ReplayResult> {
  const { out, dryRun, signal, warn, observer } = command;
  const { problems, check } = createChecks();
  const settings = await check(() => readSettings(command.given));
  const store = await check(() => openStore(out, command));
  const { chosen, unknown } = chooseCodes(command.codes);
  problems.push(...unknown);
  if (problems.length > 0 || settings === undefined || store === undefined) throw new UsageError(problems);
  try {
    const isChosen = (code: RejectCode): boolean => chosen.has(code);
    const onReplayed = observer && ((key: string, outcome: Outcome): void => tell(observer, key, outcome));
    const summary = await replay({
      ...{ store, settings, isChosen, dryRun, warn },
      ...(signal && { signal }),
      ...(onReplayed && { onReplayed }),
    });
    if (summary.receipts === 0 && !summary.stopped) throw new UsageError([`${out}: holds no receipts of winnow run`]);
    if (summary.stopped) warn('stopped between two objects; the next replay goes on from there');
    return { summary, exitStatus: summary.failed_objects > 0 || summary.stopped ? EXIT_FAILED : EXIT_DONE };
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    warn(error.message);
    return { summary: undefined, exitStatus: EXIT_FAILED };
  }
}

function tell(observer: Observer, key: string, { rejects, passed }: Outcome): void {
  observer.begins(key);
  observer.reached({ records: rejects, rejected: rejects - passed });
  observer.ended(0);
}

/** The codes that are named, or begin with what is named; all of them when nothing is. */
function chooseCodes(given: readonly string[]): {
  readonly chosen: ReadonlySet<RejectCode>;
  readonly unknown: readonly string[];
} {
  const names = given.flatMap((text) => text.split(',')).map((name) => name.trim());
  const unknown: string[] = [];
  const chosen = names.flatMap((name) => {
    const codes = codesUnder(name);
    if (codes.length === 0) unknown.push(`--code: ${name}: no such reject code; ${hintFor(name)}`);
    return codes;
  });
  return { chosen: new Set(names.length === 0 ? REJECT_CODE_NAMES : chosen), unknown };
}

/** The outcome as text: the sums, then a line for each code, then what to do about rejects that cannot be judged again. */
export function describeReplay(summary: ReplaySummary, out: string): string {
  const { rejects, passed, refused, unfit, changed_objects: changed, objects } = summary;
  const law = `${number(passed)} passed + ${number(refused)} refused again + ${number(unfit)} that cannot be judged again`;
  const rows = Object.entries(summary.by_code);
  const width = Math.max(0, ...rows.map(([code]) => code.length));
  const reasons = new Set(rows.flatMap(([, outcome]) => Object.keys(outcome.unfit) as Unfit[]));
  return [
    wrapped(`${counted(rejects, 'reject')} of ${counted(objects, 'object')} = ${law}`),
    wrapped(
      summary.dry_run
        ? `${counted(changed, 'object')} would change; nothing was written to ${out}`
        : `${counted(changed, 'object')} changed in ${out}`,
    ),
    ...(summary.skipped_objects > 0 ? [`${counted(summary.skipped_objects, 'receipt')} skipped`] : []),
    ...(summary.failed_objects > 0 ? [`${counted(summary.failed_objects, 'object')} failed`] : []),
    ...(rows.length > 0 ? [''] : []),
    ...rows.map(([code, outcome]) => {
      const again = sum(outcome.refused);
      const facts = [
        `${number(outcome.passed + again)} tried, ${number(outcome.passed)} passed`,
        ...(again > 0 ? [`refused as ${list(outcome.refused)}`] : []),
        ...(sum(outcome.unfit) > 0 ? [`not tried: ${list(outcome.unfit)}`] : []),
      ];
      return labelled(`  ${code}`, facts.join('; '), width + 4);
    }),
    ...(reasons.size > 0 ? [''] : []),
    ...[...reasons].map((why) => labelled(`  ${why}: `, UNFIT[why], why.length + 4)),
    '',
  ].join('\n');
}

function sum(counts: Counts): number {
  return Object.values(counts).reduce((all, more) => all + more, 0);
}

function list(counts: Counts): string {
  return Object.entries(counts)
    .map(([name, times]) => `${name} ${number(times)}`)
    .join(', ');
}
