/**
 * Collects output lines into parts, one open part per folder, and hands finished parts to the store. Which line begins a
 * new part depends on the lines and the settings alone, never on time or on how fast the store is, so that a run that was
 * cut off and repeated ends in the same objects.
 *
 * Now and then every part is closed: when the object ends, and when as much has been written as may be buffered. There a run
 * can be stopped and taken up again, because nothing has to be known of it but what it stored.
 */
import { createHash } from 'node:crypto';
import type { Codec } from '../settings.ts';
import type { OutputEntry } from '../types.ts';
import { type Encoder, encode, openEncoder } from './encode.ts';
import { partKey, readPartKey } from './naming.ts';

export interface PartOptions {
  readonly objectId: string;
  readonly codec: Codec;
  readonly compressionLevel: number;
  readonly maxPartBytes: number;
  readonly maxOpenParts: number;
  readonly maxBufferBytes: number;
  /** Stores a finished part. */
  readonly put: (key: string, body: readonly Buffer[]) => Promise<void>;
  /** What an earlier attempt stored before the line that is written first. */
  readonly earlier?: readonly OutputEntry[];
  /** Keys of parts whose names are not to be given again. */
  readonly taken?: Iterable<string>;
}

export interface Parts {
  /** Adds a line, without its line break, to the part that is open in a folder. */
  write(folder: string, line: string): void;
  /** Whether no part is open: what was written so far does not depend on what follows. */
  isClosed(): boolean;
  /** The parts closed so far, in the order in which they were closed. Complete once `settle` has resolved. */
  closed(): readonly OutputEntry[];
  /** Their keys, whether or not they are stored. */
  keys(): readonly string[];
  /** Waits until what was written is compressed and every closed part is stored. Throws what the store throws. */
  settle(): Promise<void>;
  /** Closes and stores every part. */
  finish(): Promise<void>;
}

/** Lines are compressed in blocks of about this size. */
const BLOCK_BYTES = 256 * 1024;
/** A part begins with less: there may be very many of very few lines. */
const FIRST_BLOCK_BYTES = 8 * 1024;
const MOST_SPARE_BLOCKS = 16;
/** What one character of a line takes at the most in UTF-8. */
const MOST_BYTES_A_CHARACTER = 3;
/** How well events compress at the least; what counts must not depend on the compressor, or parts would. */
const RECKONED_RATIO = 4;

const NEWLINE = 0x0a;
const NO_BLOCK = Buffer.alloc(0);

interface Part {
  readonly folder: string;
  readonly sequence: number;
  encoder: Encoder | undefined;
  block: Buffer;
  blockUsed: number;
  bytes: number;
  records: number;
}

export function createParts(options: PartOptions): Parts {
  const open = new Map<string, Part>();
  const sequences = new Map<string, number>();
  const entries: OutputEntry[] = [...(options.earlier ?? [])];
  const keys = entries.map(({ key }) => key);
  let storing: Promise<void>[] = [];
  /** Blocks to use again: the garbage collector is slow to notice memory outside its heap. */
  const spareBlocks: { readonly [size: number]: Buffer[] } = { [FIRST_BLOCK_BYTES]: [], [BLOCK_BYTES]: [] };
  /** Written since nothing was open. */
  let bytesSinceClosed = 0;
  const maxBytes = options.maxBufferBytes * (options.codec === 'none' ? 1 : RECKONED_RATIO);

  function write(folder: string, line: string): void {
    const part = open.get(folder) ?? begin(folder);
    const bytes = append(part, line);
    part.bytes += bytes;
    part.records++;
    bytesSinceClosed += bytes;
    if (bytesSinceClosed >= maxBytes) closeAll();
    else if (part.bytes >= options.maxPartBytes) close(part);
    else if (open.size > options.maxOpenParts) close(largest());
    if (open.size === 0) bytesSinceClosed = 0;
  }

  function begin(folder: string): Part {
    const sequence = sequences.get(folder) ?? 0;
    sequences.set(folder, sequence + 1);
    const part: Part = { folder, sequence, encoder: undefined, block: NO_BLOCK, blockUsed: 0, bytes: 0, records: 0 };
    open.set(folder, part);
    return part;
  }

  /** Writes a line into the part's block and gives its bytes. A block is handed on when the next line might not fit. */
  function append(part: Part, line: string): number {
    const most = line.length * MOST_BYTES_A_CHARACTER + 1;
    if (part.blockUsed + most > part.block.length) makeRoom(part, most);
    const written = part.block.write(line, part.blockUsed);
    part.block[part.blockUsed + written] = NEWLINE;
    part.blockUsed += written + 1;
    return written + 1;
  }

  function makeRoom(part: Part, bytes: number): void {
    const { block, blockUsed } = part;
    if (blockUsed + bytes > BLOCK_BYTES) flush(part);
    const needed = part.blockUsed + bytes;
    const size = [FIRST_BLOCK_BYTES, BLOCK_BYTES].find((fixed) => needed <= fixed) ?? needed;
    part.block = spareBlocks[size]?.pop() ?? Buffer.allocUnsafeSlow(size);
    if (part.blockUsed === 0) return;
    block.copy(part.block, 0, 0, blockUsed);
    free(block);
  }

  function flush(part: Part): void {
    if (part.blockUsed === 0) return;
    part.encoder ??= openEncoder(options.codec, options.compressionLevel);
    const { block } = part;
    part.encoder.write(block.subarray(0, part.blockUsed), () => free(block));
    part.block = NO_BLOCK;
    part.blockUsed = 0;
  }

  function largest(): Part {
    let found: Part | undefined;
    for (const part of open.values()) if (found === undefined || part.bytes > found.bytes) found = part;
    return found as Part;
  }

  function close(part: Part): void {
    open.delete(part.folder);
    if (part.encoder !== undefined) flush(part);
    const key = partKey(part.folder, options.objectId, part.sequence, options.codec);
    const stored = store(part, key, keys.push(key) - 1);
    // `settle` throws it; until then it must not count as unhandled.
    stored.catch(() => {});
    storing.push(stored);
  }

  function closeAll(): void {
    for (const part of [...open.values()]) close(part);
  }

  /** Most parts are done before a block is full; they need no stream. */
  function encodeWhole({ block, blockUsed }: Part): Buffer {
    const bytes = encode(options.codec, options.compressionLevel, block.subarray(0, blockUsed));
    free(block);
    return bytes;
  }

  function free(block: Buffer): void {
    const spare = spareBlocks[block.length];
    if (spare !== undefined && spare.length < MOST_SPARE_BLOCKS) spare.push(block);
  }

  async function store(part: Part, key: string, place: number): Promise<void> {
    const body = part.encoder ? await part.encoder.finish() : [encodeWhole(part)];
    const digest = createHash('sha256');
    let bytes = 0;
    for (const block of body) {
      digest.update(block);
      bytes += block.length;
    }
    await options.put(key, body);
    const partition = part.folder.slice(part.folder.indexOf('/') + 1);
    entries[place] = { key, partition, records: part.records, bytes, sha256: digest.digest('hex') };
  }

  async function settle(): Promise<void> {
    for (const part of open.values()) await part.encoder?.settle();
    const waiting = storing;
    storing = [];
    await Promise.all(waiting);
  }

  function finish(): Promise<void> {
    closeAll();
    return settle();
  }

  for (const key of [...keys, ...(options.taken ?? [])]) {
    const { folder, sequence } = readPartKey(key) ?? {};
    if (folder !== undefined && sequence !== undefined) sequences.set(folder, Math.max(sequences.get(folder) ?? 0, sequence + 1));
  }
  return { write, isClosed: () => open.size === 0, closed: () => entries, keys: () => keys, settle, finish };
}
