/** The report in a few lines, for a terminal. */
import { counted, number, size } from '../figures.ts';
import type { Report } from '../report/report.ts';
import { table } from './summary.ts';
import { coloured, printable, wrapped } from './words.ts';

/** The law, what is wrong, what was refused, and what drifted. */
export function reportText({ place, day, balance, receipts }: Report): string {
  const { totals, files, by_code: codes, drift } = receipts;
  const { records, valid, rejected } = totals;
  const about = day === undefined ? place : `${place}, what arrived on ${day}`;
  const written = counted(files.event_files + files.reject_files, 'file');
  const drifted = drift.rows.map(({ name, count }) => [name, count] as const);
  const verdict = balance.ok ? coloured('balanced', 'green') : coloured('does not balance, see winnow verify', 'red');
  const lines = [
    `${counted(totals.objects, 'object')}, ${counted(records, 'record')} = ${number(valid)} valid + ${number(rejected)} rejected`,
    `${size(totals.bytes_in)} read, ${size(totals.bytes_out)} written in ${written}`,
    ...table('found', balance.by_kind),
    ...table('rejected (winnow explain <code>)', Object.fromEntries(codes.rows.map((row) => [row.name, row.count])), records),
    ...table('drift: kept under extra', Object.fromEntries(drifted), undefined, drift.more),
    '',
    `${printable(about)}: ${verdict}`,
  ];
  return `${lines.map((line) => wrapped(line)).join('\n')}\n`;
}
