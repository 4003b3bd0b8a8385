/** Values that become names of folders, and times at the ends of the calendar. */
import { hash } from 'node:crypto';
import type { JsonObject } from '../../src/types.ts';
import { event2020, linuxEvent } from '../valid-events.ts';
import { type Family, type HostileCase, line, payload } from './case.ts';

const DEFAULT = '__HIVE_DEFAULT_PARTITION__';

function ruled(rule_id: string): JsonObject {
  return { ...linuxEvent(), agent: { ...(linuxEvent()['agent'] as JsonObject), rule_id } };
}

const RULE_IDS: readonly (readonly [name: string, what: string, value: string, folder: string])[] = [
  ['path upwards', '`../../x`', '../../x', '..%2F..%2Fx'],
  ['absolute path', '`/etc/passwd`', '/etc/passwd', '%2Fetc%2Fpasswd'],
  ['Windows path', '`..\\\\..\\\\x`', '..\\..\\x', '..%5C..%5Cx'],
  ['partition in a partition', '`dt=2020`', 'dt=2020', 'dt%3D2020'],
  ['folder in a value', '`a/b`', 'a/b', 'a%2Fb'],
  ['escape in a value', '`%2F`: stays apart from `/`', '%2F', '%252F'],
  ['dot', '`.`', '.', '.'],
  ['two dots', '`..`', '..', '..'],
  ['empty value', 'the empty text', '', DEFAULT],
  ['name of the default partition', 'the word that Hive writes for nothing', DEFAULT, DEFAULT],
  ['control characters', 'NUL, LF, CR, DEL and escape', '\0\n\r\x7f\x1b', '%00%0A%0D%7F%1B'],
  ['right-to-left marks', 'U+202E, which turns names around in a listing, stays as it is', 'a\u202Etxt.exe', 'a\u202Etxt.exe'],
  ['lone surrogate', 'a half that no path can hold', 'a\ud800b', 'a\uFFFDb'],
  ['globs', '`*?[a]{b}`', '*?[a]{b}', '%2A%3F%5Ba%5D%7Bb%7D'],
  ['shell and SQL', '`$(id)`; \' and "', `$(id);'"`, '$(id);%27%22'],
  ['URL', '`s3://b/k?x#y`', 's3://b/k?x#y', 's3%3A%2F%2Fb%2Fk%3Fx%23y'],
];

const FOLDERS = RULE_IDS.map(
  ([name, what, value, folder]): HostileCase => ({
    name: `rule id: ${name}`,
    what,
    input: () => line(ruled(value)),
    settings: { partition: ['rule_id'] },
    expected: { valid: 1 },
    partitions: [`rule_id=${folder}`],
  }),
);

const LONG: readonly HostileCase[] = [
  {
    name: 'rule id of 10 KB',
    what: 'cut, with a digest in its name',
    input: () => line(ruled('r'.repeat(10_240))),
    settings: { partition: ['rule_id'] },
    expected: { valid: 1 },
    partitions: [`rule_id=${'r'.repeat(32)}~${hash('sha256', 'r'.repeat(10_240), 'hex').slice(0, 16)}`],
  },
  {
    name: 'rule ids that begin alike',
    what: 'two of 10 KB that differ in their last byte stay apart',
    input: () => line(ruled(`${'r'.repeat(10_240)}a`)) + line(ruled(`${'r'.repeat(10_240)}b`)),
    settings: { partition: ['rule_id'] },
    expected: { valid: 2 },
  },
  {
    name: 'hostile values in every column',
    what: 'host, service and name of `../../x` at once',
    input: () =>
      payload(
        line({ ...linuxEvent(), service: '../s', evt: { name: '../n', category: 'File Activity', outcome: 'Success' } }),
      ).replace('web-1', '../h'),
    settings: { partition: ['host', 'service', 'name', 'platform'] },
    expected: { valid: 1 },
    partitions: ['host=..%2Fh/service=..%2Fs/name=..%2Fn/platform=linux'],
  },
  {
    name: 'hostile key',
    what: 'an object that is called `../../../etc/passwd`: outputs are named by a digest',
    key: '../../../etc/passwd',
    input: () => line(linuxEvent()),
    expected: { valid: 1 },
  },
];

const DATES: readonly (readonly [name: string, what: string, date: string, dt: string | undefined])[] = [
  ['year 0000', 'the first instant that RFC 3339 can write', '0000-01-01T00:00:00Z', '0000-01-01'],
  ['year 0001', 'Go’s zero time means that none was set', '0001-01-01T00:00:00Z', DEFAULT],
  ['year 9999', 'the last second', '9999-12-31T23:59:59.999999999Z', '9999-12-31'],
  [
    'beyond year 9999',
    'in the year 9999 by its own clock, in 10000 by UTC: kept under `extra`',
    '9999-12-31T23:59:59-23:59',
    DEFAULT,
  ],
  [
    'before year 0000',
    'in the year 0000 by its own clock, before it by UTC: kept under `extra`',
    '0000-01-01T00:00:00+23:59',
    DEFAULT,
  ],
  ['year -0001', 'RFC 3339 has no signs', '-0001-01-01T00:00:00Z', undefined],
  ['year +12026', 'nor more than four digits', '+12026-01-01T00:00:00Z', undefined],
  ['leap second', 'the last one there was', '2016-12-31T23:59:60Z', '2016-12-31'],
  ['leap second at an offset', 'the same one in Tokyo, where it was morning', '2017-01-01T08:59:60+09:00', '2016-12-31'],
  ['leap second at noon', 'there are none', '2016-12-31T12:00:60Z', undefined],
  ['far offset', 'an offset of 23:59 puts it on the day before', '2026-11-22T00:00:00+23:59', '2026-11-21'],
  ['offset of 24:00', 'too far', '2026-11-22T00:00:00+24:00', undefined],
  ['February 29', 'of a year that has none', '2026-02-29T00:00:00Z', undefined],
  ['month 13', 'and of a month that is none', '2026-13-01T00:00:00Z', undefined],
  ['hour 24', 'midnight as the end of a day', '2026-11-22T24:00:00Z', undefined],
  ['blank for T', 'as databases write it', '2026-11-22 08:15:00Z', undefined],
  ['Arabic digits', 'digits, but not of ASCII', '٢٠٢٦-11-22T08:15:00Z', undefined],
  ['path in a date', '`2026-11-22T../../x`', '2026-11-22T../../x', undefined],
  ['1,000 fractional digits', 'all of them stay', `2026-11-22T08:15:00.${'123456789'.repeat(111)}1Z`, '2026-11-22'],
];

const CALENDAR = DATES.map(
  ([name, what, date, dt]): HostileCase => ({
    name: `date: ${name}`,
    what,
    input: () => line({ ...linuxEvent(), date }),
    settings: { partition: ['dt'] },
    ...(dt === undefined
      ? { expected: { valid: 0, rejects: { 'schema.format': 1 } }, partitions: [] }
      : { expected: { valid: 1 }, partitions: [`dt=${dt}`] }),
  }),
);

const STAMPS: readonly (readonly [name: string, what: string, token: string, dt: string])[] = [
  ['far future', '10^17 milliseconds: kept under `extra`', '100000000000000000', DEFAULT],
  ['far past', 'the first millisecond of year 0000', '-62167219200000', '0000-01-01'],
  ['fraction', 'half a millisecond', '1.5', DEFAULT],
  ['1e400', 'no instant', '1e400', DEFAULT],
  ['text', 'a text that is no time', '"yesterday"', DEFAULT],
];

const ENVELOPE_TIMES = STAMPS.map(
  ([name, what, token, dt]): HostileCase => ({
    name: `timestamp of the envelope: ${name}`,
    what,
    input: () => payload(line(event2020())).replace('{', `{"timestamp":${token},`),
    settings: { partition: ['dt'] },
    expected: { valid: 1 },
    partitions: [`dt=${dt}`],
  }),
);

export const PARTITIONS: Family = {
  title: 'Partition values and times',
  cases: [...FOLDERS, ...LONG, ...CALENDAR, ...ENVELOPE_TIMES],
};
