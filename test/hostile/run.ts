/** Runs one hostile case through the whole pipeline, and looks at everything that comes out. */
import assert from 'node:assert/strict';
import { openSync, readSync, unlinkSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, posix } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { zstdDecompressSync } from 'node:zlib';
import { receiptKey } from '../../src/output/naming.ts';
import { processObject } from '../../src/process.ts';
import { readSettings } from '../../src/settings.ts';
import { type Source, type Store, StoreError } from '../../src/stores/port.ts';
import type { NormalizedEvent, Receipt } from '../../src/types.ts';
import { closedSchema } from '../support/closed-schemas.ts';
import { chunksOf } from '../support/split.ts';
import type { HostileCase } from './case.ts';

const BUCKET = 'landing';
/** As files are read. */
const CHUNK_BYTES = 256 * 1024;

export interface CaseRun {
  readonly receipt: Receipt;
  /** What was stored, the receipt included. */
  readonly outputs: { readonly keys: () => readonly string[]; readonly bodyOf: (key: string) => Buffer };
}

/** Takes the object of a case to its receipt. */
export async function runCase({ input, key = 'batch.json', settings }: HostileCase): Promise<CaseRun> {
  const store = scratchStore();
  const source = sourceOf(key, input());
  const deps = { source, store, settings: { ...readSettings([]), ...settings }, now: () => 0 };
  const { receipt } = await processObject({ bucket: BUCKET, key }, deps);
  return { receipt, outputs: store };
}

function sourceOf(key: string, input: ReturnType<HostileCase['input']>): Source {
  const whole = typeof input === 'string' ? Buffer.from(input) : input;
  const chunks = () => (whole instanceof Uint8Array ? chunksOf(whole, [CHUNK_BYTES]) : whole.chunks());
  const size = whole instanceof Uint8Array ? whole.length : whole.bytes;
  return {
    list: async function* () {
      yield { bucket: BUCKET, key };
    },
    open: async () => ({
      info: { bucket: BUCKET, key, etag: 'hostile', size, lastModified: '2026-11-22T23:59:59.000Z' },
      read: async function* () {
        for (const chunk of chunks()) {
          // As a read from a disk or a network does, it lets timers have their turn.
          await setImmediate();
          yield chunk;
        }
      },
      close: () => {},
    }),
  };
}

/** A file without a name, which goes when the process does: whoever measures memory wants to see that of Winnow. */
function openScratch(): number {
  const path = join(tmpdir(), `winnow-hostile-${process.pid}`);
  const file = openSync(path, 'wx+');
  unlinkSync(path);
  return file;
}

const scratch = openScratch();
let scratchEnd = 0;

function scratchStore(): Store & CaseRun['outputs'] {
  const places = new Map<string, { readonly at: number; readonly bytes: number }>();
  return {
    keys: () => [...places.keys()].sort(),
    bodyOf: (key) => {
      const { at, bytes } = places.get(key) ?? { at: 0, bytes: 0 };
      const body = Buffer.alloc(bytes);
      assert.equal(readSync(scratch, body, 0, bytes, at), bytes);
      return body;
    },
    put: async (key, body) => {
      assert.ok(!places.has(key), `${key} is written twice`);
      const at = scratchEnd;
      for (const piece of body) scratchEnd += writeSync(scratch, piece, 0, piece.length, scratchEnd);
      places.set(key, { at, bytes: scratchEnd - at });
    },
    get: async () => undefined,
    read: (key) => {
      throw new StoreError('not_found', `${key}: nothing is read here`);
    },
    list: async function* () {},
    delete: async () => {},
  };
}

/** The first event: its text as it is written, and what a reader makes of it. */
export interface FirstEvent {
  readonly text: string;
  readonly event: NormalizedEvent | undefined;
}

/** Fails when anything in the account or the outputs is not as it always must be. Gives the first event. */
export function inspect({ receipt, outputs }: CaseRun): FirstEvent {
  const checks = { events: closedSchema('normalized-event'), rejects: closedSchema('reject') } as const;
  const lines = { events: 0, rejects: 0 };
  let text = '';
  for (const key of outputs.keys()) {
    assertInside(key);
    const [folder] = key.split('/');
    if (folder !== 'events' && folder !== 'rejects') continue;
    for (const line of linesOf(outputs.bodyOf(key))) {
      if (folder === 'events') text ||= line;
      lines[folder]++;
      checks[folder](JSON.parse(line), key);
    }
  }
  const { counts } = receipt;
  assert.equal(receipt.status, 'complete');
  assert.equal(counts.records, counts.valid + counts.rejected);
  assert.equal(counts.bytes_in_records + counts.bytes_between_records, counts.bytes_decompressed);
  assert.deepEqual(lines, { events: counts.valid, rejects: counts.rejected });
  const listed = receipt.outputs.map(({ key }) => key);
  assert.deepEqual([...listed, receiptKey(receipt)].sort(), outputs.keys());
  return { text, event: text === '' ? undefined : JSON.parse(text) };
}

/** A key names one file below the folder of outputs on every file system and in every bucket. */
function assertInside(key: string): void {
  assert.match(key, /^(?:events|rejects|receipts)\/./);
  assert.equal(posix.normalize(key), key);
  assert.ok(
    key.isWellFormed() && !key.includes('\\') && [...key].every((character) => character > '\x1f' && character !== '\x7f'),
  );
  assert.ok(Buffer.byteLength(key) <= 1024, key);
  for (const part of key.split('/'))
    assert.ok(part !== '' && part !== '.' && part !== '..' && Buffer.byteLength(part) <= 255, key);
}

function linesOf(body: Buffer): string[] {
  const text = zstdDecompressSync(body).toString();
  assert.ok(text.endsWith('\n'));
  return text.slice(0, -1).split('\n');
}
