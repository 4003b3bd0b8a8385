/** The end of a run, for people. */
import { CATEGORY_SLUGS, categoryOf, isCustomEvent } from '../event-types.ts';
import { counted, number, size } from '../figures.ts';
import { addCounts, type RunSummary } from '../output/summary.ts';
import type { Processed } from '../process.ts';
import type { Counts } from '../types.ts';
import type { Example } from './example.ts';
import { nameOf } from './places.ts';
import type { RunResult } from './run.ts';
import { coloured, printable, tail, wrapped } from './words.ts';

const MOST_ROWS = 12;
/** Of a line that is read from a pipe, and so never too long. */
const PIPE_WIDTH = 200;
/** Columns below which names need the room that shares would take. */
const LEAST_WITH_SHARES = 40;

export interface Ending extends Pick<RunResult, 'unchanged' | 'work' | 'unfinished' | 'unlisted'> {
  readonly out: string;
  /** Whether nothing was written. */
  readonly dryRun: boolean;
}

/** The summary as text: the law first, then what came in by category, what was refused, what drifted, what was written. */
export function describe(summary: RunSummary, { unchanged, work, unfinished, unlisted, out, dryRun }: Ending): string {
  const { records, valid, rejected, duration_ms: durationMs } = summary;
  // A place is no object, and one that is taken up again has not failed.
  const failed = summary.failed_objects - unfinished - unlisted;
  const objects = summary.objects - unfinished - unlisted;
  const written = Object.values(work.files).reduce((sum, more) => sum + more, 0);
  const earlier = { in: summary.bytes_in - work.bytesIn, out: summary.bytes_out - work.bytesOut };
  const then = earlier.in > 0 ? `: ${size(earlier.in)} read and ${size(earlier.out)} written then` : '';
  const refused = rejected > 0 ? coloured(`${number(rejected)} rejected`, 'yellow') : '0 rejected';
  const output = `${size(work.bytesOut)} ${dryRun ? 'would be written' : 'written'} to ${out} in ${counted(written, 'file')}`;
  const lines = [
    `${counted(objects, 'object')}, ${coloured(counted(records, 'record'), 'bold')} = ${coloured(`${number(valid)} valid`, 'green')} + ${refused}, in ${(durationMs / 1000).toFixed(1)} s`,
    `${size(work.bytesIn)} read, ${output}`,
    ...(failed > 0 ? [coloured(`${counted(failed, 'object')} failed`, 'red')] : []),
    ...(unlisted > 0 ? [coloured(`${counted(unlisted, 'place')} could not be read`, 'red')] : []),
    ...(unfinished > 0 ? [coloured(`${counted(unfinished, 'object')} not finished`, 'yellow')] : []),
    ...(unchanged > 0 ? [`${counted(unchanged, 'object')} done before and not read again (--force does)${then}`] : []),
    ...table('events', byCategory(summary.by_event), valid),
    ...table('generations', summary.by_generation, valid),
    ...table('rejected (winnow explain <code>)', summary.by_code, records),
    ...table(
      'drift: kept under extra',
      Object.fromEntries(Object.entries(summary.drift).map(([pointer, { count }]) => [pointer, count])),
    ),
    ...(dryRun ? table('files that would be written', work.files) : []),
  ];
  return `${lines.map((line) => wrapped(line)).join('\n')}\n`;
}

/** What became of one object, in one line. */
export function describeProcessed({ receipt, outcome }: Processed): string {
  const { counts, outputs, source, timings } = receipt;
  const name = printable(nameOf(source));
  if (outcome === 'unchanged') return `${name}: unchanged`;
  const law = `${counted(counts.records, 'record')} = ${number(counts.valid)} valid + ${number(counts.rejected)} rejected`;
  return `${name}: ${law}, ${counted(outputs.length, 'file')}, ${(timings.duration_ms / 1000).toFixed(1)} s`;
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

/**
 * The largest counts first, with their shares of `whole` when that is given. Names are cut so that a line fits on the terminal.
 * `beyond` counts rows that are not even given.
 */
export function table(title: string, rows: Counts, whole?: number, beyond = 0): string[] {
  const entries = Object.entries(rows);
  if (entries.length === 0) return [];
  const shown = entries.sort(([, a], [, b]) => b - a).slice(0, MOST_ROWS);
  const columns = process.stdout.columns || PIPE_WIDTH;
  const isNarrow = columns < LEAST_WITH_SHARES;
  const counts = shown.map(([, times]) => number(times));
  const digits = Math.max(...counts.map((text) => text.length), isNarrow ? 0 : 8);
  const hasShares = whole && !isNarrow;
  const room = columns - digits - (hasShares ? 12 : 5);
  const names = shown.map(([name]) => tail(printable(name), room));
  const width = Math.max(...names.map((name) => name.length));
  const rest = entries.length - shown.length + beyond;
  return [
    '',
    coloured(title, 'bold'),
    ...shown.map(([, times], index) => {
      const share = hasShares ? `  ${((100 * times) / whole).toFixed(1).padStart(5)}%` : '';
      return `  ${(names[index] ?? '').padEnd(width)}  ${counts[index]?.padStart(digits)}${coloured(share, 'dim')}`;
    }),
    ...(rest > 0 ? [coloured(`  and ${number(rest)} more (--json has all)`, 'dim')] : []),
  ];
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
