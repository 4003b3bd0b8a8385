/** What accidents and hands can do to stored outputs. Each gives the keys that `winnow verify` must name. */
import { gunzipSync, gzipSync, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { Store } from '../../src/stores/port.ts';

export interface Tampering {
  readonly name: string;
  /** Changes the object under `key`; `other` is another output. */
  readonly apply: (store: Store, key: string, other: string) => Promise<readonly string[]>;
}

async function bodyOf(store: Store, key: string): Promise<Buffer> {
  return Buffer.concat(await Array.fromAsync(store.read(key)));
}

function replaced(name: string, change: (body: Buffer) => Buffer): Tampering {
  return {
    name,
    apply: async (store, key) => {
      await store.put(key, [change(await bodyOf(store, key))]);
      return [key];
    },
  };
}

function flipped(name: string, place: (length: number) => number): Tampering {
  return replaced(name, (body) => {
    const edited = Buffer.from(body);
    const at = place(body.length);
    edited[at] = (edited[at] ?? 0) ^ 1;
    return edited;
  });
}

/** Changes the lines of an output and compresses them again, so that only a look inside tells. */
function relined(name: string, change: (lines: string[]) => string[]): Tampering {
  return {
    name,
    apply: async (store, key) => {
      const body = await bodyOf(store, key);
      const [unpack, pack] = key.endsWith('.zst') ? [zstdDecompressSync, zstdCompressSync] : [gunzipSync, gzipSync];
      const lines = unpack(body).toString().trimEnd().split('\n');
      await store.put(key, [pack(change(lines).join('\n').concat('\n'))]);
      return [key];
    },
  };
}

const deleted: Tampering = {
  name: 'deleted',
  apply: async (store, key) => {
    await store.delete(key);
    return [key];
  },
};

function copied(name: string, keyOf: (key: string) => string): Tampering {
  return {
    name,
    apply: async (store, key) => {
      await store.put(keyOf(key), [await bodyOf(store, key)]);
      return [keyOf(key)];
    },
  };
}

const ANYTHING: readonly Tampering[] = [
  replaced('emptied', () => Buffer.alloc(0)),
  replaced('cut by one byte', (body) => body.subarray(0, -1)),
  replaced('cut in half', (body) => body.subarray(0, body.length / 2)),
  replaced('with a byte more', (body) => Buffer.concat([body, Buffer.from('x')])),
  replaced('replaced by text', () => Buffer.from('hello\n')),
  flipped('with its first byte edited', () => 0),
];

export const OF_OUTPUTS: readonly Tampering[] = [
  deleted,
  ...ANYTHING,
  flipped('with a byte in the middle edited', (length) => Math.floor(length / 2)),
  flipped('with its last byte edited', (length) => length - 1),
  copied('copied to the next number', (key) => key.replace(/-\d{4}\./, '-0777.')),
  copied('copied under another name', (key) => key.replace(/[^/]*$/, 'copy.ndjson')),
  copied('copied into another partition', (key) => key.replace(/\/[^/]*/, '/dt=1999-01-01')),
  relined('with its first line doubled', (lines) => [lines[0] ?? '', ...lines]),
  relined('without its last line', (lines) => lines.slice(0, -1)),
  relined('with a line of something else', (lines) => [...lines.slice(0, -1), '{"source":{}}']),
  relined('with its lines in another order, or rewritten', (lines) => lines.toReversed().map((line) => `${line} `)),
  {
    name: 'swapped with another',
    apply: async (store, key, other) => {
      const [body, otherBody] = [await bodyOf(store, key), await bodyOf(store, other)];
      await store.put(key, [otherBody]);
      await store.put(other, [body]);
      return [key, other];
    },
  },
];

export const OF_RECEIPTS: readonly Tampering[] = [
  {
    name: 'deleted',
    apply: async (store, key) => {
      const { outputs } = JSON.parse((await bodyOf(store, key)).toString());
      await store.delete(key);
      return outputs.map((output: { readonly key: string }) => output.key);
    },
  },
  ...ANYTHING,
  copied('copied to another day', (key) => key.replace(/dt=[^/]*/, 'dt=1999-01-01')),
  copied('copied under another id', (key) => key.replace(/[^/]{4}\.json$/, '0000.json')),
  copied('copied under another name', (key) => key.replace(/[^/]*$/, 'copy.txt')),
];
