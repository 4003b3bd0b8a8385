/** The report in a few lines, for a terminal. */
import { number, things } from './page/format.ts';
import type { Report } from './report.ts';
import { visible } from './visible.ts';

const MOST_ROWS = 10;

/** Lines: the law, what is wrong, what was refused, and what drifted. */
export function reportText({ place, day, balance, receipts }: Report): string[] {
  const { totals, by_code: codes, drift } = receipts;
  const about = day === undefined ? place : `${place}, what arrived on ${day}`;
  const kinds = Object.entries(balance.by_kind).map(([name, count]) => ({ name, count }));
  return [
    `${things(totals.objects, 'object')}, ${things(totals.records, 'record')} = ${number(totals.valid)} valid + ${number(totals.rejected)} rejected`,
    ...list('found', kinds),
    ...list('rejected (winnow explain <code>)', codes.rows),
    ...list('drift: kept under extra', drift.rows),
    '',
    `${about}: ${balance.ok ? 'balanced' : 'does not balance, see winnow verify'}`,
  ];
}

function list(title: string, rows: readonly { readonly name: string; readonly count: number }[]): string[] {
  if (rows.length === 0) return [];
  const shown = rows.slice(0, MOST_ROWS).map(({ name, count }) => ({ name: visible(name), count }));
  const width = Math.max(...shown.map(({ name }) => name.length));
  const more = rows.length - shown.length;
  return [
    '',
    title,
    ...shown.map(({ name, count }) => `  ${name.padEnd(width)}  ${number(count).padStart(8)}`),
    ...(more > 0 ? [`  and ${more} more (--html and --json have them)`] : []),
  ];
}
