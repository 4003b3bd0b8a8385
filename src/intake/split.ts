/**
 * Cuts decompressed bytes into records. One splitter reads every framing: JSON lines, a JSON array, concatenated values,
 * pretty-printed documents, and a `{"Records": […]}` or `{"events": […]}` wrapper. It looks only at bytes it has, so the
 * sizes of the chunks never change the result, and every byte is counted as part of a record or as a separator.
 *
 * A broken record costs itself only: a value ends at a line break inside a string, and at a line that opens an object in
 * its first column while the value is not closed. What is in between is handed on, and `parse` says what is wrong with it.
 */
import type { Fault, RawRecord } from '../types.ts';
import { forgetBytes, MORE, NO_SHAPE, opensJson, type Scan, scanValue, shapeOf, startScan } from './scan.ts';
import { isSpace, wrapperPrefix } from './wrapper.ts';

export interface SplitLimits {
  readonly maxRecordBytes: number;
  /** How much of a record that is too large is kept. */
  readonly maxRawBytes: number;
}

export interface Splitter {
  /** Takes the next bytes. A record's `bytes` are valid only until `push` returns. */
  push(chunk: Buffer): void;
  /**
   * Says that nothing follows: what is unfinished becomes a record too. `fault` says that the object could not be read
   * further; then the last record, though it may be empty, stands for all that is missing.
   */
  end(fault?: Fault): void;
  /** Bytes so far; their sum is every byte consumed. */
  readonly account: { readonly inRecords: number; readonly betweenRecords: number };
}

const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);
const EMPTY = Buffer.alloc(0);
const TOO_LARGE: Fault = { code: 'record.too_large', errors: [] };
const MEMBERS_BESIDE: Fault = { code: 'envelope.container_members', errors: [] };

const NEWLINE = 0x0a;
const COMMA = 0x2c;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/** A record that has begun: JSON that is being scanned, or text that is not JSON and runs to the end of its line. */
interface Unfinished {
  readonly offset: number;
  readonly scan: Scan | undefined;
  readonly fault: Fault | undefined;
  /** The first bytes, kept once the record has outgrown the limit and the rest is only counted. */
  head: Buffer | undefined;
}

type Container = 'none' | 'array' | 'wrapper' | 'wrapper end';

/** Starts a splitter that hands each record to `emit`, in order, as soon as its last byte is there. */
export function createSplitter(limits: SplitLimits, emit: (record: RawRecord) => void): Splitter {
  const account = { inRecords: 0, betweenRecords: 0 };
  /** Never more than the limit that is sure to be in memory when it is passed, whatever the chunks. */
  const headBytes = Math.min(limits.maxRawBytes, limits.maxRecordBytes);
  /** Bytes that are not done with; `base` is the offset of the first of them in the object. */
  let window: Buffer = EMPTY;
  /** What `window` lies in, once a record did not fit one chunk. */
  let room: Buffer = EMPTY;
  let base = 0;
  let position = 0;
  let line = 1;
  let records = 0;
  let container: Container = 'none';
  /** Where the array that was opened last begins. */
  let listLine = 0;
  let current: Unfinished | undefined;

  function push(chunk: Buffer): void {
    const keepFrom = current === undefined ? position : current.head ? position : current.offset - base;
    const rest = window.subarray(keepFrom);
    base += keepFrom;
    position -= keepFrom;
    window = rest.length === 0 ? chunk : join(rest, chunk);
    forgetBytes();
    consume(false);
  }

  /**
   * Puts a chunk behind the rest of the window. There is room for twice as much, so that neither a long record is moved for
   * each of its chunks nor a new room is needed for each pair of short ones.
   */
  function join(rest: Buffer, chunk: Buffer): Buffer {
    const length = rest.length + chunk.length;
    let start = rest.byteOffset - room.byteOffset;
    if (rest.buffer !== room.buffer || start + length > room.length) {
      if (room.length < 2 * length) room = Buffer.allocUnsafeSlow(2 * length);
      start = 0;
      rest.copy(room);
    }
    chunk.copy(room, start + rest.length);
    return room.subarray(start, start + length);
  }

  function end(fault?: Fault): void {
    consume(true);
    if (current !== undefined) finish(window.length, fault);
    // A list that was never closed lost whatever was to follow: say so with an empty record at the end.
    else if (fault !== undefined || container !== 'none') finishEmpty(fault);
  }

  function finishEmpty(fault?: Fault): void {
    emit({ index: records++, line, offset: base + position, length: 0, bytes: EMPTY, shape: NO_SHAPE, ...(fault && { fault }) });
  }

  function consume(final: boolean): void {
    for (;;) {
      if (current === undefined) {
        if (base + position === 0 && !skipMark(final)) return;
        skipSeparators();
        if (position >= window.length || !begin(final)) return;
      } else if (!proceed(current)) {
        return;
      }
    }
  }

  /** Skips a byte order mark. False when the object begins like one and more bytes are needed to tell. */
  function skipMark(final: boolean): boolean {
    const start = window.subarray(0, BYTE_ORDER_MARK.length);
    if (!start.equals(BYTE_ORDER_MARK.subarray(0, start.length))) return true;
    if (start.length < BYTE_ORDER_MARK.length) return final;
    position = start.length;
    account.betweenRecords += position;
    return true;
  }

  function skipSeparators(): void {
    const from = position;
    for (; position < window.length; position++) {
      const byte = window[position];
      if (byte === NEWLINE) line++;
      else if (!isSpace(byte) && (byte !== COMMA || container === 'wrapper end')) break;
    }
    account.betweenRecords += position - from;
  }

  /** Enters or leaves a container, or starts a record, at the current byte. False when more bytes are needed to decide. */
  function begin(final: boolean): boolean {
    const byte = window[position];
    if (container === 'wrapper end') {
      if (byte === CLOSE_BRACE) return step(1, 'none');
      if (byte === COMMA)
        current = { offset: base + position, scan: { ...startScan(), depth: 1 }, fault: MEMBERS_BESIDE, head: undefined };
      else finishEmpty();
      container = 'none';
      return true;
    }
    if (byte === CLOSE_BRACKET && container !== 'none') return step(1, container === 'wrapper' ? 'wrapper end' : 'none');
    if (byte === OPEN_BRACKET && container === 'none') {
      listLine = line;
      return step(1, 'array');
    }
    if (byte === OPEN_BRACE && container === 'none') {
      const prefix = wrapperPrefix(window, position);
      if (prefix === 'undecided' && !final) return false;
      if (typeof prefix === 'number') return step(prefix - position, 'wrapper');
    }
    current = { offset: base + position, scan: opensJson(byte) ? startScan() : undefined, fault: undefined, head: undefined };
    return true;
  }

  function step(length: number, next: Container): true {
    for (let i = position; i < position + length; i++) if (window[i] === NEWLINE) line++;
    account.betweenRecords += length;
    position += length;
    container = next;
    return true;
  }

  /** Goes on with a record. False when its end has not arrived yet. */
  function proceed(record: Unfinished): boolean {
    if (record.scan !== undefined) {
      position = scanValue(window, position, window.length, record.scan);
      if (record.scan.state !== MORE) return finish(position);
    } else {
      const inList = container !== 'none';
      for (; position < window.length; position++) {
        const byte = window[position];
        if (byte === NEWLINE || (inList && (byte === COMMA || byte === CLOSE_BRACKET))) {
          // Where a bracket opens a line that ends in text, it opens no list: the line is one of a log.
          if (byte === NEWLINE && container === 'array' && line === listLine) container = 'none';
          return finish(position);
        }
      }
    }
    const length = base + window.length - record.offset;
    if (record.head === undefined && length > limits.maxRecordBytes) {
      record.head = Buffer.from(window.subarray(record.offset - base, record.offset - base + headBytes));
    }
    return false;
  }

  function finish(endIndex: number, objectFault?: Fault): true {
    const record = current as Unfinished;
    const length = base + endIndex - record.offset;
    const start = record.offset - base;
    const tooLarge = length > limits.maxRecordBytes;
    const fault = objectFault ?? (tooLarge ? TOO_LARGE : record.fault);
    emit({
      index: records++,
      line,
      offset: record.offset,
      length,
      bytes: record.head ?? window.subarray(start, tooLarge ? start + headBytes : endIndex),
      shape: record.scan ? shapeOf(record.scan) : NO_SHAPE,
      ...(fault && { fault }),
    });
    account.inRecords += length;
    line += record.scan?.lines ?? 0;
    current = undefined;
    return true;
  }

  return { push, end, account };
}
