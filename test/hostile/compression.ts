/** Objects whose compression lies, breaks off, or hides far more than it shows. */
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { linuxEvent } from '../valid-events.ts';
import { type Family, type HostileCase, line } from './case.ts';

const MiB = 1024 * 1024;
const LINE = line(linuxEvent());
const LINES = LINE.repeat(50);
const gzip = gzipSync(LINES);
const zstd = zstdCompressSync(LINES);

function changed(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[at] = (copy[at] ?? 0) ^ 0xff;
  return copy;
}

/** A zstd frame of blocks that each say "this byte, so many times": 4 bytes for up to 128 KiB. */
export function zstdRuns(windowLog: number, blocks: number, byte = ' '): Buffer {
  const runBytes = 128 * 1024;
  const head = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, (windowLog - 10) << 3]);
  const body = Buffer.alloc(4 * blocks);
  for (let block = 0; block < blocks; block++) {
    const isLast = block === blocks - 1 ? 1 : 0;
    body.writeUIntLE((runBytes << 3) | (1 << 1) | isLast, 4 * block, 3);
    body.write(byte, 4 * block + 3, 'latin1');
  }
  return Buffer.concat([head, body]);
}

const CORRUPT = { rejects: { 'object.corrupt': 1 }, fault: 'object.corrupt' } as const;
const TRUNCATED = { rejects: { 'object.truncated': 1 }, fault: 'object.truncated' } as const;
const TOO_LARGE = { rejects: { 'object.too_large': 1 }, fault: 'object.too_large' } as const;

const BOMBS: readonly HostileCase[] = [
  {
    name: 'gzip bomb by ratio',
    what: '64 MiB of spaces in 64 KB of gzip, with `max_decompress_ratio` 100',
    input: () => gzipSync(Buffer.concat([Buffer.from(LINE), Buffer.alloc(64 * MiB, ' ')])),
    settings: { max_decompress_ratio: 100 },
    expected: { valid: 1, ...TOO_LARGE },
  },
  {
    name: 'zstd bomb by ratio',
    what: '125 MiB of spaces in 4 KB of zstd, at the default ratio of 1000',
    input: () => Buffer.concat([zstdCompressSync(LINE), zstdRuns(20, 1000)]),
    expected: { valid: 1, ...TOO_LARGE },
  },
  {
    name: 'bomb by absolute size',
    what: '20 MiB of spaces in gzip, with `max_decompressed_bytes` 1 MiB and a generous ratio',
    input: () => gzipSync(Buffer.concat([Buffer.from(LINE), Buffer.alloc(20 * MiB, ' ')])),
    settings: { max_decompressed_bytes: MiB, max_decompress_ratio: 1_000_000 },
    expected: { valid: 1, ...TOO_LARGE },
  },
  {
    name: 'bomb of many members',
    what: 'one event and 300 gzip members of 1 MiB of line breaks each, with ratio 100',
    input: () => {
      const member = gzipSync(Buffer.alloc(MiB, '\n'));
      return Buffer.concat([gzipSync(LINE), ...Array.from({ length: 300 }, () => member)]);
    },
    settings: { max_decompress_ratio: 100 },
    expected: { valid: 1, ...TOO_LARGE },
  },
  {
    name: 'small bomb within the floor',
    what: '15 MiB of spaces in gzip with ratio 2, because every object may reach 16 MiB',
    input: () => gzipSync(Buffer.alloc(15 * MiB, ' ')),
    settings: { max_decompress_ratio: 2 },
    expected: { valid: 0 },
  },
  {
    name: 'nested bomb',
    what: 'zstd that would open to 4 GB, in gzip: one layer is opened, and what is in it is no text',
    input: () => gzipSync(zstdRuns(20, 32_000)),
    expected: { valid: 0, rejects: { 'json.encoding': 1 } },
  },
  {
    name: 'zstd window of 2 GiB',
    what: 'a frame that asks the reader for 2 GiB of window',
    input: () => zstdRuns(31, 2),
    expected: { valid: 0, ...CORRUPT },
  },
];

const MEMBERS: readonly HostileCase[] = [
  {
    name: 'many empty gzip members',
    what: '50,000 empty gzip members around one event',
    input: () => {
      const empty = gzipSync('');
      const many = Buffer.alloc(25_000 * empty.length, empty);
      return Buffer.concat([many, gzipSync(LINE), many]);
    },
    expected: { valid: 1 },
  },
  {
    name: 'many empty zstd frames',
    what: '5,000 empty zstd frames around one event',
    input: () => {
      const empty = zstdCompressSync('');
      const many = Buffer.alloc(2500 * empty.length, empty);
      return Buffer.concat([many, zstdCompressSync(LINE), many]);
    },
    expected: { valid: 1 },
  },
  {
    name: 'members that cut a record',
    what: 'gzip members of 100 bytes of JSON each, so that no record is whole in one',
    input: () => Buffer.concat(Array.from({ length: 60 }, (_, i) => gzipSync(LINES.slice(i * 100, (i + 1) * 100)))),
    expected: {
      valid: Math.floor(6000 / LINE.length),
      ...(6000 % LINE.length > 0 && { rejects: { 'json.truncated': 1 } }),
    },
  },
  {
    name: 'gzip followed by zstd',
    what: 'a whole gzip member and then a zstd frame',
    input: () => Buffer.concat([gzip, zstd]),
    expected: { valid: 50, ...CORRUPT },
  },
  {
    name: 'zstd followed by gzip',
    what: 'a whole zstd frame and then a gzip member',
    input: () => Buffer.concat([zstd, gzip]),
    expected: { valid: 50, ...CORRUPT },
  },
  {
    name: 'gzip followed by plain JSON',
    what: 'a line appended to a compressed file without compressing it',
    input: () => Buffer.concat([gzip, Buffer.from(LINE)]),
    expected: { valid: 50, ...CORRUPT },
  },
  {
    name: 'gzip followed by zeros',
    what: 'a gzip file padded with 1 MiB of zeros, as tapes and disks do',
    input: () => Buffer.concat([gzip, Buffer.alloc(MiB)]),
    expected: { valid: 50 },
  },
];

const DAMAGES: readonly HostileCase[] = [
  {
    name: 'gzip of two bytes',
    what: 'the magic number of gzip alone',
    input: () => gzip.subarray(0, 2),
    expected: { valid: 0, ...TRUNCATED },
  },
  {
    name: 'gzip cut in its header',
    what: 'the first 7 bytes',
    input: () => gzip.subarray(0, 7),
    expected: { valid: 0, ...TRUNCATED },
  },
  {
    name: 'gzip cut in its data',
    what: 'the last 100 bytes are missing: the records before the cut are kept',
    input: () => gzipSync(LINES, { level: 0 }).subarray(0, -100),
    expected: { valid: 49, ...TRUNCATED },
  },
  {
    name: 'gzip cut in its checksum',
    what: 'the last 4 bytes are missing; the data is all there',
    input: () => gzip.subarray(0, -4),
    expected: { valid: 50, ...TRUNCATED },
  },
  {
    name: 'gzip corrupt in the middle',
    what: 'a stored block with a wrong length behind 10 events',
    input: () => Buffer.concat([gzipSync(LINE.repeat(10)), changed(gzipSync(LINES, { level: 0 }), 12)]),
    expected: { valid: 10, ...CORRUPT },
  },
  {
    name: 'gzip with a wrong checksum',
    what: 'one bit of CRC-32 differs: the events are there, and the object is reported',
    input: () => changed(gzip, gzip.length - 7),
    expected: { valid: 50, ...CORRUPT },
  },
  {
    name: 'zstd of four bytes',
    what: 'the magic number of zstd alone',
    input: () => zstd.subarray(0, 4),
    expected: { valid: 0, ...TRUNCATED },
  },
  {
    name: 'zstd cut in its data',
    what: 'a second frame of which half is missing',
    input: () => Buffer.concat([zstd, zstd.subarray(0, zstd.length >> 1)]),
    expected: { valid: 50, ...TRUNCATED },
  },
  {
    name: 'zstd corrupt in the middle',
    what: 'a second frame whose first block has a type that does not exist',
    input: () => Buffer.concat([zstd, Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x50, 0x07, 0x00, 0x00])]),
    expected: { valid: 50, ...CORRUPT },
  },
];

const NAMES: readonly HostileCase[] = [
  {
    name: 'gzip named .json',
    what: 'the content decides, not the name',
    key: 'batch.json',
    input: () => gzip,
    expected: { valid: 50 },
  },
  {
    name: 'plain text named .gz',
    what: 'JSON lines under a name that promises gzip',
    key: 'batch.json.gz',
    input: () => LINES,
    expected: { valid: 50 },
  },
  {
    name: 'zstd named .gz',
    what: 'zstd under a name that promises gzip',
    key: 'batch.json.gz',
    input: () => zstd,
    expected: { valid: 50 },
  },
  {
    name: 'JSON named .png',
    what: 'an extension of another world',
    key: 'holiday.png',
    input: () => LINES,
    expected: { valid: 50 },
  },
  {
    name: 'double gzip',
    what: 'a gzip file that was compressed once more: only one layer is opened',
    input: () => gzipSync(gzipSync('{"evt":{"name":"open"}}', { level: 0 })),
    expected: { valid: 0, rejects: { 'json.encoding': 1 } },
  },
];

export const COMPRESSION: Family = { title: 'Compression', cases: [...BOMBS, ...MEMBERS, ...DAMAGES, ...NAMES] };
