/** Damaged objects, refused records and surprises: what is left of them and what is said about them. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, test } from 'node:test';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { settingsDigest } from '../src/output/receipt.ts';
import { judge } from '../src/pipeline.ts';
import { affectsOutput, readSettings, SETTING_NAMES, SETTINGS, type SettingName, type Settings } from '../src/settings.ts';
import type { RawRecord } from '../src/types.ts';
import { jsonLines, outputsOf, runObject, settingsWith, timeless } from './support/objects.ts';
import { linuxEvent } from './valid-events.ts';

const LINE = jsonLines([linuxEvent()]);
const LINES = LINE.repeat(200);

interface Damage {
  readonly name: string;
  readonly bytes: Buffer;
  readonly fault: string;
  readonly settings?: Partial<Settings>;
  /** The least number of events before the damage. */
  readonly valid: number;
}

function flipped(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[at] = (copy[at] ?? 0) ^ 0xff;
  return copy;
}

const gzip = gzipSync(LINES);
const zstd = zstdCompressSync(LINES);
const DAMAGES: readonly Damage[] = [
  { name: 'gzip that is cut', bytes: gzip.subarray(0, -9), fault: 'object.truncated', valid: 199 },
  { name: 'gzip with a wrong checksum', bytes: flipped(gzip, gzip.length - 8), fault: 'object.corrupt', valid: 200 },
  { name: 'gzip followed by garbage', bytes: Buffer.concat([gzip, Buffer.from('garbage')]), fault: 'object.corrupt', valid: 200 },
  {
    name: 'second gzip member that is cut',
    bytes: Buffer.concat([gzip, gzip.subarray(0, 30)]),
    fault: 'object.truncated',
    valid: 200,
  },
  { name: 'zstd that is cut', bytes: zstd.subarray(0, -3), fault: 'object.truncated', valid: 0 },
  {
    name: 'second zstd frame that is damaged',
    bytes: Buffer.concat([zstd, flipped(zstd, 12)]),
    fault: 'object.corrupt',
    valid: 200,
  },
  {
    name: 'more bytes than allowed',
    bytes: gzipSync(LINES),
    settings: { max_decompressed_bytes: LINE.length * 7 + 5 },
    fault: 'object.too_large',
    valid: 7,
  },
  {
    name: 'plain text, more bytes than allowed',
    bytes: Buffer.from(LINES),
    settings: { max_decompressed_bytes: LINE.length * 3 },
    fault: 'object.too_large',
    valid: 3,
  },
  {
    name: 'a bomb by its ratio',
    bytes: gzipSync(Buffer.concat([Buffer.from(LINE), Buffer.alloc(30 * 1024 * 1024, ' ')])),
    settings: { max_decompress_ratio: 2 },
    fault: 'object.too_large',
    valid: 1,
  },
];

describe('a damaged object', () => {
  for (const { name, bytes, fault, settings, valid } of DAMAGES) {
    test(name, async () => {
      const run = await runObject(bytes, { settings });
      const { receipt, rejects } = run;
      assert.equal(receipt.object_fault, fault);
      assert.equal(receipt.status, 'complete');
      assert.ok(receipt.counts.valid >= valid, `${receipt.counts.valid} events`);
      assert.deepEqual(receipt.counts.by_code, { [fault]: 1 });
      assert.equal(receipt.counts.records, receipt.counts.valid + 1);
      const { bytes_decompressed, bytes_in_records, bytes_between_records } = receipt.counts;
      assert.equal(bytes_decompressed, bytes_in_records + bytes_between_records);
      assert.deepEqual(
        rejects.map(({ code, stage, source, errors }) => ({ code, stage, end: source.offset + source.length, errors })),
        [
          {
            code: fault,
            stage: 'decompress',
            end: bytes_decompressed,
            errors: [{ path: '', keyword: 'object', found: `byte ${bytes_decompressed} decompressed` }],
          },
        ],
      );
      for (const chunkSizes of [[1_000_000], [1000, 1], [13]]) {
        const again = await runObject(bytes, { settings, chunkSizes });
        assert.deepEqual(outputsOf(again.stored), outputsOf(run.stored), `${chunkSizes}`);
        assert.deepEqual(timeless(again.receipt), timeless(receipt));
      }
    });
  }

  test('that is small may decompress to 16 MiB whatever the ratio', async () => {
    const { receipt } = await runObject(gzipSync(Buffer.alloc(16 * 1024 * 1024, '\n')), {
      settings: { max_decompress_ratio: 2 },
    });
    assert.equal(receipt.object_fault, undefined);
  });
});

describe('a refused record', () => {
  test('keeps its bytes, its place and what was known of it', async () => {
    const wrong = JSON.stringify({ ...linuxEvent(), title: 7 });
    const input = Buffer.concat([
      Buffer.from(`${LINE}\r\n  oops é "x"\r\n{"a":"`),
      Buffer.from([0xff, 0xfe, 0x00]),
      Buffer.from(`"}\n${wrong}\n`),
    ]);
    const { rejects, receipt } = await runObject(input);
    const { etag } = receipt.source;
    const place = { bucket: 'landing', key: 'batch.json', etag };
    const start = Buffer.byteLength(LINE) + 4;
    assert.deepEqual(
      rejects.map(({ errors: _, ...reject }) => reject),
      [
        {
          code: 'json.syntax',
          stage: 'parse',
          source: { ...place, record: 1, offset: start, line: 3, length: 12 },
          attempt: 1,
          raw: 'oops é "x"\r',
        },
        {
          code: 'json.encoding',
          stage: 'parse',
          source: { ...place, record: 2, offset: start + 13, line: 4, length: 11 },
          attempt: 1,
          raw: Buffer.from('{"a":"\xff\xfe\x00"}', 'latin1').toString('base64'),
          raw_encoding: 'base64',
        },
        {
          code: 'schema.type',
          stage: 'validate',
          source: { ...place, record: 3, offset: start + 25, line: 5, length: Buffer.byteLength(wrong) },
          event_name: 'open',
          rule_id: 'shell_history',
          generation: 'linux',
          attempt: 1,
          event_id: createHash('sha256').update(wrong).digest('hex').slice(0, 32),
          raw: wrong,
        },
      ],
    );
  });

  test('that is too large keeps its beginning and says so', async () => {
    const large = `{"evt":{},"x":"${'y'.repeat(5000)}"}`;
    const { rejects } = await runObject(`${large}\n${LINE}`, {
      settings: { max_record_bytes: 4096, max_reject_raw_bytes: 1024 },
    });
    assert.equal(rejects[0]?.code, 'record.too_large');
    assert.equal(rejects[0].raw, large.slice(0, 1024));
    assert.equal(rejects[0].raw_truncated, true);
    assert.equal(rejects[0].source.length, large.length);
  });

  test('lists no more errors than the settings say', async () => {
    const { rejects } = await runObject(jsonLines([{ ...linuxEvent(), title: 7, date: 7, usr: 7 }]), {
      settings: { max_errors_per_reject: 2 },
    });
    assert.equal(rejects[0]?.errors.length, 2);
  });
});

describe('a surprise in one record', () => {
  test('costs that record only', async (t) => {
    t.mock.method(JSON as unknown as { rawJSON: (text: string) => unknown }, 'rawJSON', () => {
      throw new RangeError('secret in a message');
    });
    const big = LINE.replace('"inode":4051', '"inode":18446744073709551615');
    assert.notEqual(big, LINE);
    const { receipt, rejects } = await runObject(LINE + big + LINE);
    assert.deepEqual(receipt.counts.by_code, { 'internal.error': 1 });
    assert.equal(receipt.counts.valid, 2);
    assert.deepEqual(rejects[0]?.errors, [{ path: '', keyword: 'internal', found: 'RangeError' }]);
    assert.equal(`${rejects[0]?.raw}\n`, big);
  });

  test('is a verdict, not an exception', () => {
    const record = {
      index: 0,
      line: 1,
      offset: 0,
      length: 0,
      shape: { members: 0, depth: 0, exact: false },
    } as unknown as RawRecord;
    const source = { bucket: 'b', key: 'k', etag: 'e', record: 0, offset: 0 };
    const judgement = judge(record, source, settingsWith());
    assert.equal(!judgement.ok && judgement.fault.code, 'internal.error');
  });
});

test('every setting that may change an output changes the digest of the settings, and no other does', () => {
  const byDefault = settingsDigest(readSettings([]));
  const digests = new Set([byDefault]);
  for (const name of SETTING_NAMES) {
    const digest = settingsDigest(readSettings([{ origin: 'test', name, value: anotherValue(name) }]));
    if (affectsOutput(name)) digests.add(digest);
    else assert.equal(digest, byDefault, name);
  }
  assert.equal(digests.size, SETTING_NAMES.filter(affectsOutput).length + 1);
  assert.equal(settingsDigest(readSettings([])), settingsDigest(settingsWith()));
});

function anotherValue(name: SettingName): string {
  const spec = SETTINGS[name];
  if (spec.type === 'choice' || spec.type === 'choices') return String(spec.choices.at(-1));
  if (spec.type === 'pattern') return 'ACME-[0-9]+';
  return spec.type === 'texts' ? 'some/,other/' : String(spec.max - 1);
}
