/** Compresses one output part while it is being written. */
import { constants, createGzip, createZstdCompress, gzipSync, zstdCompressSync } from 'node:zlib';
import type { Codec } from '../settings.ts';

export interface Encoder {
  /**
   * Takes the next bytes. The same bytes in the same pieces always give the same output. Calls `free` when the block may be
   * written to again; never, when the block itself is the output.
   */
  write(block: Buffer, free: () => void): void;
  /** Resolves when everything written so far has been compressed. */
  settle(): Promise<void>;
  /** Ends the part and gives all of it. */
  finish(): Promise<readonly Buffer[]>;
}

export function openEncoder(codec: Codec, level: number): Encoder {
  return codec === 'none' ? collect() : compress(codec, level);
}

/** A small event compresses to about this much. */
const LEAST_PIECE_BYTES = 1024;

/** All of a small part at once, in a buffer of its own. The same bytes always give the same output, but not that of an encoder. */
export function encode(codec: Codec, level: number, bytes: Buffer): Buffer {
  if (codec === 'none') return Buffer.from(bytes);
  // Node cuts the output from pieces of this size, and a short one keeps its whole piece in memory.
  const chunkSize = Math.max(LEAST_PIECE_BYTES, bytes.length >> 2);
  return codec === 'gzip'
    ? gzipSync(bytes, { level, chunkSize })
    : zstdCompressSync(bytes, { params: zstdParameters(level), chunkSize });
}

function collect(): Encoder {
  const blocks: Buffer[] = [];
  return {
    write: (block) => {
      blocks.push(block);
    },
    settle: () => Promise.resolve(),
    finish: () => Promise.resolve(blocks),
  };
}

function compress(codec: 'zstd' | 'gzip', level: number): Encoder {
  const stream = codec === 'gzip' ? createGzip({ level }) : createZstdCompress({ params: zstdParameters(level) });
  const blocks: Buffer[] = [];
  stream.on('data', (block: Buffer) => blocks.push(block));
  const ended = new Promise<void>((resolve, reject) => {
    stream.on('end', resolve);
    stream.on('error', reject);
  });
  // Whoever waits for the end hears of a failure; without a waiter it must not bring the process down.
  ended.catch(() => {});
  let last: Promise<void> = Promise.resolve();
  return {
    write: (block, free) => {
      last = new Promise<void>((resolve) => stream.write(block, () => resolve())).then(free);
    },
    settle: () => last,
    finish: async () => {
      // Node ends the frame together with the last block if that is still waiting, and zstd then writes other bytes.
      await last;
      stream.end();
      await ended;
      return blocks;
    },
  };
}

/** The checksum lets every reader notice a damaged file. */
function zstdParameters(level: number): { [parameter: number]: number } {
  return { [constants.ZSTD_c_compressionLevel]: level, [constants.ZSTD_c_checksumFlag]: 1 };
}
