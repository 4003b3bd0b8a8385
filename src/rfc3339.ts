/**
 * RFC 3339 times as text. Agents write up to nine fractional digits and any offset; a JavaScript Date keeps three digits,
 * so times stay text and only partitioning reckons with them. Reads character codes: a time is checked some thirty times an event.
 */

const ZERO = 48;
const MINUTES_A_DAY = 1440;
const DAYS_IN_MONTH = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/**
 * Whether the text is an RFC 3339 time: any number of fractional digits or none, `Z` or an offset, `t` and `z` in either
 * case, second 60 only in the last minute of a UTC day, year 0001 included.
 */
export function isRfc3339(text: string): boolean {
  if (isPlainUtc(text)) return true;
  return !Number.isNaN(utcMinutes(text));
}

/**
 * The same instant in UTC, written with `T` and `Z` and with all the fractional digits that came. A text that is so
 * already comes back as it is. Undefined when the text is no RFC 3339 time or UTC puts it outside the years 0000 to 9999.
 */
export function toUtc(text: string): string | undefined {
  if (isPlainUtc(text)) return text;
  const minutes = utcMinutes(text);
  if (Number.isNaN(minutes)) return undefined;
  const last = text.charCodeAt(text.length - 1);
  if (last === 90 && text.charCodeAt(10) === 84) return text;
  const zoneLength = last === 90 || last === 122 ? 1 : 6;
  const seconds = text.slice(16, text.length - zoneLength);
  const upToMinutes = new Date(minutes * 60_000).toISOString();
  // A year beyond four digits is written with a sign, which RFC 3339 does not know.
  return upToMinutes.length === 24 ? `${upToMinutes.slice(0, 16)}${seconds}Z` : undefined;
}

/** Milliseconds since 1970, rounded down; a leap second counts as the one after it. NaN when the text is no RFC 3339 time. */
export function epochMs(text: string): number {
  const minutes = utcMinutes(text);
  if (Number.isNaN(minutes)) return Number.NaN;
  let fraction = 0;
  if (text.charCodeAt(19) === 46) {
    for (let at = 20, unit = 100; unit >= 1 && isDigit(text.charCodeAt(at)); at++, unit /= 10) {
      fraction += (text.charCodeAt(at) - ZERO) * unit;
    }
  }
  return minutes * 60_000 + twoDigits(text, 17) * 1000 + fraction;
}

/** Whether the text is a day as RFC 3339 writes it, `2026-11-22`, and the calendar has it. */
export function isDay(text: string): boolean {
  return text.length === 10 && isRfc3339(`${text}T00:00:00Z`);
}

/** Whether the time lies in year 0001: Go's zero time, which old agents wrote for a time that was never set. */
export function isUnset(text: string): boolean {
  return text.startsWith('0001-');
}

/**
 * Whether the text is a time as agents nearly always write it: `T`, `Z`, a day that every month has, no leap second. Says
 * no to many a right time, which `utcMinutes` then looks at.
 */
function isPlainUtc(text: string): boolean {
  const end = text.length - 1;
  if (end < 19 || text.charCodeAt(end) !== 90 || text.charCodeAt(10) !== 84) return false;
  if (text.charCodeAt(4) !== 45 || text.charCodeAt(7) !== 45) return false;
  if (text.charCodeAt(13) !== 58 || text.charCodeAt(16) !== 58) return false;
  if (twoDigits(text, 0) < 0 || twoDigits(text, 2) < 0) return false;
  const month = twoDigits(text, 5);
  const day = twoDigits(text, 8);
  const hour = twoDigits(text, 11);
  const minute = twoDigits(text, 14);
  const second = twoDigits(text, 17);
  if (month < 1 || month > 12 || day < 1 || day > 28 || hour < 0 || hour > 23) return false;
  if (minute < 0 || minute > 59 || second < 0 || second > 59) return false;
  if (end === 19) return true;
  if (text.charCodeAt(19) !== 46 || end === 20) return false;
  for (let at = 20; at < end; at++) if (!isDigit(text.charCodeAt(at))) return false;
  return true;
}

/** Whole minutes since 1970 in UTC, or NaN when the text is no RFC 3339 time. */
function utcMinutes(text: string): number {
  const length = text.length;
  if (length < 20) return Number.NaN;
  const century = twoDigits(text, 0);
  const yearOfCentury = twoDigits(text, 2);
  const month = twoDigits(text, 5);
  const day = twoDigits(text, 8);
  const hour = twoDigits(text, 11);
  const minute = twoDigits(text, 14);
  const second = twoDigits(text, 17);
  const separator = text.charCodeAt(10);
  if (century < 0 || yearOfCentury < 0 || hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60) {
    return Number.NaN;
  }
  if (text.charCodeAt(4) !== 45 || text.charCodeAt(7) !== 45 || (separator !== 84 && separator !== 116)) return Number.NaN;
  if (text.charCodeAt(13) !== 58 || text.charCodeAt(16) !== 58) return Number.NaN;
  const year = century * 100 + yearOfCentury;
  if (month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return Number.NaN;

  let at = 19;
  if (text.charCodeAt(at) === 46) {
    do at++;
    while (isDigit(text.charCodeAt(at)));
    if (at === 20) return Number.NaN;
  }
  const offset = offsetMinutes(text, at, length);
  const minutes = daysSince1970(year, month, day) * MINUTES_A_DAY + hour * 60 + minute - offset;
  // A leap second is only ever put in before midnight UTC.
  if (second === 60 && modulo(minutes, MINUTES_A_DAY) !== MINUTES_A_DAY - 1) return Number.NaN;
  return minutes;
}

function offsetMinutes(text: string, at: number, length: number): number {
  const sign = text.charCodeAt(at);
  if (sign === 90 || sign === 122) return at + 1 === length ? 0 : Number.NaN;
  if ((sign !== 43 && sign !== 45) || at + 6 !== length || text.charCodeAt(at + 3) !== 58) return Number.NaN;
  const hours = twoDigits(text, at + 1);
  const minutes = twoDigits(text, at + 4);
  if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) return Number.NaN;
  return sign === 45 ? -(hours * 60 + minutes) : hours * 60 + minutes;
}

function isDigit(code: number): boolean {
  return code >= ZERO && code <= ZERO + 9;
}

/** The number of the two digits at a place, or -1 when they are not two digits. */
function twoDigits(text: string, at: number): number {
  const tens = text.charCodeAt(at);
  const ones = text.charCodeAt(at + 1);
  return isDigit(tens) && isDigit(ones) ? (tens - ZERO) * 10 + ones - ZERO : -1;
}

function daysIn(year: number, month: number): number {
  if (month === 2 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)) return 29;
  return DAYS_IN_MONTH[month - 1] ?? 0;
}

/** Days of the proleptic Gregorian calendar. Years begin in March, so that the leap day is the last of its year. */
function daysSince1970(year: number, month: number, day: number): number {
  const shifted = month <= 2 ? year - 1 : year;
  const dayOfYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1;
  return 365 * shifted + Math.floor(shifted / 4) - Math.floor(shifted / 100) + Math.floor(shifted / 400) + dayOfYear - 719_468;
}

function modulo(value: number, by: number): number {
  return ((value % by) + by) % by;
}
