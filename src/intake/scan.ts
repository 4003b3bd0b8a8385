/**
 * One pass over the bytes of a JSON value: where it ends, how deep it nests, how many members it has and whether its
 * numbers need care. It knows just enough JSON for that; `JSON.parse` has the last word on syntax.
 *
 * It reads every input byte, so the pass itself is WebAssembly (src/kernel/scan.as.ts), fed from here.
 */
import { SCAN_KERNEL } from '../generated/scan-kernel.ts';
import type { Shape } from '../types.ts';

/** A double keeps every integer of 15 digits; a number token of 16 characters or more, or with an exponent, may not survive. */
export const LONGEST_SAFE_NUMBER = 15;

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

interface Kernel {
  readonly memory: WebAssembly.Memory;
  /** Takes two addresses and a length, gives an address. */
  readonly scan: (from: number, to: number, longNumberLength: number) => number;
}

const kernel = new WebAssembly.Instance(new WebAssembly.Module(Buffer.from(SCAN_KERNEL, 'base64'))).exports as unknown as Kernel;
const memory = new Uint8Array(kernel.memory.buffer);
/** The kernel keeps its state in the first bytes, one 32-bit integer each, in the order of `Scan`. */
const state = new Int32Array(kernel.memory.buffer, 0, 10);
const INPUT = 64;
/** How much is copied to the kernel at a time: a few records, so that little is copied in vain when another text comes in between. */
const PIECE_BYTES = 32 * 1024;

/** What the kernel's memory holds: `bytes[loadedFrom, loadedTo)`. */
let loaded: Uint8Array | undefined;
let loadedFrom = 0;
let loadedTo = 0;

/** To be called before bytes are scanned that may lie where earlier ones lay. */
export function forgetBytes(): void {
  loaded = undefined;
}

function load(bytes: Uint8Array, from: number, to: number): void {
  loaded = bytes;
  loadedFrom = from;
  loadedTo = Math.min(to, from + PIECE_BYTES);
  memory.set(bytes.subarray(loadedFrom, loadedTo), INPUT);
}

/**
 * Goes on with a scan over `bytes[from, to)`. Returns the index behind the last byte that belongs to the value and sets
 * `scan.state`: MORE when the value goes on behind `to`, COMPLETE at its end, CUT where it was broken off.
 */
export function scanValue(bytes: Uint8Array, from: number, to: number, scan: Scan): number {
  let at = from;
  state[0] = MORE;
  state[1] = scan.depth;
  state[2] = scan.maxDepth;
  state[3] = scan.members;
  state[4] = Number(scan.exact);
  state[5] = scan.lines;
  state[6] = Number(scan.inString);
  state[7] = Number(scan.escaped);
  state[8] = scan.numberLength;
  state[9] = scan.previous;
  while (at < to && state[0] === MORE) {
    if (bytes !== loaded || at < loadedFrom || at >= loadedTo) load(bytes, at, to);
    const address = INPUT - loadedFrom;
    at = kernel.scan(at + address, Math.min(to, loadedTo) + address, LONGEST_SAFE_NUMBER + 1) - address;
  }
  scan.state = state[0] as State;
  scan.depth = state[1];
  scan.maxDepth = state[2];
  scan.members = state[3];
  scan.exact = state[4] !== 0;
  scan.lines = state[5];
  scan.inString = state[6] !== 0;
  scan.escaped = state[7] !== 0;
  scan.numberLength = state[8];
  scan.previous = state[9];
  return at;
}

/** The shape of text that is no JSON. */
export const NO_SHAPE: Shape = { members: 0, depth: 0, exact: false };

const JSON_OPENERS: readonly (number | undefined)[] = ['{', '[', '"'].map((character) => character.charCodeAt(0));

/** Whether a record that begins with this byte is scanned as JSON. Any other is text. */
export function opensJson(byte: number | undefined): boolean {
  return JSON_OPENERS.includes(byte);
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

/** The shape that a record had when it was cut out of its object. */
export function shapeOfRecord(bytes: Uint8Array): Shape {
  return opensJson(bytes[0]) ? shapeOfText(bytes) : NO_SHAPE;
}
