/**
 * One pass over the bytes of a JSON value: where it ends, how deep it nests, how many members it has and whether its
 * numbers need care. It knows just enough JSON for that; `JSON.parse` has the last word on syntax.
 *
 * This loop reads every input byte, so it is written for speed: a class table, locals, no allocation.
 */
import type { Shape } from '../types.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const NEWLINE = 0x0a;
const COMMA = 0x2c;
const COLON = 0x3a;
const BRACE = 0x7b;

/** A double keeps every integer of 15 digits; a number token of 16 characters or more, or with an exponent, may not survive. */
export const LONGEST_SAFE_NUMBER = 15;

const OTHER = 0;
const STRING = 1;
const OPEN = 2;
const CLOSE = 3;
const MEMBER = 4;
const LINE = 5;
const NUMBER = 6;
const EXPONENT = 7;

const CLASS = new Uint8Array(256);
for (const [characters, kind] of [
  ['"', STRING],
  ['{[', OPEN],
  ['}]', CLOSE],
  [':', MEMBER],
  ['\n', LINE],
  ['0123456789.+-', NUMBER],
  ['eE', EXPONENT],
] as const) {
  for (const character of characters) CLASS[character.charCodeAt(0)] = kind;
}

export const MORE = 0;
export const COMPLETE = 1;
/** The value was cut: a line break inside a string, or a new line that opens an object while this one is not closed. */
export const CUT = 2;
type State = typeof MORE | typeof COMPLETE | typeof CUT;

/** The state of a scan, so that a value may arrive in any number of pieces. */
export interface Scan {
  state: State;
  depth: number;
  maxDepth: number;
  members: number;
  exact: boolean;
  lines: number;
  inString: boolean;
  escaped: boolean;
  numberLength: number;
  previous: number;
}

export function startScan(): Scan {
  return {
    state: MORE,
    depth: 0,
    maxDepth: 0,
    members: 0,
    exact: false,
    lines: 0,
    inString: false,
    escaped: false,
    numberLength: 0,
    previous: 0,
  };
}

/**
 * Goes on with a scan over `bytes[from, to)`. Returns the index behind the last byte that belongs to the value and sets
 * `scan.state`: MORE when the value goes on behind `to`, COMPLETE at its end, CUT where it was broken off.
 */
export function scanValue(bytes: Uint8Array, from: number, to: number, scan: Scan): number {
  let i = from;
  let { depth, maxDepth, members, numberLength } = scan;
  let inString = scan.inString;
  let state: State = MORE;
  if (scan.escaped && i < to) {
    if (bytes[i] !== NEWLINE) i++;
    scan.escaped = false;
  }
  scanning: while (i < to) {
    if (inString) {
      let byte = bytes[i] as number;
      while (byte !== QUOTE && byte !== BACKSLASH && byte !== NEWLINE && ++i < to) byte = bytes[i] as number;
      if (i >= to) break;
      if (byte === BACKSLASH) {
        if (i + 1 >= to) scan.escaped = true;
        // No escape hides a line break: a line that was cut behind a backslash must not take the next one with it.
        i += bytes[i + 1] === NEWLINE && i + 1 < to ? 1 : 2;
        continue;
      }
      if (byte === NEWLINE) {
        state = CUT;
        break;
      }
      inString = false;
      i++;
      if (depth === 0) {
        state = COMPLETE;
        break;
      }
      continue;
    }
    switch (CLASS[bytes[i] as number]) {
      case STRING: {
        numberLength = 0;
        // Strings are most of a record, and mostly follow one another: `"key":"value","key":`. They are done in this loop.
        let end = i + 1;
        let byte = 0;
        for (;;) {
          for (; end < to; end++) {
            byte = bytes[end] as number;
            if (byte === QUOTE || byte === BACKSLASH || byte === NEWLINE) break;
          }
          if (byte !== QUOTE || end + 2 >= to || depth === 0) break;
          const next = bytes[end + 1];
          if (next === COLON) members++;
          else if (next !== COMMA) break;
          if (bytes[end + 2] !== QUOTE) {
            end++;
            break;
          }
          end += 3;
          byte = 0;
        }
        inString = end >= to || byte !== QUOTE || depth === 0;
        i = inString ? end - 1 : end;
        break;
      }
      case OPEN:
        // Only the first column counts: writers of pretty JSON indent what is nested, writers of JSON lines never do.
        if (bytes[i] === BRACE && depth > 0 && (i > 0 ? bytes[i - 1] : scan.previous) === NEWLINE) {
          state = CUT;
          break scanning;
        }
        if (++depth > maxDepth) maxDepth = depth;
        numberLength = 0;
        break;
      case CLOSE:
        if (--depth <= 0) {
          i++;
          state = COMPLETE;
          break scanning;
        }
        numberLength = 0;
        break;
      case MEMBER:
        members++;
        break;
      case LINE:
        scan.lines++;
        numberLength = 0;
        break;
      case NUMBER:
        if (++numberLength > LONGEST_SAFE_NUMBER) scan.exact = true;
        break;
      case EXPONENT:
        if (numberLength > 0) scan.exact = true;
        break;
      case OTHER:
        numberLength = 0;
        break;
    }
    i++;
  }
  if (i > to) i = to;
  scan.state = state;
  scan.depth = depth;
  scan.maxDepth = maxDepth;
  scan.members = members;
  scan.numberLength = numberLength;
  scan.inString = inString;
  if (i > from) scan.previous = bytes[i - 1] as number;
  return i;
}

/** What a finished scan tells about its value. */
export function shapeOf(scan: Scan): Shape {
  return { members: scan.members, depth: scan.maxDepth, exact: scan.exact };
}

/** The shape of a text that holds one value, in one pass. */
export function shapeOfText(bytes: Uint8Array): Shape {
  const scan = startScan();
  let rest = bytes;
  do {
    // The text is known to be one value: an object that opens in the first column is part of it.
    scan.previous = 0;
    rest = rest.subarray(scanValue(rest, 0, rest.length, scan));
  } while (scan.state === CUT && !scan.inString);
  return shapeOf(scan);
}
