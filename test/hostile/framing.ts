/** Brackets, commas, wrappers and lines that do not add up. */
import { linuxEvent } from '../valid-events.ts';
import { type Family, type HostileCase, line } from './case.ts';

const A = line(linuxEvent()).trim();

const LISTS: readonly HostileCase[] = [
  {
    name: 'array never closed',
    what: 'two events and no `]`: what may be missing is said once',
    input: () => `[${A},${A}`,
    expected: { valid: 2, rejects: { 'json.truncated': 1 } },
  },
  {
    name: 'array cut in a record',
    what: 'the object ends within its second event',
    input: () => `[${A},${A.slice(0, 400)}`,
    expected: { valid: 1, rejects: { 'json.truncated': 1 } },
  },
  {
    name: 'array closed twice',
    what: '`]]` at the end',
    input: () => `[${A}]]`,
    expected: { valid: 1, rejects: { 'json.syntax': 1 } },
  },
  {
    name: 'array closed by a brace',
    what: '`[…}`',
    input: () => `[${A}}\n${A}\n`,
    expected: { valid: 2, rejects: { 'json.syntax': 1 } },
  },
  {
    name: 'comma flood',
    what: '1,000,000 commas around an event',
    input: () => `${','.repeat(500_000)}${A}${','.repeat(500_000)}`,
    expected: { valid: 1 },
  },
  {
    name: 'comma flood in an array',
    what: 'an array of 1,000,000 nothings and one event',
    input: () => `[${','.repeat(1_000_000)}${A}]`,
    expected: { valid: 1 },
  },
  {
    name: 'flood of closing brackets',
    what: 'a line of 1,000,000 `]`, then an event',
    input: () => `${']'.repeat(1_000_000)}\n${A}`,
    expected: { valid: 1, rejects: { 'json.syntax': 1 } },
  },
  {
    name: 'flood of closing braces',
    what: 'a line of 1,000,000 `}`, then an event',
    input: () => `${'}'.repeat(1_000_000)}\n${A}`,
    expected: { valid: 1, rejects: { 'json.syntax': 1 } },
  },
  {
    name: 'flood of empty arrays',
    what: '`[]` 500,000 times: lists without records',
    input: () => '[]'.repeat(500_000),
    expected: { valid: 0 },
  },
  {
    name: 'flood of empty objects',
    what: '`{}` 50,000 times',
    input: () => '{}'.repeat(50_000),
    expected: { valid: 0, rejects: { 'envelope.unknown': 50_000 } },
  },
  {
    name: 'flood of scalars',
    what: 'an array of 50,000 numbers',
    input: () => `[${'1,'.repeat(50_000)}]`,
    expected: { valid: 0, rejects: { 'json.not_object': 50_000 } },
  },
  {
    name: 'array of everything',
    what: 'numbers, texts, null, lists and an event',
    input: () => `[1,"x",null,true,[],[${A}],{},${A}]`,
    expected: { valid: 1, rejects: { 'json.not_object': 6, 'envelope.unknown': 1 } },
  },
];

const LOG_LINES: readonly HostileCase[] = [
  {
    name: 'log line in brackets',
    what: '`[time] text` between events',
    input: () => `${A}\n[2026-11-22 08:15] WARN {lost}\n${A}\n`,
    expected: { valid: 2, rejects: { 'json.syntax': 2 } },
  },
  {
    name: 'log line with an open bracket',
    what: 'a line of text that begins with `[` and never closes it is a line and no list',
    input: () => `${A}\n[WARN the disk is full\n${A}\n${A}\n`,
    expected: { valid: 3, rejects: { 'json.syntax': 1 } },
  },
  {
    name: 'last line with an open bracket',
    what: 'the same as the last line, with its line break',
    input: () => `${A}\n[WARN the disk is full\n`,
    expected: { valid: 1, rejects: { 'json.syntax': 1 } },
  },
  {
    name: 'log lines with open brackets',
    what: '1,000 of them',
    input: () => `${'[WARN the disk is full\r\n'.repeat(1000)}${A}\n`,
    expected: { valid: 1, rejects: { 'json.syntax': 1000 } },
  },
  {
    name: 'log line with an open brace',
    what: '`{WARN text` costs its own line',
    input: () => `{WARN the disk is full\n${A}\n`,
    expected: { valid: 1, rejects: { 'json.syntax': 1 } },
  },
  {
    name: 'log line with an open quote',
    what: '`"WARN text` costs its own line',
    input: () => `"WARN the disk is full\n${A}\n`,
    expected: { valid: 1, rejects: { 'json.truncated': 1 } },
  },
  {
    name: 'every second line cut',
    what: '100 events, each second one cut at another byte',
    input: () => Array.from({ length: 100 }, (_, i) => (i % 2 === 0 ? A : A.slice(0, 1 + 20 * i))).join('\n'),
    expected: { valid: 50, rejects: { 'json.truncated': 50 } },
  },
  {
    name: 'bare carriage returns',
    what: 'lines that end in CR alone, as on old Macs: white space like any other',
    input: () => `${A}\r${A}\r`,
    expected: { valid: 2 },
  },
  {
    name: 'line separators of Unicode',
    what: 'U+2028 between events is no white space in JSON',
    input: () => `${A}\u2028${A}\n${A}\n`,
    expected: { valid: 2, rejects: { 'json.syntax': 1 } },
  },
];

const WRAPPERS: readonly HostileCase[] = [
  {
    name: 'wrapper with hostile members',
    what: '`{"Records":[…]}` around null, a number, a text, a list, an empty object and an event',
    input: () => `{"Records":[null,7,"x",[1],{},${A}]}`,
    expected: { valid: 1, rejects: { 'json.not_object': 4, 'envelope.unknown': 1 } },
  },
  {
    name: 'wrapper twice',
    what: '`Records` twice in one object: what stands behind the first list is kept apart',
    input: () => `{"Records":[${A}],"Records":[${A}]}`,
    expected: { valid: 1, rejects: { 'envelope.container_members': 1 } },
  },
  {
    name: 'wrapper whose list is no list',
    what: '`{"Records":{…}}` and `{"Records":null}`',
    input: () => `{"Records":{"0":${A}}}\n{"Records":null}\n`,
    expected: { valid: 0, rejects: { 'envelope.unknown': 2 } },
  },
  {
    name: 'wrapper in a wrapper',
    what: 'only the outermost list is opened',
    input: () => `{"Records":[{"events":[${A}]},${A}]}`,
    expected: { valid: 1, rejects: { 'envelope.unknown': 1 } },
  },
  {
    name: 'wrapper by escapes',
    what: '`"\\u0052ecords"` is the same key, but no writer writes it so',
    input: () => `{"\\u0052ecords":[${A}]}`,
    expected: { valid: 0, rejects: { 'envelope.unknown': 1 } },
  },
  {
    name: 'wrapper behind white space',
    what: '100,000 blanks before the key: not waited for',
    input: () => `{${' '.repeat(100_000)}"Records":[${A}]}`,
    expected: { valid: 0, rejects: { 'envelope.unknown': 1 } },
  },
  {
    name: 'wrapper never closed',
    what: 'the list is open at the end',
    input: () => `{"Records":[${A},`,
    expected: { valid: 1, rejects: { 'json.truncated': 1 } },
  },
  {
    name: 'wrapper with __proto__',
    what: 'a member beside the list that is called `__proto__`',
    input: () => `{"Records":[${A}],"__proto__":{"polluted":true}}`,
    expected: { valid: 1, rejects: { 'envelope.container_members': 1 } },
  },
];

export const FRAMING: Family = { title: 'Framing', cases: [...LISTS, ...LOG_LINES, ...WRAPPERS] };
