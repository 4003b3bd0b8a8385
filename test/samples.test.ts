import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { test } from 'node:test';
import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { breakableCodes } from '../src/generate/breakage.ts';
import { ENVELOPES } from '../src/generate/envelope.ts';
import { FRAMINGS } from '../src/generate/framing.ts';
import { VARIETIES } from '../src/generate/render.ts';
import { makeSamples, README, readme, type Sample } from './make-samples.ts';

const ROOT = new URL('../samples/', import.meta.url);
const samples = [...makeSamples()];
const good = samples.filter(({ path }) => !path.startsWith('broken'));

test('the samples are what test/make-samples.ts makes', () => {
  for (const sample of samples) assert.ok(Buffer.from(sample.content).equals(storedContent(sample)), sample.path);
  assert.equal(readFileSync(README, 'utf8'), readme(samples));
});

// Content is compared, not compressed bytes: those change with the zlib inside Node.
function storedContent({ path, compression }: Sample): Buffer {
  const stored = readFileSync(new URL(path, ROOT));
  if (compression === 'none') return stored;
  return compression === 'zstd' ? zstdDecompressSync(stored) : gunzipSync(stored);
}

test('compressed samples name no time of their making', () => {
  for (const { path } of samples.filter(({ compression }) => compression.startsWith('gzip'))) {
    assert.equal(readFileSync(new URL(path, ROOT)).readUInt32LE(4), 0, path);
  }
});

test('there are no other files, and all of them together are small', () => {
  const files = readdirSync(ROOT, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  // A run over the folder takes every file for a batch. The first one is written by hand: the README shows what becomes of it.
  const written = files.filter(({ name }) => name !== 'first.json');
  assert.equal(written.length, samples.length);
  const bytes = files.reduce((sum, { parentPath, name }) => sum + statSync(`${parentPath}/${name}`).size, 0);
  assert.ok(bytes < 1_000_000, `${bytes} bytes`);
});

test('every event type is there in every generation that has it', () => {
  const there = new Set(good.flatMap(({ records }) => records.map(({ type, generation }) => `${generation} ${type}`)));
  assert.deepEqual([...there].sort(), VARIETIES.map(({ type, generation }) => `${generation} ${type}`).sort());
});

test('every framing, envelope and compression is there', () => {
  assert.deepEqual([...new Set(good.map(({ framing }) => framing))].sort(), [...FRAMINGS].sort());
  assert.deepEqual(
    [...new Set(good.flatMap(({ records }) => records.map(({ envelope }) => envelope)))].sort(),
    [...ENVELOPES].sort(),
  );
  assert.deepEqual([...new Set(good.map(({ compression }) => compression))].sort(), [
    'gzip',
    'gzip in two members',
    'none',
    'zstd',
  ]);
});

test('good samples hold no broken record, and each broken one only its own kind', () => {
  for (const { path, records } of good)
    assert.ok(
      records.every(({ expect }) => expect === 'valid'),
      path,
    );
  for (const code of breakableCodes('compat', 'lines')) {
    const sample = samples.find(({ path }) => path.startsWith(`broken/${code}.ndjson`));
    assert.ok(sample && sample.records.length > 0, code);
    assert.ok(
      sample.records.every(({ expect }) => expect === code),
      code,
    );
  }
});
