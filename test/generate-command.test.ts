import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Writable } from 'node:stream';
import { test } from 'node:test';
import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { generate, readGenerateFlags } from '../src/cli/generate.ts';
import { UsageError } from '../src/cli/usage.ts';
import { generateRecords } from '../src/generate/batch.ts';
import { FRAMINGS, frame, indent } from '../src/generate/framing.ts';

test('framings put the same records together in their own ways', () => {
  const records = [...generateRecords({ events: 12, types: ['open'], generations: ['linux'] })];
  const textOf = ({ text }: (typeof records)[number]) => Buffer.from(text).toString();
  const wanted = records.map((record) => JSON.parse(textOf(record)));
  const framed = (framing: (typeof FRAMINGS)[number]) => Buffer.concat([...frame(records, framing)]).toString();
  assert.deepEqual(
    framed('ndjson')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line)),
    wanted,
  );
  assert.deepEqual(
    framed('ndjson-crlf')
      .trimEnd()
      .split('\r\n')
      .map((line) => JSON.parse(line)),
    wanted,
  );
  assert.deepEqual(JSON.parse(framed('array')), wanted);
  assert.deepEqual(JSON.parse(framed('records')), { Records: wanted });
  assert.deepEqual(JSON.parse(framed('events')), { events: wanted });
  assert.equal(framed('concatenated'), records.map(textOf).join(''));
  assert.deepEqual(
    framed('pretty')
      .trimEnd()
      .split(/\n(?=\{)/)
      .map((text) => JSON.parse(text)),
    wanted,
  );
  assert.deepEqual(
    [...Buffer.concat([...frame(records, 'array', { byteOrderMark: true })]).subarray(0, 4)],
    [0xef, 0xbb, 0xbf, 0x5b],
  );
  for (const framing of FRAMINGS) assert.ok(Buffer.concat([...frame([], framing)]).length < 20, framing);
});

test('indenting keeps every digit, duplicate keys and quotes inside texts', () => {
  assert.equal(
    indent('{"a":18446744073709551615,"a":["{\\"x\\":1}",{},[]]}'),
    '{\n  "a": 18446744073709551615,\n  "a": [\n    "{\\"x\\":1}",\n    {},\n    []\n  ]\n}',
  );
});

test('the command writes what its manifest says, compressed or not', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'winnow-generate-'));
  try {
    const out = join(folder, 'batch');
    const decompress = { none: (bytes: Buffer) => bytes, gzip: gunzipSync, zstd: zstdDecompressSync };
    const texts = new Set<string>();
    for (const compress of ['none', 'gzip', 'zstd'] as const) {
      const flags = {
        events: '300',
        generation: 'linux,2021',
        broken: '0.1',
        envelope: 'bare,intake',
        compress,
        out,
        manifest: `${out}.json`,
      };
      const manifest = await generate(readGenerateFlags(flags), new PassThrough());
      assert.deepEqual(JSON.parse(await readFile(`${out}.json`, 'utf8')), manifest);
      const sum = (counts: { readonly [name: string]: number }) =>
        Object.values(counts).reduce((total, count) => total + count, 0);
      assert.equal(manifest.records, 300);
      assert.equal(manifest.valid + manifest.rejected, 300);
      assert.equal(sum(manifest.by_code), manifest.rejected);
      for (const counts of [manifest.by_event, manifest.by_generation, manifest.by_envelope])
        assert.equal(sum(counts), manifest.valid);
      texts.add(decompress[compress](await readFile(out)).toString('latin1'));
    }
    assert.equal(texts.size, 1);
    assert.equal([...texts][0]?.trimEnd().split('\n').length, 300);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('standard output gets the batch and stays open', async () => {
  let bytes = 0;
  const stdout = new Writable({
    write(chunk: Buffer, _, done) {
      bytes += chunk.length;
      done();
    },
  });
  await generate(readGenerateFlags({ events: '50', out: '-' }), stdout);
  assert.ok(bytes > 50_000);
  assert.equal(stdout.writableEnded, false);
});

test('bad flags are listed together', () => {
  const flags = {
    events: 'many',
    generation: 'linux,2019',
    framing: 'csv',
    broken: '2',
    bytes: '9 parsecs',
    from: 'yesterday',
    compress: 'rar',
  };
  assert.throws(
    () => readGenerateFlags(flags),
    (error) => error instanceof UsageError && error.problems.length === 7,
  );
  assert.throws(() => readGenerateFlags({ generation: 'windows', type: 'chmod' }), UsageError);
  assert.throws(() => readGenerateFlags({ framing: 'array', break: 'json.syntax' }), UsageError);
});
