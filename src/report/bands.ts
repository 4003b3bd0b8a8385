/** How late events came, and how large files are: counts in fixed bands. */

export interface Band {
  readonly name: string;
  readonly count: number;
}

interface Scale {
  /** Each value is below the first limit it is below; the last name has none. */
  readonly limits: readonly number[];
  readonly names: readonly string[];
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Milliseconds from an event to the last change of the object that it came in. */
export const LATENESS: Scale = {
  limits: [0, MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, 6 * HOUR, DAY, 7 * DAY, 30 * DAY],
  names: [
    'ahead of its object',
    'under 1 minute',
    '1 to 5 minutes',
    '5 to 15 minutes',
    '15 to 60 minutes',
    '1 to 6 hours',
    '6 to 24 hours',
    '1 to 7 days',
    '7 to 30 days',
    '30 days and more',
  ],
};

const KB = 1000;
const MB = 1000 * KB;

/** Below this a query spends more on opening a file than on reading it. */
export const SMALL_FILE_BYTES = MB;

export const FILE_SIZES: Scale = {
  limits: [64 * KB, SMALL_FILE_BYTES, 16 * MB, 128 * MB],
  names: ['under 64 kB', '64 kB to 1 MB', '1 to 16 MB', '16 to 128 MB', '128 MB and more'],
};

/** Makes a counter of the bands of a scale. */
export function createBands({ limits, names }: Scale) {
  const counts = names.map(() => 0);
  return {
    add(value: number): void {
      const found = limits.findIndex((limit) => value < limit);
      const band = found === -1 ? limits.length : found;
      counts[band] = (counts[band] ?? 0) + 1;
    },
    bands: (): readonly Band[] => names.map((name, band) => ({ name, count: counts[band] ?? 0 })),
  };
}

/** The band that a share of all values lies in or below; undefined when there are none. */
export function bandAt(bands: readonly Band[], share: number): string | undefined {
  const total = bands.reduce((all, { count }) => all + count, 0);
  let reached = 0;
  for (const { name, count } of bands) {
    reached += count;
    if (reached > 0 && reached >= share * total) return name;
  }
  return undefined;
}
