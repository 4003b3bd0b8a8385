import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { describe, test } from 'node:test';
import { gunzipSync, gzipSync, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { generateRecords } from '../src/generate/batch.ts';
import { frame } from '../src/generate/framing.ts';
import { decompress, ObjectFault } from '../src/intake/decompress.ts';
import { chunksOf } from './support/split.ts';

interface Delivered {
  readonly bytes: Buffer;
  readonly code: string | undefined;
}

/** Everything that comes out, and the fault at the end; the fault must stand right behind the last byte. */
async function deliver(stored: Buffer, sizes: readonly number[] = [64 * 1024], maxBytes = 1e9): Promise<Delivered> {
  const read = async function* () {
    yield* chunksOf(stored, sizes);
  };
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of decompress(read, maxBytes)) chunks.push(Buffer.from(chunk));
    return { bytes: Buffer.concat(chunks), code: undefined };
  } catch (error) {
    assert.ok(error instanceof ObjectFault, String(error));
    const bytes = Buffer.concat(chunks);
    assert.equal(error.offset, bytes.length);
    return { bytes, code: error.code };
  }
}

const text = Buffer.concat([...frame(generateRecords({ events: 20, bytes: 1500 }), 'ndjson')]);
const third = Math.floor(text.length / 3);
const thirds = [text.subarray(0, third), text.subarray(third, 2 * third), text.subarray(2 * third)];
const zeros = Buffer.alloc(1000);
/** Text that hardly compresses, so that its compressed form is fed in several slices. */
const noise = Buffer.from(Array.from({ length: 500 }, (_, index) => hash('sha256', String(index), 'base64')).join('\n'));
/** A zstd frame that decoders must skip: magic, length, content. */
const skippable = Buffer.from([0x5a, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3]);

const WHOLE: { readonly [name: string]: Buffer } = {
  plain: text,
  gzip: gzipSync(text),
  'gzip with a name': Buffer.concat([Buffer.from([0x1f, 0x8b, 8, 8, 0, 0, 0, 0, 0, 3, 0x61, 0]), gzipSync(text).subarray(10)]),
  'three gzip members': Buffer.concat(thirds.map((part) => gzipSync(part))),
  'gzip members that are empty or of one byte': Buffer.concat([
    gzipSync(''),
    gzipSync(text.subarray(0, 1)),
    gzipSync(''),
    gzipSync(text.subarray(1)),
  ]),
  'gzip with zeros behind it': Buffer.concat([gzipSync(text), zeros]),
  'gzip members with zeros between and behind': Buffer.concat(thirds.flatMap((part) => [gzipSync(part), zeros])),
  zstd: zstdCompressSync(text),
  'three zstd frames': Buffer.concat(thirds.map((part) => zstdCompressSync(part))),
  'zstd behind a skippable frame': Buffer.concat([skippable, zstdCompressSync(text)]),
  'zstd with skippable frames between and behind': Buffer.concat([
    ...thirds.flatMap((part) => [zstdCompressSync(part), skippable]),
  ]),
  'zstd frames that are empty': Buffer.concat([zstdCompressSync(''), zstdCompressSync(text), zstdCompressSync('')]),
};

describe('every byte comes out, whatever the chunks', () => {
  for (const [name, stored] of Object.entries(WHOLE)) {
    test(name, async () => {
      for (const sizes of [[64 * 1024], [1], [3, 1000], [16 * 1024 + 1]]) {
        const { bytes, code } = await deliver(stored, sizes);
        assert.equal(code, undefined, `${sizes}`);
        assert.ok(bytes.equals(text), `${sizes}`);
      }
    });
  }
});

test('objects of no or few bytes are what they are', async () => {
  for (const bytes of ['', '{', '{}', '[1]', '\u001f', '(', 'P*M'].map((short) => Buffer.from(short))) {
    assert.deepEqual(await deliver(bytes, [1]), { bytes, code: undefined });
  }
  assert.deepEqual(await deliver(gzipSync('')), { bytes: Buffer.alloc(0), code: undefined });
  assert.deepEqual(await deliver(zstdCompressSync('')), { bytes: Buffer.alloc(0), code: undefined });
});

test('only a magic number makes an object compressed', async () => {
  for (const start of [[0x1f], [0x1f, 0x8c], [0x28, 0xb5, 0x2f], [0x28, 0xb5, 0x2f, 0xfc], [0x50, 0x2a, 0x4d, 0x19]]) {
    const bytes = Buffer.from([...start, ...(start.length === 3 ? [] : [1, 2, 3])]);
    assert.deepEqual(await deliver(bytes), { bytes, code: undefined });
  }
});

/** Chunk sizes that must all lead to the same bytes and the same fault. */
const CUTS = [[1e9], [16 * 1024 + 1], [700, 3]];

async function deliverAlike(stored: Buffer): Promise<Delivered> {
  const [first, ...others] = await Promise.all(CUTS.map((sizes) => deliver(stored, sizes)));
  assert.ok(first);
  for (const other of others) {
    assert.equal(other.code, first.code);
    assert.ok(other.bytes.equals(first.bytes), `${other.bytes.length} and ${first.bytes.length} bytes`);
  }
  return first;
}

describe('an object that was cut', () => {
  const small = text.subarray(0, 8000);
  for (const [name, stored] of [
    ['gzip', gzipSync(small)],
    ['two gzip members', Buffer.concat([gzipSync(small), gzipSync(small)])],
    ['zstd', zstdCompressSync(small)],
    ['two zstd frames', Buffer.concat([zstdCompressSync(small), zstdCompressSync(small)])],
  ] as const) {
    test(`${name} gives all that can be had`, async () => {
      const plain = Buffer.concat(name.startsWith('two') ? [small, small] : [small]);
      const end = stored.length / (name.startsWith('two') ? 2 : 1);
      for (let length = 4; length < stored.length; length += 97) {
        const { bytes, code } = await deliverAlike(stored.subarray(0, length));
        assert.equal(code, length === end ? undefined : 'object.truncated', `${length}`);
        assert.ok(plain.subarray(0, bytes.length).equals(bytes), 'a beginning of the text');
        if (length >= end) assert.ok(bytes.length >= small.length, 'the first part is whole');
        // zlib itself says how much a cut gzip holds.
        if (name === 'gzip') assert.ok(bytes.equals(gunzipSync(stored.subarray(0, length), { finishFlush: 2 })), `${length}`);
      }
    });
  }
});

describe('an object that is damaged', () => {
  const small = noise;
  const damage = fc.record({
    at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
    mask: fc.integer({ min: 1, max: 255 }),
  });

  for (const [name, compress] of [
    ['gzip', gzipSync],
    ['zstd', zstdCompressSync],
  ] as const) {
    test(`${name} gives the same bytes and the same fault whatever the chunks`, async () => {
      const first = compress(small);
      const stored = Buffer.concat([first, compress(small)]);
      await fc.assert(
        fc.asyncProperty(damage, async ({ at, mask }) => {
          const bytes = Buffer.from(stored);
          const index = 4 + Math.floor(at * (stored.length - 4));
          bytes[index] = (bytes[index] ?? 0) ^ mask;
          const delivered = await deliverAlike(bytes);
          // A frame before the damage is whole. (The one that holds it may differ before a checksum shows it.)
          if (index >= first.length) assert.ok(delivered.bytes.subarray(0, small.length).equals(small));
        }),
        { numRuns: 12 },
      );
    });

    test(`${name} followed by garbage gives all of its data and a fault`, async () => {
      for (const garbage of ['x', '{"evt":{}}\n', '\u0000\u0000x']) {
        const { bytes, code } = await deliverAlike(Buffer.concat([compress(small), Buffer.from(garbage)]));
        assert.ok(bytes.equals(small), garbage);
        assert.match(String(code), /^object\.(corrupt|truncated)$/, garbage);
      }
    });
  }

  test('zstd followed by zeros, which no decoder passes over, gives all of its data and the same fault', async () => {
    for (const behind of [zeros, zeros.subarray(0, 1), Buffer.concat([zeros, zstdCompressSync(small)])]) {
      const first = zstdCompressSync(small);
      const stored = Buffer.concat([first, behind]);
      for (const sizes of [[1e9], [first.length, 1e9], [first.length - 1, 2], [700, 3]]) {
        const { bytes, code } = await deliver(stored, sizes);
        assert.ok(bytes.equals(small), `${sizes}`);
        assert.equal(code, 'object.corrupt', `${sizes}`);
      }
    }
  });

  test('by a wrong checksum is corrupt', async () => {
    const stored = gzipSync(small);
    stored[stored.length - 6] = (stored.at(-6) ?? 0) ^ 1;
    const { bytes, code } = await deliverAlike(stored);
    assert.equal(code, 'object.corrupt');
    assert.ok(bytes.equals(small));
  });
});

test('no more bytes come out than allowed, exactly', async () => {
  for (const stored of [text, gzipSync(text), zstdCompressSync(text)]) {
    for (const sizes of CUTS) {
      const { bytes, code } = await deliver(stored, sizes, 12_345);
      assert.equal(code, 'object.too_large');
      assert.ok(bytes.equals(text.subarray(0, 12_345)));
    }
    assert.equal((await deliver(stored, [999], text.length)).code, undefined);
    assert.equal((await deliver(stored, [999], text.length - 1)).code, 'object.too_large');
  }
});

test('a bomb stops at the limit', async () => {
  const bomb = gzipSync(Buffer.alloc(200 * 1024 * 1024));
  const before = process.memoryUsage().arrayBuffers;
  let most = 0;
  const seen = (async () => {
    for await (const _ of decompress(
      async function* () {
        yield bomb;
      },
      100 * 1024 * 1024,
    )) {
      most = Math.max(most, process.memoryUsage().arrayBuffers - before);
    }
  })();
  await assert.rejects(seen, (error) => error instanceof ObjectFault && error.code === 'object.too_large');
  assert.ok(most < 64 * 1024 * 1024, `${most} bytes`);
});
