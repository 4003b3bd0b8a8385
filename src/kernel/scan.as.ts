/**
 * The scan of src/intake/scan.ts in AssemblyScript: TypeScript's grammar with machine integers, compiled to WebAssembly by
 * build-kernel.ts. It looks at 64 bytes at a time, as bit masks with one bit a byte, the way simdjson does
 * (Langdale and Lemire, "Parsing Gigabytes of JSON per Second", 2019). Blocks that hold something rare, and what is left at
 * the end, are gone through byte by byte; both ways give the same result, whatever the blocks are.
 *
 * The host writes the state and the bytes into memory, calls `scan`, and reads the state.
 */

import { equal, isNumeric, numeric, upTo } from './masks.as';

// Where the state lies, as 32-bit integers; src/intake/scan.ts knows the same places.
const OUTCOME: usize = 0;
const DEPTH: usize = 4;
const MAX_DEPTH: usize = 8;
const MEMBERS: usize = 12;
const EXACT: usize = 16;
const LINES: usize = 20;
const IN_STRING: usize = 24;
const ESCAPED: usize = 28;
const NUMBER_LENGTH: usize = 32;
const PREVIOUS: usize = 36;

const MORE: i32 = 0;
const COMPLETE: i32 = 1;
const CUT: i32 = 2;

const BLOCK: usize = 64;
const QUOTE: u8 = 0x22;
const BACKSLASH: u8 = 0x5c;
const NEWLINE: u8 = 0x0a;
const COLON: u8 = 0x3a;
const BRACE: u8 = 0x7b;
const ALL: u64 = 0xffff_ffff_ffff_ffff;
const ODD: u64 = 0xaaaa_aaaa_aaaa_aaaa;

let outcome: i32 = MORE;
let depth: i32 = 0;
let maxDepth: i32 = 0;
let members: i32 = 0;
let exact: bool = false;
let lines: i32 = 0;
let inString: bool = false;
let escaped: bool = false;
let numberLength: i32 = 0;
let previous: u8 = 0;
/** The address at which this call began; `previous` is the byte before it. */
let scanFrom: usize = 0;
/** A number of this many characters may not survive as a double. */
let longNumber: i32 = 0;

/** Scans the bytes from `from` up to `to`, both addresses, and gives the address behind the last one that was taken. */
export function scan(from: usize, to: usize, longNumberLength: i32): usize {
  restore();
  longNumber = longNumberLength;
  scanFrom = from;
  outcome = MORE;
  let at = from;
  while (outcome == MORE && at < to) {
    if (depth > 0 && at + BLOCK <= to) {
      const taken = scanBlock(at);
      if (taken > 0) {
        at += taken;
        continue;
      }
    }
    // Blocks are for what is inside brackets; the first byte of a value says whether there are any.
    at = scanBytes(at, min(to, at + (depth > 0 || inString ? BLOCK : 1)));
  }
  if (at > from) previous = load<u8>(at - 1);
  save();
  return at;
}

/** Takes 64 bytes, or those up to the end of the value. Takes none when there is something rare in them. */
function scanBlock(at: usize): usize {
  const a = v128.load(at);
  const b = v128.load(at, 16);
  const c = v128.load(at, 32);
  const d = v128.load(at, 48);
  const newlines = equal(a, b, c, d, NEWLINE);
  const backslashes = equal(a, b, c, d, BACKSLASH);
  let quotes = equal(a, b, c, d, QUOTE);
  let escapesNext = false;
  if (backslashes != 0 || escaped) {
    // Every other one of a run of backslashes escapes what follows it; the carry of a subtraction finds which.
    const carry = u64(escaped);
    const escaping = backslashes & ~carry;
    const series = (((escaping << 1) | ODD) - escaping) ^ ODD;
    quotes &= ~(series ^ (backslashes | carry));
    escapesNext = (series & backslashes) >> 63 != 0;
  }
  const strings = upTo(quotes) ^ (inString ? ALL : 0);
  const outside = ~strings;
  // `[` and `{` differ in one bit, and so do `]` and `}`.
  const fold = i8x16.splat(0x20);
  const fa = v128.or(a, fold);
  const fb = v128.or(b, fold);
  const fc = v128.or(c, fold);
  const fd = v128.or(d, fold);
  const opens = equal(fa, fb, fc, fd, BRACE) & outside;
  const closes = equal(fa, fb, fc, fd, 0x7d) & outside;

  let live = ALL;
  let newDepth = depth;
  let newMaxDepth = maxDepth;
  const opened = <i32>popcnt(opens);
  const closed = <i32>popcnt(closes);
  if (depth > closed && depth + opened <= maxDepth) newDepth += opened - closed;
  else {
    for (let brackets = opens | closes; brackets != 0; brackets &= brackets - 1) {
      const lowest = brackets & (0 - brackets);
      if ((opens & lowest) != 0) {
        newDepth++;
        if (newDepth > newMaxDepth) newMaxDepth = newDepth;
      } else {
        newDepth--;
        if (newDepth == 0) {
          live = lowest | (lowest - 1);
          break;
        }
      }
    }
  }

  if ((((newlines & strings) | (backslashes & outside)) & live) != 0) return 0;
  if (newlines != 0 || previousOf(at) == NEWLINE) {
    const lineStarts = (newlines << 1) | u64(previousOf(at) == NEWLINE);
    if ((lineStarts & equal(a, b, c, d, BRACE) & outside & live) != 0) return 0;
    lines += <i32>popcnt(newlines & live);
  }
  depth = newDepth;
  maxDepth = newMaxDepth;
  members += <i32>popcnt(equal(a, b, c, d, COLON) & outside & live);
  if (!exact) {
    const digits = numeric(a, b, c, d) & outside & live;
    const exponents = equal(fa, fb, fc, fd, 0x65) & outside & live;
    if ((exponents & ((digits << 1) | u64(numberLength > 0))) != 0) exact = true;
    else countDigits(digits);
  }
  if (live != ALL || newDepth == 0) {
    outcome = COMPLETE;
    inString = false;
    escaped = false;
    return <usize>(BLOCK - <usize>clz(live));
  }
  inString = strings >> 63 != 0;
  escaped = escapesNext;
  return BLOCK;
}

function previousOf(at: usize): u8 {
  return at == scanFrom ? previous : load<u8>(at - 1);
}

/** Looks for a run of digits that is too long, the one that began before this block included. */
function countDigits(digits: u64): void {
  if (digits == 0) {
    numberLength = 0;
    return;
  }
  const first = digits == ALL ? 64 : <i32>ctz(~digits);
  const last = digits == ALL ? numberLength + 64 : <i32>clz(~digits);
  if (numberLength + first >= longNumber || last >= longNumber) exact = true;
  else {
    // After each step a bit stands for a run of twice as many digits that ends there.
    let runs = digits & (digits << 1);
    runs &= runs << 2;
    runs &= runs << 4;
    runs &= runs << 8;
    if (runs != 0) exact = true;
  }
  numberLength = last;
}

/** The same byte by byte, up to `to` or the end of the value. */
function scanBytes(from: usize, to: usize): usize {
  let at = from;
  for (; at < to; at++) {
    const byte = load<u8>(at);
    if (inString) {
      if (byte == NEWLINE) {
        // No escape hides a line break: a line that was cut behind a backslash must not take the next one with it.
        outcome = CUT;
        escaped = false;
        return at;
      }
      if (escaped) escaped = false;
      else if (byte == BACKSLASH) escaped = true;
      else if (byte == QUOTE) {
        inString = false;
        if (depth == 0) {
          outcome = COMPLETE;
          return at + 1;
        }
      }
      continue;
    }
    if (isNumeric(byte)) {
      if (++numberLength >= longNumber) exact = true;
      continue;
    }
    if ((byte | 0x20) == 0x65 && numberLength > 0) exact = true;
    numberLength = 0;
    if (byte == QUOTE) inString = true;
    else if (byte == COLON) members++;
    else if (byte == NEWLINE) lines++;
    else if ((byte | 0x20) == BRACE) {
      // Only the first column counts: writers of pretty JSON indent what is nested, writers of JSON lines never do.
      if (byte == BRACE && depth > 0 && previousOf(at) == NEWLINE) {
        outcome = CUT;
        return at;
      }
      if (++depth > maxDepth) maxDepth = depth;
    } else if ((byte | 0x20) == 0x7d) {
      if (--depth <= 0) {
        outcome = COMPLETE;
        return at + 1;
      }
    }
  }
  return at;
}

function restore(): void {
  depth = load<i32>(DEPTH);
  maxDepth = load<i32>(MAX_DEPTH);
  members = load<i32>(MEMBERS);
  exact = load<i32>(EXACT) != 0;
  lines = load<i32>(LINES);
  inString = load<i32>(IN_STRING) != 0;
  escaped = load<i32>(ESCAPED) != 0;
  numberLength = load<i32>(NUMBER_LENGTH);
  previous = <u8>load<i32>(PREVIOUS);
}

function save(): void {
  store<i32>(OUTCOME, outcome);
  store<i32>(DEPTH, depth);
  store<i32>(MAX_DEPTH, maxDepth);
  store<i32>(MEMBERS, members);
  store<i32>(EXACT, i32(exact));
  store<i32>(LINES, lines);
  store<i32>(IN_STRING, i32(inString));
  store<i32>(ESCAPED, i32(escaped));
  store<i32>(NUMBER_LENGTH, numberLength);
  store<i32>(PREVIOUS, i32(previous));
}
