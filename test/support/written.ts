/** What a run wrote, kept in memory, so that tests can put it into any store and spoil it there. */
import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { generateRecords } from '../../src/generate/batch.ts';
import type { Store } from '../../src/stores/port.ts';
import type { Receipt } from '../../src/types.ts';
import { filesBelow, runInto, withFolder } from './runs.ts';

export interface Written {
  readonly files: ReadonlyMap<string, Buffer>;
  keysBelow(prefix: string): string[];
  readonly outputs: readonly string[];
  readonly receipts: readonly (readonly [key: string, receipt: Receipt])[];
  /** The receipt of the object with most records, and its key. */
  readonly largest: readonly [key: string, receipt: Receipt];
  /** Puts everything into a store, and gives the store. */
  fill<S extends Store>(store: S): Promise<S>;
}

/** Two objects with events and rejects, one folder of several parts among them, and an empty object. */
export function writeOutputs(): Promise<Written> {
  return withFolder(async (folder) => {
    const [inputs, out] = [join(folder, 'in'), join(folder, 'out')];
    await mkdir(inputs);
    await writeFile(join(inputs, 'a.ndjson'), batch(24, 5));
    await writeFile(join(inputs, 'b.ndjson.gz'), gzipSync(batch(12, 6)));
    await writeFile(join(inputs, 'empty.ndjson'), '');
    await runInto(out, [inputs], { max_part_bytes: '40KiB', partition: 'category' });
    const files = new Map<string, Buffer>();
    for (const key of await filesBelow(out)) files.set(key, await readFile(join(out, key)));
    const written = describeFiles(files);
    assert.ok(written.keysBelow('events/').some((key) => key.includes('-0001.')));
    assert.ok(written.keysBelow('rejects/').length >= 2);
    assert.equal(written.receipts.length, 3);
    return written;
  });
}

function describeFiles(files: ReadonlyMap<string, Buffer>): Written {
  const keysBelow = (prefix: string) => [...files.keys()].filter((key) => key.startsWith(prefix));
  const receipts = keysBelow('receipts/').map((key) => [key, JSON.parse(String(files.get(key)))] as const);
  const [largest] = receipts.toSorted(([, a], [, b]) => b.counts.records - a.counts.records);
  assert.ok(largest);
  return {
    files,
    keysBelow,
    receipts,
    largest,
    outputs: [...keysBelow('events/'), ...keysBelow('rejects/')],
    async fill(store) {
      for (const [key, body] of files) await store.put(key, [body]);
      return store;
    },
  };
}

/** Events of two types, and broken ones of two codes. */
export function batch(events: number, seed: number): Buffer {
  const codes = ['json.syntax', 'schema.type'] as const;
  const some = { generations: ['linux'], types: ['open', 'dns'] } as const;
  const records = generateRecords({ ...some, events, seed, broken: 0.3, codes });
  return Buffer.concat([...records].flatMap(({ text }) => [Buffer.from(text), Buffer.from('\n')]));
}
