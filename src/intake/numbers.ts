/**
 * Numbers that a JavaScript double cannot hold keep every digit as `JSON.rawJSON` values: inodes, span ids and flow
 * counters are unsigned 64-bit integers. Only records that the scan marked pay for this.
 */
import { json } from '../json.ts';
import type { JsonObject } from '../types.ts';

/** Parses JSON text so that no number loses a digit: those that would are raw values. Throws like `JSON.parse`. */
export function parseExact(text: string): JsonObject {
  return json.parse(text, (_key, value, { source }) =>
    typeof value === 'number' && source !== undefined && !isSame(source, value) ? json.rawJSON(source) : value,
  ) as JsonObject;
}

/** Whether a number token and the double made from it are the same number, digit for digit. */
function isSame(source: string, value: number): boolean {
  if (Number.isSafeInteger(value) && String(value) === source) return true;
  return Number.isFinite(value) && canonical(source) === canonical(String(value));
}

/** A decimal number as its significant digits and the power of ten behind them, so that 1e3, 1000 and 1000.0 are equal. */
function canonical(token: string): string {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(token) ?? [];
  const digits = (whole + fraction).replace(/^0+/, '');
  const significant = digits.replace(/0+$/, '');
  if (significant === '') return '0';
  const power = Number(exponent) - fraction.length + (digits.length - significant.length);
  return `${sign}${significant}e${power}`;
}
