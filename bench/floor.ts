/**
 * The floor: what any program in this language has to do to a gzip batch of JSON lines, and nothing else. Gunzip, split,
 * JSON.parse, JSON.stringify, zstd level 1 into four streams; the output is thrown away.
 *
 * Usage: node bench/floor.ts <batch.ndjson.gz>
 */
import { createReadStream } from 'node:fs';
import { constants, createGunzip, createZstdCompress, type ZstdCompress } from 'node:zlib';

const STREAMS = 4;
const BLOCK_BYTES = 256 * 1024;
const NEWLINE = 0x0a;

interface Lane {
  readonly stream: ZstdCompress;
  pending: string;
  written: Promise<void>;
}

const [path] = process.argv.slice(2);
if (path === undefined) throw new Error('usage: node bench/floor.ts <batch.ndjson.gz>');

const lanes = Array.from({ length: STREAMS }, (): Lane => {
  const stream = createZstdCompress({ params: { [constants.ZSTD_c_compressionLevel]: 1 } });
  stream.resume();
  return { stream, pending: '', written: Promise.resolve() };
});

function write(lane: Lane, least: number): void {
  if (lane.pending.length < least) return;
  const block = Buffer.from(lane.pending);
  lane.pending = '';
  lane.written = new Promise((resolve) => lane.stream.write(block, () => resolve()));
}

let records = 0;
let bytes = 0;
let rest: Buffer = Buffer.alloc(0);
for await (const chunk of createReadStream(path, { highWaterMark: BLOCK_BYTES }).pipe(createGunzip({ chunkSize: 128 * 1024 }))) {
  bytes += chunk.length;
  const window: Buffer = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
  let from = 0;
  for (let to = window.indexOf(NEWLINE); to >= 0; to = window.indexOf(NEWLINE, from)) {
    const value: unknown = JSON.parse(window.toString('utf8', from, to));
    const lane = lanes[records % STREAMS] as Lane;
    lane.pending += `${JSON.stringify(value)}\n`;
    write(lane, BLOCK_BYTES);
    records++;
    from = to + 1;
  }
  rest = window.subarray(from);
  for (const lane of lanes) await lane.written;
}
for (const lane of lanes) {
  write(lane, 1);
  await lane.written;
  lane.stream.end();
}
process.stdout.write(`${JSON.stringify({ records, bytes })}\n`);
