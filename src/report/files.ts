/** What was written: partitions, files and their sizes, and when the events in them happened. */
import type { OutputEntry } from '../types.ts';
import { type Band, createBands, FILE_SIZES, SMALL_FILE_BYTES } from './bands.ts';
import { createTable, type Ranking } from './table.ts';
import { type Timeline, timelineOf } from './timeline.ts';

const COLUMNS = ['records', 'files', 'bytes'] as const;

export interface Files {
  readonly event_files: number;
  readonly reject_files: number;
  readonly event_bytes: number;
  readonly reject_bytes: number;
  /** Of events. */
  readonly partitions: Ranking<(typeof COLUMNS)[number]>;
  readonly sizes: readonly Band[];
  /** Files of events below `small_file_bytes`. */
  readonly small_files: number;
  readonly small_file_bytes: number;
}

/** Adds up outputs as receipts list them. */
export function createFiles() {
  const sums = { event_files: 0, reject_files: 0, event_bytes: 0, reject_bytes: 0, small_files: 0 };
  const partitions = createTable(COLUMNS);
  const times = createTable(['events']);
  const sizes = createBands(FILE_SIZES);

  function add({ key, partition, records, bytes }: OutputEntry): void {
    if (key.startsWith('rejects/')) {
      sums.reject_files++;
      sums.reject_bytes += bytes;
      return;
    }
    sums.event_files++;
    sums.event_bytes += bytes;
    if (bytes < SMALL_FILE_BYTES) sums.small_files++;
    sizes.add(bytes);
    partitions.add(partition, { files: 1, records, bytes });
    times.add(timeIn(partition), { events: records });
  }

  return {
    add,
    files: (most: number): Files => ({
      ...sums,
      small_file_bytes: SMALL_FILE_BYTES,
      partitions: partitions.ranking('records', most),
      sizes: sizes.bands(),
    }),
    /** By the events' own time, when partitions tell it. */
    timeline: (): Timeline<'events'> | undefined => timelineOf(times, ['events']),
  };
}

/** `2026-11-22T13`, `2026-11-22`, or nothing that is a time. */
function timeIn(partition: string): string {
  const [, day] = /(?:^|\/)dt=([^/]*)/.exec(partition) ?? [];
  const [, hour] = /(?:^|\/)hour=([^/]*)/.exec(partition) ?? [];
  return day === undefined ? '' : hour === undefined ? day : `${day}T${hour}`;
}
