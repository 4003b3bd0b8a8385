/** The report of one day: which one is asked for, and what is told of it. */
import { isObject } from '../json.ts';
import type { Report } from '../report/report.ts';
import { epochMs, isDay } from '../rfc3339.ts';

const DAY_MS = 86_400_000;

/**
 * The day that an event asks for, `YYYY-MM-DD` in UTC: `{"day": "2026-11-21"}` names it, and a schedule of EventBridge, which has the
 * `time` at which it rang, means the day before. Throws an `Error` that says what an event must have.
 */
export function dayWanted(event: unknown): string {
  const { day, time } = isObject(event) ? event : {};
  if (day !== undefined) {
    if (typeof day === 'string' && isDay(day)) return day;
    throw new Error('event.day must be a day, such as "2026-11-22"');
  }
  const rangMs = typeof time === 'string' ? epochMs(time) : Number.NaN;
  if (Number.isNaN(rangMs)) throw new Error('event must have a day, like {"day": "2026-11-22"}, or the time of a schedule');
  return new Date(rangMs - DAY_MS).toISOString().slice(0, 10);
}

/** Where the page of a day goes, below the place of outputs. */
export function dailyKey(day: string): string {
  return `reports/${day}.html`;
}

/** The one metric of these reports: what does not balance on a day. */
export const PROBLEMS_METRIC = 'problems';

/** What the log and the answer say of a report. */
export interface DailyAccount {
  readonly day: string;
  readonly ok: boolean;
  readonly problems: number;
  readonly objects: number;
  readonly records: number;
  readonly valid: number;
  readonly rejected: number;
}

export function accountOf(day: string, { balance, receipts }: Report): DailyAccount {
  const { ok, problems } = balance;
  const { objects, records, valid, rejected } = receipts.totals;
  return { day, ok, problems, objects, records, valid, rejected };
}
