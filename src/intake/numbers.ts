/**
 * Numbers that a JavaScript double cannot hold keep every digit as `JSON.rawJSON` values: inodes, span ids and flow
 * counters are unsigned 64-bit integers. Only records that the scan marked pay for this.
 */
import { json } from '../json.ts';
import type { JsonObject } from '../types.ts';
import { LONGEST_SAFE_NUMBER } from './scan.ts';

/** The least integer that is longer than `LONGEST_SAFE_NUMBER`. */
const LEAST_LONG_INTEGER = 10 ** LONGEST_SAFE_NUMBER;

/**
 * The value of a JSON text with every digit of its numbers. `plain` is what `JSON.parse` made of the same text; it is not
 * changed, and what needs no care is shared with it.
 */
export function exactValue(bytes: Buffer, text: string, plain: JsonObject): JsonObject {
  const tokens = longNumbers(bytes);
  return (tokens.every(isInteger) && withIntegers(plain, tokens)) || parseExact(text);
}

function isInteger(token: string): boolean {
  return /^-?\d+$/.test(token);
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
/** 1 for bytes that only numbers have outside of strings, 2 for those that go on with one: letters of words have them too. */
const NUMBER_BYTE = new Uint8Array(256);
for (const byte of Buffer.from('0123456789-')) NUMBER_BYTE[byte] = 1;
for (const byte of Buffer.from('+.eE')) NUMBER_BYTE[byte] = 2;

/** The number tokens of a valid JSON text that a double may not hold, in their order. */
function longNumbers(bytes: Buffer): string[] {
  const tokens: string[] = [];
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i] as number;
    if (byte === QUOTE) {
      for (i++; bytes[i] !== QUOTE; i++) if (bytes[i] === BACKSLASH) i++;
    } else if (NUMBER_BYTE[byte] === 1) {
      const start = i;
      let hasExponent = false;
      for (; NUMBER_BYTE[bytes[i + 1] as number]; i++) hasExponent ||= ((bytes[i + 1] as number) | 0x20) === 0x65;
      if (hasExponent || i + 1 - start > LONGEST_SAFE_NUMBER) tokens.push(bytes.toString('latin1', start, i + 1));
    }
  }
  return tokens;
}

/**
 * Puts integer tokens in the places of the numbers that were made from them. Both are in the order of the text, as long as
 * no key looks like an index: JavaScript moves those to the front. Undefined when the two do not fit each other.
 */
function withIntegers(plain: JsonObject, tokens: readonly string[]): JsonObject | undefined {
  let next = 0;
  let fits = true;

  function replace(value: unknown): unknown {
    if (typeof value === 'number') {
      if (Math.abs(value) < LEAST_LONG_INTEGER) return value;
      const token = tokens[next++];
      if (token === undefined || Number(token) !== value) fits = false;
      return token === undefined || isSame(token, value) ? value : json.rawJSON(token);
    }
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) {
      let copy: unknown[] | undefined;
      for (let i = 0; i < value.length; i++) {
        const item = replace(value[i]);
        if (item === value[i]) continue;
        copy ??= [...value];
        copy[i] = item;
      }
      return copy ?? value;
    }
    const object = value as JsonObject;
    let copy: JsonObject | undefined;
    for (const key in object) {
      const first = key.charCodeAt(0);
      if (first >= 0x30 && first <= 0x39) fits = false;
      const member = replace(object[key]);
      if (member === object[key]) continue;
      copy ??= { ...object };
      copy[key] = member;
    }
    return copy ?? object;
  }

  const exact = replace(plain) as JsonObject;
  return fits && next === tokens.length ? exact : undefined;
}

/** The slow way, for every kind of number and key: V8 tells the source text of each. */
function parseExact(text: string): JsonObject {
  return json.parse(text, (_key, value, { source }) =>
    typeof value === 'number' && source !== undefined && !isSame(source, value) ? json.rawJSON(source) : value,
  ) as JsonObject;
}

/** Whether a number token and the double made from it are the same number, digit for digit. */
function isSame(source: string, value: number): boolean {
  if (Number.isSafeInteger(value) && String(value) === source) return true;
  return Number.isFinite(value) && canonical(source) === canonical(String(value));
}

/**
 * A decimal number as its significant digits and the power of ten behind them, so that 1e3, 1000 and 1000.0 are equal. A
 * token can be millions of digits long: no pattern looks for the zeros at its end, because that takes the square of the time.
 */
function canonical(token: string): string {
  const [mantissa = '', exponent = '0'] = token.split(/[eE]/);
  const sign = mantissa.startsWith('-') ? '-' : '';
  const [whole = '', fraction = ''] = mantissa.slice(sign.length).split('.');
  const digits = whole + fraction;
  let start = 0;
  let end = digits.length;
  while (start < end && digits[start] === '0') start++;
  while (end > start && digits[end - 1] === '0') end--;
  if (start === end) return '0';
  const power = Number(exponent) - fraction.length + (digits.length - end);
  return `${sign}${digits.slice(start, end)}e${power}`;
}
