/** Objects in memory and the pipeline run over them. */
import { createHash } from 'node:crypto';
import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { processObject } from '../../src/process.ts';
import { readSettings, type Settings } from '../../src/settings.ts';
import { type Source, type Store, StoreError } from '../../src/stores/port.ts';
import type { NormalizedEvent, Receipt, Reject } from '../../src/types.ts';
import { chunksOf } from './split.ts';

const BUCKET = 'landing';
export const LAST_MODIFIED = '2026-11-22T23:59:59.000Z';

/** Objects by their keys, read in chunks of these sizes. */
export function memorySource(
  objects: { readonly [key: string]: Uint8Array },
  chunkSizes: readonly number[] = [64 * 1024],
): Source {
  return {
    list: async function* () {
      for (const key of Object.keys(objects).sort()) yield { bucket: BUCKET, key };
    },
    open: async ({ key }) => {
      const bytes = objects[key];
      if (bytes === undefined) throw new StoreError('not_found', `${key}: no such object`);
      const etag = createHash('md5').update(bytes).digest('hex');
      return {
        info: { bucket: BUCKET, key, etag, size: bytes.length, lastModified: LAST_MODIFIED },
        read: async function* () {
          yield* chunksOf(bytes, chunkSizes);
        },
        close: () => {},
      };
    },
  };
}

/** What was stored, by its keys, in the order of storing. */
export type Stored = ReadonlyMap<string, Buffer>;

/** A store in memory that heeds every condition, holding `before` from the start. */
export function memoryStore(before: Stored = new Map()): Store & { readonly stored: Stored } {
  const stored = new Map(before);
  const tagOf = (key: string): string | undefined => {
    const body = stored.get(key);
    return body && createHash('sha256').update(body).digest('hex');
  };
  return {
    stored,
    put: async (key, body, condition) => {
      const wanted = condition && 'ifTag' in condition ? condition.ifTag : undefined;
      if (condition && tagOf(key) !== wanted) throw new StoreError('conflict', `${key}: the condition does not hold`);
      stored.set(key, Buffer.concat(body));
    },
    get: async (key) => {
      const body = stored.get(key);
      return body && { body, tag: tagOf(key) ?? '' };
    },
    read: async function* (key) {
      const body = stored.get(key);
      if (body === undefined) throw new StoreError('not_found', `${key}: no such object`);
      yield* chunksOf(body, [64 * 1024]);
    },
    list: async function* (prefix) {
      const keys = [...stored.keys()].filter((key) => key.startsWith(prefix));
      for (const key of keys.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))) {
        const body = stored.get(key);
        if (body) yield { key, bytes: body.length };
      }
    },
    delete: async (key) => void stored.delete(key),
  };
}

export function settingsWith(changed: Partial<Settings> = {}): Settings {
  return { ...readSettings([]), ...changed };
}

export interface ObjectRun {
  readonly key?: string;
  readonly settings?: Partial<Settings> | undefined;
  readonly chunkSizes?: readonly number[];
}

export interface Outcome {
  readonly receipt: Receipt;
  readonly stored: Stored;
  readonly events: readonly NormalizedEvent[];
  readonly rejects: readonly Reject[];
}

/** Runs one object through the whole pipeline in memory. */
export async function runObject(
  input: string | Uint8Array,
  { key = 'batch.json', settings, chunkSizes }: ObjectRun = {},
): Promise<Outcome> {
  const store = memoryStore();
  const source = memorySource({ [key]: Buffer.from(input) }, chunkSizes);
  let clock = 1_795_334_400_000;
  const { receipt } = await processObject(
    { bucket: BUCKET, key },
    { source, store, settings: settingsWith(settings), now: () => (clock += 7) },
  );
  return { receipt, stored: store.stored, events: linesOf(store.stored, 'events/'), rejects: linesOf(store.stored, 'rejects/') };
}

/** The lines of all outputs below a prefix, read with the one-shot functions of `node:zlib`, in the order of their keys. */
export function linesOf<T>(stored: Stored, prefix: string): T[] {
  return keysOf(stored, prefix).flatMap((key) => linesIn<T>(key, stored.get(key) ?? Buffer.alloc(0)));
}

export function keysOf(stored: Stored, prefix: string): string[] {
  return [...stored.keys()].filter((key) => key.startsWith(prefix)).sort();
}

export function linesIn<T>(key: string, bytes: Buffer): T[] {
  const text = (key.endsWith('.zst') ? zstdDecompressSync(bytes) : key.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString();
  if (!text.endsWith('\n')) throw new Error(`${key} does not end with a line break`);
  return text
    .slice(0, -1)
    .split('\n')
    .map((line): T => JSON.parse(line));
}

/** Everything but receipts: what must be the same in every run. */
export function outputsOf(stored: Stored): { [key: string]: string } {
  const keys = keysOf(stored, '').filter((key) => !key.startsWith('receipts/'));
  return Object.fromEntries(
    keys.map((key) => [
      key,
      createHash('sha256')
        .update(stored.get(key) ?? '')
        .digest('hex'),
    ]),
  );
}

/** A receipt without the part that may differ between runs. */
export function timeless({ timings: _, ...receipt }: Receipt): Omit<Receipt, 'timings'> {
  return receipt;
}

export function jsonLines(values: readonly unknown[]): string {
  return values.map((value) => `${JSON.stringify(value)}\n`).join('');
}
