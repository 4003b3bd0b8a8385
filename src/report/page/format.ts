/** Numbers as people read them. */

/** `1,234,567` */
export function number(value: number): string {
  return value.toLocaleString('en-US');
}

/** `3.0%`; more than nothing is never `0%`, and less than all never `100%`. */
export function percent(part: number, whole: number): string {
  if (whole === 0) return '–';
  if (part === 0 || part === whole) return part === 0 ? '0%' : '100%';
  const share = (100 * part) / whole;
  if (share < 0.1) return '<0.1%';
  return share > 99.9 ? '>99.9%' : `${share.toFixed(1)}%`;
}

const SIZES = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const;

/** `4.2 MB` */
export function size(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < SIZES.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 || value >= 99.5 ? Math.round(value) : value.toFixed(1)} ${SIZES[unit]}`;
}

/** `850 ms`, `12.3 s`, `4 min` */
export function duration(ms: number): string {
  if (ms < 1000) return `${ms} ms`;
  return ms < 100_000 ? `${(ms / 1000).toFixed(1)} s` : `${number(Math.round(ms / 60_000))} min`;
}

/** `1 object`, `2,000 objects` */
export function things(count: number, noun: string): string {
  return `${number(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** An RFC 3339 time of UTC without its `T` and its fractions: `2026-11-22 13:05`. */
export function moment(time: string): string {
  return time.slice(0, 16).replace('T', ' ');
}

/** A word of a command line as every POSIX shell reads it back. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** A sentence of our own from its first words on. */
export function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
