import type { Random } from './random.ts';

/** A point in time to the nanosecond. */
export interface Instant {
  readonly seconds: number;
  readonly nanos: number;
}

/** The instant so many seconds earlier, with a fraction of its own. */
export function before(instant: Instant, seconds: number, random: Random): Instant {
  return { seconds: instant.seconds - seconds, nanos: fraction(random) };
}

/** Nanoseconds as clocks give them: mostly nine digits, but some kernels, databases and file systems keep fewer. */
export function fraction(random: Random): number {
  const digits = random.pick([9, 9, 9, 9, 9, 9, 8, 7, 6, 6, 5, 3, 3, 0]);
  return digits === 0 ? 0 : random.int(0, 10 ** digits - 1) * 10 ** (9 - digits);
}

/** RFC 3339 as Go writes it: up to nine digits, trailing zeros trimmed, any offset. */
export function formatTime(instant: Instant, offsetMinutes = 0): string {
  const clock = new Date((instant.seconds + offsetMinutes * 60) * 1000).toISOString().slice(0, 19);
  const digits = String(instant.nanos).padStart(9, '0').replace(/0+$/, '');
  return `${clock}${digits === '' ? '' : `.${digits}`}${formatOffset(offsetMinutes)}`;
}

/** RFC 3339 with milliseconds in UTC, as intakes write it. */
export function formatMillis(instant: Instant): string {
  return new Date(epochMillis(instant)).toISOString();
}

export function epochMillis(instant: Instant): number {
  return instant.seconds * 1000 + Math.floor(instant.nanos / 1_000_000);
}

function formatOffset(minutes: number): string {
  if (minutes === 0) return 'Z';
  const size = Math.abs(minutes);
  const two = (number: number) => String(number).padStart(2, '0');
  return `${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}
