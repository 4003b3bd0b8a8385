/**
 * Compressed bytes to plain ones, decided by magic numbers: names and headers lie. Gzip members and zstd frames may
 * follow one another. An object that is damaged yields every byte that can be had before the damage, always the same
 * ones, and then throws.
 */
import type { RejectCode } from '../reject-codes.ts';
import { type Damage, type Engine, engineFor } from './engine.ts';

/** The object cannot be read beyond `offset` of its decompressed bytes. */
export class ObjectFault extends Error {
  readonly code: RejectCode;
  readonly offset: number;

  constructor(code: RejectCode, offset: number, options?: ErrorOptions) {
    super(`${code} at byte ${offset} of the decompressed object`, options);
    this.name = 'ObjectFault';
    this.code = code;
    this.offset = offset;
  }
}

/** Small enough that what one slice decompresses to does not matter, large enough that the calls do not either. */
const SLICE_BYTES = 16 * 1024;
const MAGIC_BYTES = 4;

type Chunks = AsyncIterable<Uint8Array>;

/**
 * Yields the decompressed bytes of an object, at most `maxBytes` of them. `read` gives its stored bytes from the start;
 * it is called again when the object is damaged. Throws `ObjectFault` behind the last byte that could be had.
 */
export async function* decompress(read: () => Chunks, maxBytes: number): AsyncGenerator<Buffer> {
  let produced = 0;
  for await (const chunk of decompressAll(read)) {
    if (produced + chunk.length > maxBytes) {
      yield chunk.subarray(0, maxBytes - produced);
      throw new ObjectFault('object.too_large', maxBytes);
    }
    produced += chunk.length;
    yield chunk;
  }
}

/** Bytes that went into an engine without a fault, and bytes that came out. */
interface Progress {
  taken: number;
  yielded: number;
}

async function* decompressAll(read: () => Chunks): AsyncGenerator<Buffer> {
  const chunks = read()[Symbol.asyncIterator]();
  const first = await firstBytes(chunks);
  const create = engineFor(first.subarray(0, MAGIC_BYTES));
  if (create === undefined) {
    yield* withFirst(first, chunks);
    return;
  }
  const progress = { taken: 0, yielded: 0 };
  let damage = yield* run(create, withFirst(first, chunks), progress, () => SLICE_BYTES, 0);
  if (damage === undefined) return;
  if (damage.code !== CUT_SHORT) {
    // The engine drops what it had made of the slice that failed. Once more, byte by byte around the damage, so that what
    // comes out depends on the object alone and not on how its bytes arrived.
    const { taken, yielded } = progress;
    const again = { taken: 0, yielded: 0 };
    const sliceBytes = (offset: number): number => (offset < taken ? Math.min(SLICE_BYTES, taken - offset) : 1);
    damage = (yield* run(create, read(), again, sliceBytes, yielded)) ?? damage;
    progress.yielded = again.yielded;
  }
  const code = damage.code === CUT_SHORT ? 'object.truncated' : 'object.corrupt';
  throw new ObjectFault(code, progress.yielded, { cause: damage });
}

/** What zlib calls the end of input in the middle of the data; Node uses it for zstd as well. */
const CUT_SHORT = 'Z_BUF_ERROR';

/**
 * Feeds the chunks to engines, a new one for each frame, and yields what comes out beyond the first `skip` bytes.
 * Returns what went wrong, if something did.
 */
async function* run(
  create: () => Engine,
  chunks: Chunks,
  progress: Progress,
  sliceBytes: (offset: number) => number,
  skip: number,
): AsyncGenerator<Buffer, Damage | undefined> {
  let engine = create();
  async function* beyondSkip(output: AsyncGenerator<Buffer, number | undefined>): AsyncGenerator<Buffer, number> {
    for (;;) {
      const next = await output.next();
      if (next.done) return next.value ?? 0;
      const known = Math.min(next.value.length, Math.max(0, skip - progress.yielded));
      progress.yielded += next.value.length;
      if (known < next.value.length) yield next.value.subarray(known);
    }
  }
  try {
    for await (const chunk of chunks) {
      for (let at = 0; at < chunk.length; ) {
        const slice = chunk.subarray(at, at + sliceBytes(progress.taken));
        let used = slice.length;
        if (!engine.state.ended) used = yield* beyondSkip(engine.feed(slice));
        else if (!engine.isPadded || slice[0] !== 0) {
          engine.close();
          engine = create();
          continue;
        } else used = zerosIn(slice);
        if (engine.state.damage) return engine.state.damage;
        progress.taken += used;
        at += used;
      }
    }
    if (!engine.state.ended) yield* beyondSkip(engine.finish() as AsyncGenerator<Buffer, undefined>);
    return engine.state.damage;
  } finally {
    engine.close();
  }
}

/** How many zeros a slice begins with. What follows padding must not depend on where a slice ends. */
function zerosIn(slice: Uint8Array): number {
  const end = slice.findIndex((byte) => byte !== 0);
  return end < 0 ? slice.length : end;
}

async function firstBytes(chunks: AsyncIterator<Uint8Array>): Promise<Buffer> {
  let first = Buffer.alloc(0);
  while (first.length < MAGIC_BYTES) {
    const next = await chunks.next();
    if (next.done) break;
    first = Buffer.concat([first, next.value]);
  }
  return first;
}

async function* withFirst(first: Buffer, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Buffer> {
  try {
    if (first.length > 0) yield first;
    for (let next = await rest.next(); !next.done; next = await rest.next()) yield asBuffer(next.value);
  } finally {
    await rest.return?.();
  }
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
