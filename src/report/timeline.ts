/** When things happened: the finest steps of time that still fit into one picture. */
import { byName, type Columns, type Row, type Table } from './table.ts';

const STEPS = ['hour', 'day', 'month', 'year'] as const;
export type Step = (typeof STEPS)[number];

/** How much of `2026-11-22T13` names a step. */
const DIGITS: { readonly [step in Step]: number } = { hour: 13, day: 10, month: 7, year: 4 };
/** As many bars as a phone can still show. */
const MOST_BARS = 72;

export interface Timeline<C extends string> {
  readonly step: Step;
  /** In the order of time. Steps without anything are among them, unless there are too many of those. */
  readonly bars: readonly Row<C>[];
  readonly gapless: boolean;
  /** What has no time, or is outside of the bars. */
  readonly outside?: Columns<C>;
}

/**
 * Draws up a table whose names are hours (`2026-11-22T13`) or days (`2026-11-22`); other names count as no time. A day is never
 * split, so one of them makes days the finest step. Undefined when nothing has a time.
 */
export function timelineOf<C extends string>(table: Table<C>, columns: readonly C[]): Timeline<C> | undefined {
  const { rows, beyond } = table.all();
  const timed = rows.filter(({ name }) => isTime(name));
  const timeless = rows.filter(({ name }) => !isTime(name));
  if (timed.length === 0) return undefined;
  const finest = timed.some(({ name }) => name.length < DIGITS.hour) ? 'day' : 'hour';
  const steps = STEPS.slice(STEPS.indexOf(finest));
  const step = steps.find((candidate) => merge(timed, candidate, columns).length <= MOST_BARS) ?? 'year';
  const found = merge(timed, step, columns);
  const bars = found.slice(-MOST_BARS);
  const outside = [...timeless, ...(beyond ? [beyond] : []), ...found.slice(0, -MOST_BARS)];
  const filled = withGaps(bars, step, columns);
  return {
    step,
    bars: filled ?? bars,
    gapless: filled !== undefined,
    ...(outside.length > 0 && { outside: sum(outside, columns) }),
  };
}

function isTime(name: string): boolean {
  return /^\d{4}-\d\d-\d\d(?:T\d\d)?$/.test(name) && !Number.isNaN(Date.parse(name.slice(0, DIGITS.day)));
}

function merge<C extends string>(rows: readonly Row<C>[], step: Step, columns: readonly C[]): Row<C>[] {
  const groups = Map.groupBy(rows, ({ name }) => name.slice(0, DIGITS[step]));
  return [...groups].sort(([a], [b]) => byName(a, b)).map(([name, group]) => ({ name, ...sum(group, columns) }));
}

/** The bars with empty ones between them, or undefined when those would be too many. */
function withGaps<C extends string>(bars: readonly Row<C>[], step: Step, columns: readonly C[]): Row<C>[] | undefined {
  const byTime = new Map(bars.map((bar) => [bar.name, bar]));
  const last = bars.at(-1)?.name ?? '';
  const filled: Row<C>[] = [];
  for (let name = bars[0]?.name ?? ''; name <= last; name = after(name, step)) {
    if (filled.length === MOST_BARS) return undefined;
    filled.push(byTime.get(name) ?? { name, ...sum([], columns) });
  }
  return filled;
}

function after(name: string, step: Step): string {
  const [year = 0, month = 1, day = 1, hour = 0] = name.split(/[-T]/).map(Number);
  // Not Date.UTC, which takes the year 50 for 1950.
  const next = new Date(0);
  if (step === 'year') next.setUTCFullYear(year + 1, 0, 1);
  else if (step === 'month') next.setUTCFullYear(year, month, 1);
  else next.setUTCFullYear(year, month - 1, step === 'day' ? day + 1 : day);
  if (step === 'hour') next.setUTCHours(hour + 1);
  const time = next.toISOString();
  // A year of five digits sorts before all others, and nothing follows it that could be shown.
  return time.startsWith('+') ? '~' : time.slice(0, DIGITS[step]);
}

function sum<C extends string>(rows: readonly Columns<C>[], columns: readonly C[]): Columns<C> {
  const total = (column: C): number => rows.reduce((all, row) => all + row[column], 0);
  return Object.fromEntries(columns.map((column) => [column, total(column)])) as Columns<C>;
}
