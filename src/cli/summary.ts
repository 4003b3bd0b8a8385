/** The end of a run, for people. */
import { CATEGORY_SLUGS, categoryOf, isCustomEvent } from '../event-types.ts';
import { addCounts, type RunSummary } from '../output/summary.ts';
import type { Counts } from '../types.ts';
import type { Example } from './example.ts';

const MOST_ROWS = 12;

/** The summary as text: the law first, then what came in by category, what was refused, what drifted, what was written. `unchanged` objects were not read again. */
export function describe(summary: RunSummary, unchanged: number, out: string): string {
  const { objects, records, valid, rejected, failed_objects: failed, bytes_in: bytesIn, bytes_out: bytesOut } = summary;
  const lines = [
    `${count(objects, 'object')}, ${count(records, 'record')} = ${valid} valid + ${rejected} rejected, in ${(summary.duration_ms / 1000).toFixed(1)} s`,
    `${size(bytesIn)} read, ${size(bytesOut)} written to ${out} in ${count(summary.outputs.length, 'file')}`,
    ...(failed > 0 ? [`${count(failed, 'object')} failed`] : []),
    ...(unchanged > 0 ? [`${count(unchanged, 'object')} done before and not read again (--force does)`] : []),
    ...table('events', byCategory(summary.by_event)),
    ...table('generations', summary.by_generation),
    ...table('rejected (winnow explain <code>)', summary.by_code),
    ...table(
      'drift: kept under extra',
      Object.fromEntries(Object.entries(summary.drift).map(([pointer, { count }]) => [pointer, count])),
    ),
  ];
  return `${lines.join('\n')}\n`;
}

/** An event as it came and as it went out. */
export function describeExample({ before, after }: Example): string {
  return `\nOne event, before:\n\n${before}\n\nand after:\n\n${pretty(after)}\n`;
}

function byCategory(byEvent: Counts): Counts {
  return addCounts(
    Object.entries(byEvent).map(([name, count]) => ({
      [isCustomEvent(name) ? 'agent_event' : CATEGORY_SLUGS[categoryOf(name)]]: count,
    })),
  );
}

function table(title: string, rows: Counts): string[] {
  const entries = Object.entries(rows);
  if (entries.length === 0) return [];
  const shown = entries.sort(([, a], [, b]) => b - a).slice(0, MOST_ROWS);
  const width = Math.max(...shown.map(([name]) => name.length));
  const rest = entries.length - shown.length;
  return [
    '',
    title,
    ...shown.map(([name, count]) => `  ${name.padEnd(width)}  ${String(count).padStart(8)}`),
    ...(rest > 0 ? [`  and ${rest} more (--json has all)`] : []),
  ];
}

/** A number of things: `1 object`, `2 objects`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

function size(bytes: number): string {
  const unit = bytes >= 1e9 ? 1e9 : bytes >= 1e6 ? 1e6 : 1e3;
  return `${(bytes / unit).toFixed(1)} ${unit === 1e9 ? 'GB' : unit === 1e6 ? 'MB' : 'kB'}`;
}

const WIDTH = 120;

/** JSON with every object on one line that fits. Numbers keep their digits: `JSON.stringify` writes the leaves. */
export function pretty(value: unknown, indent = ''): string {
  const flat = JSON.stringify(value);
  if (indent.length + flat.length <= WIDTH || typeof value !== 'object' || value === null) return flat;
  const deeper = `${indent}  `;
  const items = Array.isArray(value)
    ? value.map((item) => deeper + pretty(item, deeper))
    : Object.entries(value).map(([key, member]) => `${deeper}${JSON.stringify(key)}: ${pretty(member, deeper)}`);
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  return `${open}\n${items.join(',\n')}\n${indent}${close}`;
}
