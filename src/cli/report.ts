/** `winnow report`: what happened at a place of outputs, as a page, as JSON or in a few lines. */
import { createRedactor } from '../redact/redact.ts';
import { reportPage } from '../report/page/page.ts';
import { isEmpty, type Reached, type Report, report } from '../report/report.ts';
import { isDay } from '../rfc3339.ts';
import { type GivenSetting, readSettings } from '../settings.ts';
import { openStore } from '../stores/open.ts';
import { StoreError } from '../stores/port.ts';
import { isS3Uri, parseS3Uri, refuseNoPlace, type S3Options } from '../stores/s3-place.ts';
import type { Observer } from './progress.ts';
import { createChecks, EXIT_DONE, EXIT_FAILED, UsageError } from './usage.ts';
import { tell } from './verify.ts';

export interface ReportCommand extends S3Options {
  readonly out: string;
  /** File or s3:// object to write the page to. */
  readonly html?: string;
  readonly verify: boolean;
  /** Whether originals of rejects may be shown, their secrets masked. */
  readonly examples: boolean;
  /** About how many events, and how many rejects, to look at. */
  readonly sample: string;
  /** Only what arrived on this day. */
  readonly day?: string;
  /** Only `redact_patterns` counts. */
  readonly given: readonly GivenSetting[];
  readonly warn: (line: string) => void;
  /** Told how far the work is. */
  readonly observer?: Observer;
}

export interface ReportResult {
  /** Undefined when the place could not be read or the page not be written, which was warned of. */
  readonly report: Report | undefined;
  readonly exitStatus: number;
}

/** Reports on a place, and writes the page when one is asked for. Throws `UsageError` when there is nothing to report on. */
export async function runReport(command: ReportCommand): Promise<ReportResult> {
  const { out, html, day, warn, observer } = command;
  const { problems, check } = createChecks();
  const settings = await check(() => readSettings(command.given));
  const store = await check(() => openStore(out, command));
  const page = html === undefined ? undefined : await check(() => openPage(html, command), '--html');
  const sample = /^\d{1,12}$/.test(command.sample) ? Number(command.sample) : undefined;
  if (sample === undefined) problems.push('--sample: must be a whole number');
  if (day !== undefined && !isDay(day)) problems.push('--day: must be a day, such as 2026-11-22');
  if (problems.length > 0 || settings === undefined || store === undefined || sample === undefined)
    throw new UsageError(problems);
  const redact = createRedactor(settings.redact_patterns);
  const mask = (text: string): string => redact(text).text;
  try {
    const found = await report(out, store, {
      ...{ verify: command.verify, sample, day, reached: reachedBy(command) },
      ...(command.examples && { mask }),
      ...(observer && { onReceipt: (receipt) => tell(observer, receipt) }),
    });
    if (isEmpty(found))
      throw new UsageError([
        `${out}: holds no receipts and no outputs of winnow run${day === undefined ? '' : ` for what arrived on ${day}`}`,
      ]);
    await page?.write(reportPage(found));
    return { report: found, exitStatus: found.balance.ok ? EXIT_DONE : EXIT_FAILED };
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    warn(error.message);
    return { report: undefined, exitStatus: EXIT_FAILED };
  }
}

/** Nothing when the command line said nothing. */
function reachedBy({ endpoint, region }: S3Options): Reached | undefined {
  if (endpoint === undefined && region === undefined) return undefined;
  return { ...(endpoint !== undefined && { endpoint }), ...(region !== undefined && { region }) };
}

/** The page is an object like any other: written whole or not at all, into a folder or a bucket. */
async function openPage(place: string, options: S3Options): Promise<{ write(text: string): Promise<void> }> {
  refuseNoPlace(place);
  const cut = place.lastIndexOf('/');
  // The first two slashes of s3://bucket are not those of a folder.
  const key = isS3Uri(place) && parseS3Uri(place).prefix === '' ? '' : place.slice(cut + 1);
  if (key === '') throw new UsageError([`--html: ${place} names a folder; name a file in it`]);
  const folder = cut === -1 ? '.' : place.slice(0, Math.max(cut, 1));
  const store = await openStore(folder, options);
  return { write: (text) => store.put(key, [Buffer.from(text)]) };
}
