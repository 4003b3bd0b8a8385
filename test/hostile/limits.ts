/**
 * Cases at the limits of size. Each runs in a process of its own that says how much memory it held: it must not depend on
 * how large the input is.
 */
import { gzipSync, zstdCompressSync } from 'node:zlib';
import type { JsonObject } from '../../src/types.ts';
import { customEvent, event2020, linuxEvent } from '../valid-events.ts';
import { type Family, type Flood, flood, HOLE, type HostileCase, line, payload } from './case.ts';
import { zstdRuns } from './compression.ts';

const MiB = 1024 * 1024;
const GiB = 1024 * MiB;
const A = line(linuxEvent());
const RECORD_TOO_LARGE = { valid: 1, rejects: { 'record.too_large': 1 } } as const;

const FLOODS: readonly HostileCase[] = [
  {
    name: 'line of 1 GiB',
    what: 'one line of text, then an event',
    input: () => flood(GiB, 'x', '', `\n${A}`),
    expected: RECORD_TOO_LARGE,
  },
  {
    name: 'JSON text of 1 GiB',
    what: 'an event whose title is 1 GiB long, then an event',
    input: () => flood(GiB, 'x', '{"evt":{"name":"open"},"title":"', `"}\n${A}`),
    expected: RECORD_TOO_LARGE,
  },
  { name: '1 GiB of white space', what: 'blanks, then an event', input: () => flood(GiB, ' ', '', A), expected: { valid: 1 } },
  {
    name: '1 GiB of line breaks',
    what: 'empty lines, then an event',
    input: () => flood(GiB, '\n', '', A),
    expected: { valid: 1 },
  },
  { name: '256 MiB of commas', what: 'then an event', input: () => flood(256 * MiB, ',', '', A), expected: { valid: 1 } },
  {
    name: '256 MiB of opening brackets',
    what: 'never closed',
    input: () => flood(256 * MiB, '[', A),
    expected: RECORD_TOO_LARGE,
  },
  {
    name: '256 MiB of escapes',
    what: 'a text of backslashes that never ends',
    input: () => flood(256 * MiB, '\\', `${A}{"title":"`),
    expected: RECORD_TOO_LARGE,
  },
  {
    name: 'white space within a record',
    what: '256 MiB of blanks between two members',
    input: () => flood(256 * MiB, ' ', `${A}{"evt":{"name":"open"},`, '"title":"x"}'),
    expected: RECORD_TOO_LARGE,
  },
  {
    name: 'gzip bomb of 256 MiB',
    what: 'in 260 KB: the best that gzip can do is just beyond the default ratio of 1000',
    input: () => {
      const member = gzipSync(Buffer.alloc(16 * MiB, '\n'), { level: 9 });
      return Buffer.concat([gzipSync(A), Buffer.alloc(16 * member.length, member)]);
    },
    expected: { valid: 1, rejects: { 'object.too_large': 1 }, fault: 'object.too_large' },
  },
  {
    name: 'zstd bomb of 12 GiB',
    what: 'in 400 KB: cut at 1000 times its size',
    input: () => Buffer.concat([zstdCompressSync(A), zstdRuns(20, 100_000)]),
    expected: { valid: 1, rejects: { 'object.too_large': 1 }, fault: 'object.too_large' },
  },
  {
    name: 'zstd window of 64 MiB',
    what: 'as `zstd --long=26` writes it, filled: the reader has to hold it',
    input: () => Buffer.concat([zstdCompressSync(A), zstdRuns(26, 1600)]),
    settings: { max_decompress_ratio: 100_000 },
    expected: { valid: 1 },
  },
];

/** Small events, each with a rule id of its own, a few at a time. */
function ruleIds(count: number): Flood {
  const [before = '', after = ''] = line({ ...event2020(), agent: { rule_id: HOLE } }, HOLE).split(HOLE);
  const text = (id: number): string => `${before}"rule_${String(id).padStart(6, '0')}"${after}`;
  return {
    bytes: count * text(0).length,
    chunks: function* () {
      for (let id = 0; id < count; id += 16) yield Buffer.from(Array.from({ length: 16 }, (_, i) => text(id + i)).join(''));
    },
  };
}

const PARTITIONS: readonly HostileCase[] = [
  {
    name: '100,000 partitions',
    what: '100,000 events, each with a rule id of its own, partitioned by `rule_id`',
    input: () => ruleIds(100_000),
    settings: { partition: ['rule_id'] },
    expected: { valid: 100_000 },
  },
];

/** An event with this JSON text under a key that no table knows. */
const unknown = (text: string): string => line({ ...linuxEvent(), new_key: HOLE }, text);

function inProcess(key: string, text: string): string {
  const event = linuxEvent();
  (event['process'] as JsonObject)[key] = HOLE;
  return line(event, text);
}

const many = (count: number, item: string): string => `[${`${item},`.repeat(count - 1)}${item}]`;

function members(count: number, key: (index: number) => string | number): string {
  return `{${Array.from({ length: count }, (_, index) => `${JSON.stringify(String(key(index)))}:${index}`).join(',')}}`;
}

const RECORDS: readonly HostileCase[] = [
  {
    name: 'text of 4 MB',
    what: 'a title',
    input: () => line({ ...linuxEvent(), title: 'x'.repeat(4_000_000) }),
    expected: { valid: 1 },
  },
  {
    name: 'key of 1 MB',
    what: 'an unknown key: under `extra`, cut in the drift of the receipt',
    input: () => line({ ...linuxEvent(), ['k'.repeat(1_000_000)]: 1 }),
    expected: { valid: 1 },
  },
  {
    name: '1,000,000 arguments',
    what: 'of one letter each',
    input: () => inProcess('args', many(1_000_000, '"a"')),
    expected: { valid: 1 },
  },
  {
    name: '1,000,000 wrong arguments',
    what: 'numbers where texts should be: the first 20 errors are listed',
    input: () => inProcess('args', many(1_000_000, '1')),
    expected: { valid: 0, rejects: { 'schema.type': 1 } },
  },
  {
    name: '1,000,000 empty ancestors',
    what: 'objects without what an ancestor must have',
    input: () => inProcess('ancestors', many(1_000_000, '{}')),
    expected: { valid: 0, rejects: { 'schema.required': 1 } },
  },
  {
    name: '200,000 ancestors with an unknown key',
    what: 'each key gets a pointer of its own',
    input: () =>
      line(customEvent('abnormal_path', { triggering_event: { process: { ancestors: HOLE } } }), many(200_000, '{"a":1}')),
    expected: { valid: 1 },
  },
  {
    name: '1,000,000 empty arrays',
    what: 'under an unknown key',
    input: () => unknown(many(1_000_000, '[]')),
    expected: { valid: 1 },
  },
  {
    name: '1,000,000 empty objects',
    what: 'the same with objects',
    input: () => unknown(many(1_000_000, '{}')),
    expected: { valid: 1 },
  },
  {
    name: '200,000 decimals that need care',
    what: 'numbers of which each one has to be kept digit by digit',
    input: () => unknown(many(200_000, '1e-400')),
    expected: { valid: 1 },
  },
  {
    name: '100,000 keys',
    what: 'in an unknown object',
    input: () => unknown(members(100_000, (i) => `key_${i}`)),
    expected: { valid: 1 },
  },
  {
    name: '100,000 keys of an event',
    what: 'unknown keys beside those of the event: the receipt counts 1,000 and then all others',
    input: () => line({ ...linuxEvent(), [HOLE]: 0 }, members(100_000, (i) => `key_${i}`).slice(1, -1)),
    expected: { valid: 1 },
  },
  {
    name: 'colliding keys',
    what: '60,000 keys that are multiples of 65,536',
    input: () => unknown(members(60_000, (i) => i * 65_536)),
    expected: { valid: 1 },
  },
  {
    name: 'keys that fill an array',
    what: 'indexes up to 2^32 - 2 in descending order',
    input: () => unknown(members(60_000, (i) => 4_294_967_294 - i * 7)),
    expected: { valid: 1 },
  },
  {
    name: '1,000,000 tags',
    what: 'in one text',
    input: () => payload(line(event2020())).replace('{', () => `{"ddtags":"${'a:b,'.repeat(1_000_000)}",`),
    expected: { valid: 1 },
  },
  {
    name: 'long id with many members',
    what: 'a key of 1 MB above 100,000 unknown members: the pointers must not multiply',
    input: () =>
      line(
        customEvent('self_test', { test_events: { ['k'.repeat(1_000_000)]: HOLE } }),
        members(100_000, (i) => `key_${i}`),
      ),
    expected: { valid: 1 },
  },
  {
    name: 'line of 8 MB of NUL',
    what: 'a reject, in which each byte takes six',
    input: () => Buffer.concat([Buffer.alloc(8 * MiB), Buffer.from(`\n${A}`)]),
    expected: { valid: 1, rejects: { 'json.syntax': 1 } },
  },
  {
    name: 'line of 8 MB of broken UTF-8',
    what: 'a reject in base64',
    input: () => Buffer.concat([Buffer.alloc(8 * MiB, 0xff), Buffer.from(`\n${A}`)]),
    expected: { valid: 1, rejects: { 'json.encoding': 1 } },
  },
  {
    name: 'ten large records',
    what: 'events of 4 MB each',
    input: () => line({ ...linuxEvent(), title: 'x'.repeat(4_000_000) }).repeat(10),
    expected: { valid: 10 },
  },
];

export const LIMITS: Family = { title: 'Limits', cases: [...PARTITIONS, ...FLOODS, ...RECORDS] };
