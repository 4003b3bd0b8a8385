/**
 * Fast variation. Writing a story down takes a hundred microseconds; a large batch needs events faster than that. So a base
 * event is written once, and copies of its bytes get other times, pids, inodes, file names and ids of the same length.
 */
import type { Random } from './random.ts';

/** Digits of a copy that may differ; the same digits wherever the base had the same ones. */
interface Slot {
  readonly offsets: readonly number[];
  readonly width: number;
  readonly alphabet: 'decimal' | 'hex' | 'sixty' | 'nonzero';
}

export interface Base {
  readonly bytes: Uint8Array;
  /** The `number`th copy, from 1. Copies of different numbers differ. */
  copy(number: number, random: Random): Uint8Array;
  /** How many different copies there are; 0 when the event has too few digits to vary. */
  readonly copies: number;
}

const DIGITS = Buffer.from('0123456789');
const HEX = Buffer.from('0123456789abcdef');
/** Prime to every power of ten, so that multiples of it run through all numbers of a slot before one comes again. */
const STRIDE = 617_283_941;
const WIDEST = 7;
const NARROWEST = 4;

/** Looks for what can vary in a record's bytes. */
export function createBase(bytes: Uint8Array): Base {
  // One byte, one character: the matches' places are offsets, whatever the encoding.
  const slots = findSlots(Buffer.from(bytes).toString('latin1'));
  const [primary, ...others] = slots.sort((a, b) => capacity(b) - capacity(a));
  const usable = primary !== undefined && capacity(primary) >= NARROWEST ? primary : undefined;
  const width = usable === undefined ? 0 : Math.min(WIDEST, usable.width);
  const modulus = 10 ** width;
  const first = usable === undefined ? 0 : readDigits(bytes, (usable.offsets[0] ?? 0) + usable.width - width, width);
  return {
    bytes,
    copies: usable === undefined ? 0 : modulus - 1,
    copy(number, random) {
      if (usable === undefined) throw new RangeError('this event has nothing to vary');
      const copy = Buffer.allocUnsafeSlow(bytes.length);
      copy.set(bytes);
      let rest = (first + number * (STRIDE % modulus)) % modulus;
      for (let index = usable.width - 1; index >= usable.width - width; index--) {
        for (const offset of usable.offsets) copy[offset + index] = 0x30 + (rest % 10);
        rest = Math.floor(rest / 10);
      }
      for (const slot of others) fill(copy, slot, random);
      return copy;
    },
  };
}

/** The bytes with everything that varies made the same: two bases with equal skeletons could give equal copies. */
export function skeleton(bytes: Uint8Array): string {
  const copy = Buffer.from(bytes);
  for (const { offsets, width } of findSlots(copy.toString('latin1')))
    for (const offset of offsets) copy.fill(0x30, offset, offset + width);
  return copy.toString('latin1');
}

function capacity({ width, alphabet }: Slot): number {
  return alphabet === 'decimal' ? width : 0;
}

function readDigits(bytes: Uint8Array, offset: number, width: number): number {
  let number = 0;
  for (let index = 0; index < width; index++) number = number * 10 + ((bytes[offset + index] ?? 0x30) - 0x30);
  return number;
}

function fill(bytes: Uint8Array, { offsets, width, alphabet }: Slot, random: Random): void {
  for (let index = 0; index < width; index++) {
    const digit =
      alphabet === 'hex'
        ? HEX[random.int(0, 15)]
        : DIGITS[
            alphabet === 'sixty' && index === 0 ? random.int(0, 5) : alphabet === 'nonzero' ? random.int(1, 9) : random.int(0, 9)
          ];
    for (const offset of offsets) bytes[offset + index] = digit ?? 0x30;
  }
}

/** Quotes may be escaped: the event can be text inside an envelope. */
const DATE = /"date\\*":\\*"\d{4}-\d\d-\d\dT\d\d:\d\d:(\d\d)(?:\.(\d{3})(\d*))?/g;
/** First and last digits stay, so that no number begins with zero and Windows pids stay even. */
const NUMBERS = /"(?:pid|tid|ppid|inode|executable_inode)\\*":(\d{6,19})\b/g;
const FILE_NAMES = /[/\\.]([0-9a-f]{8})\.(?:bak|tmp)/g;
const ARCHIVE_ID = /^\{"_id":"(.{24})"/;

function findSlots(text: string): Slot[] {
  const slots = new Map<string, { offsets: number[]; width: number; alphabet: Slot['alphabet'] }>();
  const add = (kind: string, alphabet: Slot['alphabet'], offset: number, width: number) => {
    if (width <= 0) return;
    const key = `${kind} ${text.slice(offset, offset + width)}`;
    const slot = slots.get(key);
    if (slot === undefined) slots.set(key, { offsets: [offset], width, alphabet });
    else slot.offsets.push(offset);
  };
  for (const { index, 0: match, 1: seconds = '', 2: millis = '', 3: finer = '' } of text.matchAll(DATE)) {
    const end = index + match.length;
    const secondsAt = millis === '' ? end - 2 : end - finer.length - 4 - 2;
    add(`second ${seconds}`, 'sixty', secondsAt, 2);
    if (millis !== '') add('milli', 'decimal', end - finer.length - 3, 2);
    // Trailing zeros would have been trimmed.
    if (finer !== '') {
      add('fine', 'decimal', end - finer.length, finer.length - 1);
      add(`last ${index}`, 'nonzero', end - 1, 1);
    }
  }
  for (const { index, 0: match, 1: digits = '' } of text.matchAll(NUMBERS)) {
    const at = index + match.length - digits.length;
    add(`number ${digits}`, 'decimal', at + 1, digits.length - 2);
  }
  for (const { index, 0: match, 1: name = '' } of text.matchAll(FILE_NAMES)) add('name', 'hex', index + match.indexOf(name), 8);
  const id = ARCHIVE_ID.exec(text);
  if (id) add('id', 'hex', 8, 24);
  return [...slots.values()];
}
