/** What a hostile case is: an input, and what must become of it. The tables of this folder are tests and docs/hostile.md at once. */
import type { RejectCode } from '../../src/reject-codes.ts';
import type { Settings } from '../../src/settings.ts';
import type { JsonObject } from '../../src/types.ts';

/** The whole verdict on an object: nothing beyond it may be there. */
export interface Expected {
  readonly valid: number;
  /** Rejects by code; none when absent. */
  readonly rejects?: { readonly [code in RejectCode]?: number };
  /** The fault of the object itself, which is one of the rejects too. */
  readonly fault?: RejectCode;
}

export interface HostileCase {
  readonly name: string;
  /** What the input is, in one line of Markdown. */
  readonly what: string;
  /** Made only when the case runs. */
  readonly input: () => string | Uint8Array | Flood;
  /** The key of the object, where its name is part of the trick. */
  readonly key?: string;
  readonly settings?: Partial<Settings>;
  readonly expected: Expected;
  /** Members that `extra` of the first event must have, by pointer. */
  readonly extra?: JsonObject;
  /** What the line of the first event must hold, character by character. */
  readonly written?: string;
  /** Exactly the partitions of the events. */
  readonly partitions?: readonly string[];
}

/** What a process may hold while it runs one of the cases at the limits of size. */
export const MOST_MEGABYTES = 300;

export interface Family {
  readonly title: string;
  readonly cases: readonly HostileCase[];
}

/** Stands in an event for JSON text that `JSON.stringify` would never write: as a value, or as a member with the value 0. */
export const HOLE = '@@';

/** An event as one line, with `text` in the place of the hole. */
export function line(event: JsonObject, text = ''): string {
  return `${JSON.stringify(event).replace(/"@@"(?::0)?/, () => text)}\n`;
}

/** An intake payload with this text as its message. */
export function payload(message: string): string {
  return `${JSON.stringify({ hostname: 'web-1', service: 'runtime-security-agent', message })}\n`;
}

/** What is too large to be held: its length, and its bytes a piece at a time. */
export interface Flood {
  readonly bytes: number;
  readonly chunks: () => Iterable<Uint8Array>;
}

const PIECE_BYTES = 64 * 1024;

/** The same character over and over, between two texts. */
export function flood(count: number, of: string, before = '', after = ''): Flood {
  const piece = Buffer.alloc(PIECE_BYTES, of);
  return {
    bytes: Buffer.byteLength(before) + count + Buffer.byteLength(after),
    chunks: function* () {
      yield Buffer.from(before);
      for (let left = count; left > 0; left -= PIECE_BYTES) yield piece.subarray(0, Math.min(left, PIECE_BYTES));
      yield Buffer.from(after);
    },
  };
}
