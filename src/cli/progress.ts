/** How far a run is: counts what it is told of, and puts it into words. */
import { clock, counted, number, size } from '../figures.ts';
import type { Progress as ObjectProgress } from '../pipeline.ts';
import { coloured, printable, tail } from './words.ts';

/** What is told of a run while it lasts. */
export interface Observer {
  /** An object was found that is to be processed. Objects are found ahead of being processed. */
  found(bytes: number | undefined): void;
  /** All objects have been found. */
  foundAll(): void;
  begins(name: string): void;
  /** So many more stored bytes of the object were read. */
  read(bytes: number): void;
  /** How far the object is. */
  reached(progress: ObjectProgress): void;
  /** The object is done, or will not be; `bytes` is its size. */
  ended(bytes: number): void;
}

export interface Extent {
  readonly elapsedMs: number;
  readonly objects: number;
  readonly bytes: number;
  /** Records that were processed, and how many of them were refused. */
  readonly records: number;
  readonly rejected: number;
  /** What there is in all; undefined until it is known. */
  readonly total?: { readonly objects: number; readonly bytes: number } | undefined;
  /** How long it will take from here, while that can be reckoned. */
  readonly leftMs?: number | undefined;
  /** What is being processed. */
  readonly name?: string | undefined;
}

export interface Progress extends Observer {
  extent(): Extent;
}

/** Starts counting at the time that `now` tells, in milliseconds. */
export function createProgress(now: () => number): Progress {
  const startMs = now();
  const found = { objects: 0, bytes: 0 };
  const ended = { objects: 0, bytes: 0, records: 0, rejected: 0 };
  let isKnown: boolean | undefined = false;
  let current = { name: '', bytes: 0, records: 0, rejected: 0 };
  let bytesRead = 0;

  return {
    found: (bytes) => {
      found.objects++;
      if (bytes === undefined) isKnown = undefined;
      else found.bytes += bytes;
    },
    foundAll: () => {
      // One object of unknown size, and nobody knows how much there is.
      if (isKnown !== undefined) isKnown = true;
    },
    begins: (name) => {
      current = { name, bytes: 0, records: 0, rejected: 0 };
    },
    read: (bytes) => {
      current.bytes += bytes;
      bytesRead += bytes;
    },
    reached: ({ records, rejected }) => {
      current.records = records;
      current.rejected = rejected;
    },
    ended: (bytes) => {
      ended.objects++;
      ended.bytes += bytes;
      ended.records += current.records;
      ended.rejected += current.rejected;
      current = { name: '', bytes: 0, records: 0, rejected: 0 };
    },
    extent: () => {
      const elapsedMs = now() - startMs;
      const bytes = ended.bytes + current.bytes;
      // By what was read: objects that were done before pass in no time.
      const left = isKnown && bytesRead > 0 ? (Math.max(0, found.bytes - bytes) * elapsedMs) / bytesRead : undefined;
      return {
        elapsedMs,
        objects: ended.objects,
        bytes,
        records: ended.records + current.records,
        rejected: ended.rejected + current.rejected,
        total: isKnown ? found : undefined,
        leftMs: left,
        name: current.name || undefined,
      };
    },
  };
}

const BAR_WIDTH = 24;
const LEAST_BAR = 8;
const LEAST_NAME = 8;
const GAP = '  ';
/** Before that, a rate says nothing. */
const FIRST_RATE_MS = 500;

/** The extent in one line, for a log. */
export function describeExtent(extent: Extent): string {
  return [...(extent.total ? [`${percent(extent)} %`] : []), ...amounts(extent), ...counts(extent)].join(', ');
}

/** The extent as two lines of at most `width` columns, for a terminal. */
export function drawExtent(extent: Extent, width: number): string {
  const share = extent.total ? [`${String(percent(extent)).padStart(3)} %`] : [];
  const facts = fitting([...share, ...amounts(extent)], width);
  const barWidth = Math.min(BAR_WIDTH, width - facts.length - GAP.length);
  const drawn = extent.total && barWidth >= LEAST_BAR ? bar(percent(extent) / 100, barWidth) + GAP : '';
  const line = fitting(counts(extent), width);
  const room = width - line.length - GAP.length;
  const name = extent.name !== undefined && room >= LEAST_NAME ? GAP + tail(printable(extent.name), room) : '';
  return `${drawn}${facts}\n${line}${name}`;
}

function amounts({ objects, bytes, total }: Extent): string[] {
  return total
    ? [`${number(objects)} of ${counted(total.objects, 'object')}`, `${size(bytes)} of ${size(total.bytes)}`]
    : [counted(objects, 'object'), size(bytes)];
}

function counts({ elapsedMs, records, rejected, leftMs }: Extent): string[] {
  const isRated = elapsedMs >= FIRST_RATE_MS;
  return [
    ...(leftMs !== undefined && isRated ? [`${clock(leftMs)} left`] : []),
    counted(records, 'record'),
    ...(isRated ? [`${number(Math.round((records * 1000) / elapsedMs))}/s`] : []),
    `${number(rejected)} rejected`,
  ];
}

/** As many of the first texts as there is room for. */
function fitting(texts: readonly string[], width: number): string {
  return texts.reduce((line, text) => {
    const longer = line === '' ? text : line + GAP + text;
    return longer.length <= width ? longer : line;
  }, '');
}

/** By bytes, since objects differ; an object may turn out larger than it was listed. */
function percent({ bytes, objects, total }: Extent): number {
  if (total === undefined) return 0;
  const share = total.bytes > 0 ? bytes / total.bytes : objects / Math.max(1, total.objects);
  return Math.min(100, Math.floor(share * 100));
}

function bar(share: number, width: number): string {
  const full = Math.round(share * width);
  return coloured('━'.repeat(full), 'green', process.stderr) + coloured('─'.repeat(width - full), 'dim', process.stderr);
}
