/** One zlib or zstd engine of Node, fed slice by slice, with nothing of what it makes lost or reordered. */
import { createGunzip, createZstdDecompress } from 'node:zlib';

export type Damage = Error & { readonly code?: string };

export interface Engine {
  /** Feeds a slice, yields what comes out, and returns how many of its bytes the engine took: fewer when its data ended. */
  feed(slice: Uint8Array): AsyncGenerator<Buffer, number>;
  /** Says that nothing follows and yields the rest. */
  finish(): AsyncGenerator<Buffer>;
  /** `ended`: the data is complete and no more can be fed. `damage`: what went wrong. */
  readonly state: { readonly ended: boolean; readonly damage: Damage | undefined };
  /** Whether zeros behind the data are padding, as tapes and disks leave it. To zstd they are damage. */
  readonly isPadded: boolean;
  close(): void;
}

const ZSTD_FRAME = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);
/** Three bytes that follow 0x50 to 0x5f in a frame that carries no data. */
const ZSTD_SKIPPABLE = Buffer.from([0x2a, 0x4d, 0x18]);

/** What one slice of well-compressed events comes to, so that the engine hands it over in one go. */
const OUTPUT_BYTES = 160 * 1024;
/** More output than this waiting to be taken pauses the engine. */
const HIGH_WATER_BYTES = 1024 * 1024;

/** The kind of engine that an object needs by its first four bytes; undefined when it is not compressed. */
export function engineFor(magic: Buffer): (() => Engine) | undefined {
  const [first = 0, second] = magic;
  if (first === 0x1f && second === 0x8b) return () => start(createGunzip({ chunkSize: OUTPUT_BYTES }), true);
  const isZstd = magic.equals(ZSTD_FRAME) || ((first & 0xf0) === 0x50 && magic.subarray(1).equals(ZSTD_SKIPPABLE));
  return isZstd ? () => start(createZstdDecompress({ chunkSize: OUTPUT_BYTES }), false) : undefined;
}

function start(stream: ReturnType<typeof createGunzip> | ReturnType<typeof createZstdDecompress>, isPadded: boolean): Engine {
  const state = { ended: false, damage: undefined as Damage | undefined };
  const queue: Buffer[] = [];
  let queued = 0;
  let wake = (): void => {};
  stream.on('data', (chunk: Buffer) => {
    queue.push(chunk);
    queued += chunk.length;
    if (queued >= HIGH_WATER_BYTES) stream.pause();
    wake();
  });
  stream.on('error', (error: Damage) => {
    state.damage = error;
    wake();
  });
  stream.on('end', () => {
    state.ended = true;
    wake();
  });

  /** Yields output as it comes until `done` says that there is no more to wait for. */
  async function* drain(done: () => boolean): AsyncGenerator<Buffer> {
    for (;;) {
      const isDone = done() || state.damage !== undefined;
      yield* queue.splice(0);
      queued = 0;
      if (isDone) return;
      stream.resume();
      if (done() || state.damage !== undefined) continue;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  }

  async function* feed(slice: Uint8Array): AsyncGenerator<Buffer, number> {
    const before = stream.bytesWritten;
    let written = false;
    stream.write(slice, () => {
      written = true;
      wake();
    });
    const used = (): number => stream.bytesWritten - before;
    // A slice taken only in part means that the data is complete; the end is announced a moment later.
    yield* drain(() => written && stream.readableLength === 0 && (used() === slice.length || state.ended));
    return used();
  }

  async function* finish(): AsyncGenerator<Buffer> {
    stream.end();
    yield* drain(() => state.ended);
  }

  return { feed, finish, state, isPadded, close: () => stream.destroy() };
}
