/** Text that is no text: broken UTF-8, halves of surrogate pairs, NUL, and what regular expressions choke on. */
import type { JsonObject } from '../../src/types.ts';
import { event2020, linuxEvent } from '../valid-events.ts';
import { type Family, HOLE, type HostileCase, line, payload } from './case.ts';

const A = line(linuxEvent());
const ENCODING = { valid: 1, rejects: { 'json.encoding': 1 } } as const;

/** An event with these bytes in the place of a hole, and a good one behind it. */
function withBytes(hex: string, event: JsonObject = { ...linuxEvent(), title: `x${HOLE}y` }): Buffer {
  const text = Buffer.from(line(event));
  const at = text.indexOf(HOLE);
  return Buffer.concat([text.subarray(0, at), Buffer.from(hex, 'hex'), text.subarray(at + HOLE.length), Buffer.from(A)]);
}

const titled = (text: string): string => line({ ...linuxEvent(), title: HOLE }, text);

const UTF8: readonly HostileCase[] = [
  { name: 'overlong NUL', what: '`C0 80`, as Java writes NUL', input: () => withBytes('c080'), expected: ENCODING },
  { name: 'overlong slash', what: '`C0 AF`: a `/` that filters do not see', input: () => withBytes('c0af'), expected: ENCODING },
  { name: 'overlong quote', what: '`C0 A2`: a `"` that would end the text', input: () => withBytes('c0a2'), expected: ENCODING },
  { name: 'character cut short', what: 'two of the three bytes of `€`', input: () => withBytes('e282'), expected: ENCODING },
  {
    name: 'character that swallows a quote',
    what: 'the first byte of four, then `"`',
    input: () => Buffer.concat([Buffer.from(A), Buffer.from('{"evt":{"name":"'), Buffer.from([0xf0]), Buffer.from('"}}\n')]),
    expected: ENCODING,
  },
  { name: 'lone continuation byte', what: '`80`', input: () => withBytes('80'), expected: ENCODING },
  { name: 'beyond Unicode', what: '`F4 90 80 80`', input: () => withBytes('f4908080'), expected: ENCODING },
  { name: 'bytes that never occur', what: '`FE FF`', input: () => withBytes('feff'), expected: ENCODING },
  { name: 'raw half of a surrogate pair', what: '`ED A0 80`', input: () => withBytes('eda080'), expected: ENCODING },
  {
    name: 'surrogate pair as CESU-8',
    what: '`ED A0 BD ED B8 80`, as some databases write 😀',
    input: () => withBytes('eda0bdedb880'),
    expected: ENCODING,
  },
  {
    name: 'broken UTF-8 in a key',
    what: '`FF` in a key of the event',
    input: () => withBytes('ff', { ...linuxEvent(), [`k${HOLE}`]: 1 }),
    expected: ENCODING,
  },
  {
    name: 'broken UTF-8 in an envelope',
    what: '`FF` in the message',
    input: () =>
      Buffer.concat([Buffer.from('{"message":"{\\"evt\\":{\\"name\\":\\"'), Buffer.from([0xff]), Buffer.from(`\\"}}"}\n${A}`)]),
    expected: ENCODING,
  },
  {
    name: 'noncharacters',
    what: 'U+FFFE, U+FFFF and U+FDD0 are valid UTF-8',
    input: () => withBytes('efbfbeefbfbfefb790'),
    expected: { valid: 2 },
  },
  { name: 'byte order mark in a text', what: 'U+FEFF within a value', input: () => withBytes('efbbbf'), expected: { valid: 2 } },
];

const ESCAPES: readonly HostileCase[] = [
  {
    name: 'escaped high surrogate',
    what: '`"\\ud800"` alone is JSON, and stays as it is',
    input: () => titled('"\\ud800"'),
    expected: { valid: 1 },
    written: '"title":"\\ud800"',
  },
  {
    name: 'escaped surrogates in the wrong order',
    what: '`"\\udc00\\ud800"`',
    input: () => titled('"\\udc00\\ud800"'),
    expected: { valid: 1 },
    written: '"title":"\\udc00\\ud800"',
  },
  {
    name: 'lone surrogate in a key',
    what: '`"k\\ud800"` as an unknown key',
    input: () => line({ ...linuxEvent(), [HOLE]: 0 }, '"k\\ud800":1'),
    expected: { valid: 1 },
    extra: { '/k\ud800': 1 },
  },
  {
    name: 'lone surrogate in a message',
    what: 'escaped in the payload, so that it is bare in the text of the event',
    input: () => payload(line({ ...linuxEvent(), title: HOLE }, '"\ud800"')),
    expected: { valid: 1 },
    written: '"title":"\\ud800"',
  },
  {
    name: 'lone surrogate behind a backslash',
    what: 'in a message: no escape that JSON knows',
    input: () => payload(line({ ...linuxEvent(), title: HOLE }, '"a\\\ud800"')),
    expected: { valid: 0, rejects: { 'envelope.message_syntax': 1 } },
  },
  {
    name: 'lone surrogate behind two backslashes',
    what: 'in a message: an escaped backslash and a surrogate',
    input: () => payload(line({ ...linuxEvent(), title: HOLE }, '"a\\\\\ud800"')),
    expected: { valid: 1 },
    written: '"title":"a\\\\\\ud800"',
  },
  {
    name: 'escapes that do not exist',
    what: '`\\x41`, `\\u12`, `\\U0041` and `\\0`, a line each',
    input: () => ['"\\x41"', '"\\u12"', '"\\U0041"', '"\\0"'].map(titled).join(''),
    expected: { valid: 0, rejects: { 'json.syntax': 4 } },
  },
  {
    name: 'everything escaped',
    what: 'a title of which each character is `\\u…`',
    input: () => titled(`"${[...'open'].map((c) => `\\u00${c.charCodeAt(0).toString(16)}`).join('')}"`),
    expected: { valid: 1 },
    written: '"title":"open"',
  },
];

const CONTROL: readonly HostileCase[] = [
  {
    name: 'raw NUL in a text',
    what: 'JSON forbids raw control characters',
    input: () => withBytes('00'),
    expected: { valid: 1, rejects: { 'json.syntax': 1 } },
  },
  { name: 'escaped NUL', what: '`\\u0000` is allowed', input: () => titled('"a\\u0000b"'), expected: { valid: 1 } },
  {
    name: 'NUL between records',
    what: 'lines that end in NUL and LF, as C programs write them',
    input: () => `${A.trim()}\0\n${A.trim()}\0\n`,
    expected: { valid: 2, rejects: { 'json.syntax': 2 } },
  },
  {
    name: 'NUL in place of line breaks',
    what: 'events parted by NUL alone: the first is whole, the rest of the line is text',
    input: () => `${A.trim()}\0${A.trim()}\0`,
    expected: { valid: 1, rejects: { 'json.syntax': 1 } },
  },
  {
    name: 'raw tab and escape in a text',
    what: 'a terminal sequence, raw',
    input: () => titled('"\t\u001b[31m"'),
    expected: { valid: 0, rejects: { 'json.syntax': 1 } },
  },
  {
    name: 'terminal sequence',
    what: 'the same, escaped',
    input: () => titled('"\\u001b[2J\\u001b[31m"'),
    expected: { valid: 1 },
  },
  {
    name: 'raw line break in a text',
    what: 'a line break within quotes cuts the record; its second half is one of its own',
    input: () => `${titled('"a\nb"')}${A}`,
    expected: { valid: 1, rejects: { 'json.truncated': 1, 'json.syntax': 1 } },
  },
];

const TIMES = ['9'.repeat(100_000), `2026-11-22T08:15:00.${'0'.repeat(200_000)}x`, `2026-11-22T08:15:00${'+'.repeat(100_000)}`];

const PATTERNS: readonly HostileCase[] = [
  {
    name: 'regex-hostile times',
    what: 'dates of 100,000 digits, signs and zeros',
    input: () => TIMES.map((date) => line({ ...linuxEvent(), date })).join(''),
    expected: { valid: 0, rejects: { 'schema.format': 3 } },
  },
  {
    name: 'regex-hostile digits',
    what: 'a number of a million zeros with a digit at both ends, behind a point',
    input: () => line({ ...linuxEvent(), new_key: HOLE }, `1.${'0'.repeat(1_000_000)}1`),
    expected: { valid: 1 },
  },
  {
    name: 'regex-hostile exponent',
    what: 'the same in front of an exponent',
    input: () => line({ ...linuxEvent(), new_key: HOLE }, `1${'0'.repeat(1_000_000)}1e-5`),
    expected: { valid: 1 },
  },
  {
    name: 'regex-hostile hash',
    what: '300,000 letters without the colon of a hash',
    input: () => line({ ...linuxEvent(), file: { path: '/a', inode: 1, uid: 0, gid: 0, hashes: ['a'.repeat(300_000)] } }),
    expected: { valid: 1 },
  },
  {
    name: 'regex-hostile key',
    what: 'an unknown key of 300,000 slashes, and one of digits between slashes',
    input: () => line({ ...linuxEvent(), ['/'.repeat(300_000)]: 1, ['/1'.repeat(100_000)]: 2 }),
    expected: { valid: 1 },
  },
  {
    name: 'regex-hostile tags',
    what: 'tags of 300,000 commas, colons and blanks',
    input: () => payload(line(event2020())).replace('{', `{"ddtags":"${',: '.repeat(100_000)}",`),
    expected: { valid: 1 },
  },
  {
    name: 'regex-hostile paths',
    what: 'an executable of 300,000 slashes and backslashes and no name',
    input: () => line({ ...event2020(), process: { pid: 1, executable_path: '/\\'.repeat(150_000), uid: 0, gid: 0 } }),
    expected: { valid: 1 },
  },
];

export const TEXT: Family = { title: 'Text', cases: [...UTF8, ...ESCAPES, ...CONTROL, ...PATTERNS] };
