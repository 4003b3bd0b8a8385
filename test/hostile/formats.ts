/** Objects that are no JSON at all, or JSON in another encoding. */
import { linuxEvent } from '../valid-events.ts';
import { type Family, type HostileCase, line } from './case.ts';

const LINE = line(linuxEvent());
const BOM = '\uFEFF';

function utf16be(text: string): Buffer {
  return Buffer.from(text, 'utf16le').swap16();
}

function utf32le(text: string): Buffer {
  const bytes = Buffer.alloc(4 * text.length);
  for (let at = 0; at < text.length; at++) bytes.writeUInt32LE(text.charCodeAt(at), 4 * at);
  return bytes;
}

const EMPTY: readonly HostileCase[] = [
  { name: 'empty object', what: 'no bytes', input: () => '', expected: { valid: 0 } },
  { name: 'only a byte order mark', what: 'three bytes', input: () => BOM, expected: { valid: 0 } },
  {
    name: 'half a byte order mark',
    what: 'two of its three bytes',
    input: () => Buffer.from([0xef, 0xbb]),
    expected: { valid: 0, rejects: { 'json.encoding': 1 } },
  },
  {
    name: 'two byte order marks',
    what: 'two files with a mark, concatenated: the second mark is no white space',
    input: () => `${BOM}${BOM}${LINE}${LINE}`,
    expected: { valid: 1, rejects: { 'json.syntax': 1 } },
  },
  { name: 'only white space', what: 'blanks, tabs, CR and LF', input: () => ' \t\r\n'.repeat(5000), expected: { valid: 0 } },
];

const ENCODINGS: readonly HostileCase[] = [
  {
    name: 'UTF-16 little endian',
    what: 'two lines with a byte order mark, as PowerShell writes them; from the second line on the bytes are ASCII and NUL',
    input: () => Buffer.from(`${BOM}${LINE}${LINE}`, 'utf16le'),
    expected: { valid: 0, rejects: { 'json.encoding': 1, 'json.syntax': 2 } },
  },
  {
    name: 'UTF-16 big endian',
    what: 'two lines with a byte order mark',
    input: () => utf16be(`${BOM}${LINE}${LINE}`),
    expected: { valid: 0, rejects: { 'json.encoding': 1, 'json.syntax': 1 } },
  },
  {
    name: 'UTF-32',
    what: 'one line with a byte order mark',
    input: () => utf32le(`${BOM}${LINE}`),
    expected: { valid: 0, rejects: { 'json.encoding': 1, 'json.syntax': 1 } },
  },
  {
    name: 'Latin-1',
    what: 'an event whose title has `é` as one byte, between two good ones',
    input: () =>
      Buffer.concat([Buffer.from(LINE), Buffer.from(line({ ...linuxEvent(), title: 'é' }), 'latin1'), Buffer.from(LINE)]),
    expected: { valid: 2, rejects: { 'json.encoding': 1 } },
  },
];

const OTHERS: readonly HostileCase[] = [
  {
    name: 'PNG image',
    what: 'signature and header chunk of a picture',
    input: () => Buffer.from('89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489', 'hex'),
    expected: { valid: 0, rejects: { 'json.encoding': 1, 'json.syntax': 2 } },
  },
  {
    name: 'ELF program',
    what: 'the first bytes of a program for x86-64',
    input: () =>
      Buffer.concat([Buffer.from('7f454c46020101', 'hex'), Buffer.alloc(9), Buffer.from('02003e0001000000c0cf', 'hex')]),
    expected: { valid: 0, rejects: { 'json.encoding': 1 } },
  },
  {
    name: 'random bytes',
    what: 'every byte value once, between two events',
    input: () =>
      Buffer.concat([
        Buffer.from(LINE),
        Buffer.from(Array.from({ length: 256 }, (_, byte) => 255 - byte)),
        Buffer.from(`\n${LINE}`),
      ]),
    expected: { valid: 2, rejects: { 'json.encoding': 1, 'json.syntax': 1 } },
  },
  {
    name: 'HTML error page',
    what: 'what a proxy answers in place of the object: one reject a line',
    input: () => '<!DOCTYPE html>\n<html>\n<head><title>502 Bad Gateway</title></head>\n<body>{nginx}</body>\n</html>\n',
    expected: { valid: 0, rejects: { 'json.syntax': 5 } },
  },
  {
    name: 'XML error document',
    what: 'an `AccessDenied` of S3 that somebody saved as the object',
    input: () =>
      '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>AccessDenied</Code><Message>[Access] {Denied}</Message></Error>',
    expected: { valid: 0, rejects: { 'json.syntax': 2 } },
  },
  {
    name: 'CSV',
    what: 'a header and two rows',
    input: () => 'time,host,rule\n2026-11-22,web-1,shell\n2026-11-22,web-2,shell\n',
    expected: { valid: 0, rejects: { 'json.syntax': 3 } },
  },
  {
    name: 'CSV with quotes',
    what: 'each quoted cell is a JSON text, and none of them an event',
    input: () => '"time","host"\n"2026-11-22","web-1"\n',
    expected: { valid: 0, rejects: { 'json.not_object': 4 } },
  },
  {
    name: 'syslog',
    what: 'two lines of RFC 5424 around an event, one of them with JSON inside',
    input: () =>
      `<134>1 2026-11-22T08:15:00Z web-1 agent - - [meta x="1"] up\n${LINE}<134>1 2026-11-22T08:15:01Z web-1 agent - - - {"evt":{}}\n`,
    expected: { valid: 1, rejects: { 'json.syntax': 2 } },
  },
  {
    name: 'CloudTrail',
    what: 'the log of another service in a list that is called `Records` as well',
    input: () => '{"Records":[{"eventVersion":"1.08","eventName":"GetObject"},{"eventVersion":"1.08"}]}',
    expected: { valid: 0, rejects: { 'envelope.unknown': 2 } },
  },
  {
    name: 'JSON of JavaScript',
    what: 'single quotes, a comment behind a good event, `NaN`, a bare word and a trailing comma, a line each',
    input: () => `{'evt':{}}\n{"evt":{}} // comment\n{"evt":NaN}\n{"evt":undefined}\n{"evt":{},}\n`,
    expected: { valid: 1, rejects: { 'json.syntax': 5 } },
  },
];

export const FORMATS: Family = { title: 'Other formats and encodings', cases: [...EMPTY, ...ENCODINGS, ...OTHERS] };
