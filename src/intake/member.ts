/** Finds the text of one member of an object without parsing it: an event inside an envelope is known by its own bytes. */
import { scanValue, startScan } from './scan.ts';

const QUOTE = 0x22;
const OPEN = [0x7b, 0x5b, QUOTE];

/**
 * The text of the member `name` of the object that `bytes` holds, without the white space around it.
 * `bytes` must be valid JSON, and the member an object at the first level of it.
 */
export function memberText(bytes: Buffer, name: string): Buffer {
  let i = bytes.indexOf('{') + 1;
  while (i < bytes.length) {
    i = bytes.indexOf(QUOTE, i);
    const keyEnd = endOf(bytes, i);
    const key: unknown = JSON.parse(bytes.toString('utf8', i, keyEnd));
    i = skipTo(bytes, bytes.indexOf(':', keyEnd) + 1);
    const end = OPEN.includes(bytes[i] as number) ? endOf(bytes, i) : endOfScalar(bytes, i);
    if (key === name) return bytes.subarray(i, end);
    i = end;
  }
  throw new RangeError('the member is not there');
}

function endOf(bytes: Buffer, from: number): number {
  return scanValue(bytes, from, bytes.length, startScan());
}

function endOfScalar(bytes: Buffer, from: number): number {
  let i = from;
  while (i < bytes.length && bytes[i] !== 0x2c && bytes[i] !== 0x7d) i++;
  return i;
}

function skipTo(bytes: Buffer, from: number): number {
  let i = from;
  while ((bytes[i] as number) <= 0x20) i++;
  return i;
}
