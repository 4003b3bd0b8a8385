/** Numbers that no double can hold, and numbers that only look odd. */
import type { JsonObject } from '../../src/types.ts';
import { linuxEvent } from '../valid-events.ts';
import { type Family, HOLE, type HostileCase, line } from './case.ts';

/** An event with this token as an unknown member, which keeps it as it is. */
const unknown = (token: string): string => line({ ...linuxEvent(), new_key: HOLE }, token);

/** An event whose pid is this token. */
const pid = (token: string): string => {
  const event = linuxEvent();
  (event['process'] as JsonObject)['pid'] = HOLE;
  return line(event, token);
};

const TYPE = { valid: 0, rejects: { 'schema.type': 1 } } as const;
const SYNTAX = { valid: 0, rejects: { 'json.syntax': 1 } } as const;

export const NUMBERS: Family = {
  title: 'Numbers',
  cases: [
    {
      name: '1e400',
      what: 'more than a double holds, under an unknown key: kept as written',
      input: () => unknown('1e400'),
      expected: { valid: 1 },
      written: '"/new_key":1e400}',
    },
    {
      name: '-1e400',
      what: 'the same below zero',
      input: () => unknown('-1e400'),
      expected: { valid: 1 },
      written: '"/new_key":-1e400}',
    },
    {
      name: '1e-400',
      what: 'less than a double holds: not turned into 0',
      input: () => unknown('1e-400'),
      expected: { valid: 1 },
      written: '"/new_key":1e-400}',
    },
    {
      name: '1e999999999999',
      what: 'an exponent that is itself too large',
      input: () => unknown('1e999999999999'),
      expected: { valid: 1 },
      written: '"/new_key":1e999999999999}',
    },
    { name: '-0', what: 'zero', input: () => unknown('-0'), expected: { valid: 1 }, extra: { '/new_key': 0 } },
    {
      name: '400 digits',
      what: 'an integer of 400 digits: kept as written',
      input: () => unknown('9'.repeat(400)),
      expected: { valid: 1 },
      written: `"/new_key":${'9'.repeat(400)}}`,
    },
    {
      name: '2^53 + 1',
      what: 'the first integer that a double misses',
      input: () => unknown('9007199254740993'),
      expected: { valid: 1 },
      written: '"/new_key":9007199254740993}',
    },
    {
      name: 'decimal of 17 digits',
      what: '0.10000000000000001 is not 0.1',
      input: () => unknown('0.10000000000000001'),
      expected: { valid: 1 },
      written: '"/new_key":0.10000000000000001}',
    },
    {
      name: '100,000 digits',
      what: 'a number of 100,000 digits with a point in the middle',
      input: () => unknown(`${'7'.repeat(50_000)}.${'7'.repeat(50_000)}`),
      expected: { valid: 1 },
    },
    {
      name: 'pid of 2^64 - 1',
      what: 'in a field for integers: every digit is kept',
      input: () => pid('18446744073709551615'),
      expected: { valid: 1 },
      written: '"pid":18446744073709551615,',
    },
    {
      name: 'pid of 1e3',
      what: 'an exponent that is a whole number after all',
      input: () => pid('1e3'),
      expected: { valid: 1 },
      written: '"process":{"pid":1000,',
    },
    {
      name: 'pid of 1.0',
      what: 'a point that is a whole number after all',
      input: () => pid('1.0'),
      expected: { valid: 1 },
      written: '"process":{"pid":1,',
    },
    { name: 'pid of 1e400', what: 'no integer that could be read', input: () => pid('1e400'), expected: TYPE },
    { name: 'pid of 400 digits', what: 'larger than any double', input: () => pid('9'.repeat(400)), expected: TYPE },
    {
      name: 'pid of 1e-400',
      what: 'rounds to 0 in a double, and is no whole number: kept under `extra`',
      input: () => pid('1e-400'),
      expected: { valid: 1 },
      written: '"/process/pid":1e-400}',
    },
    { name: 'pid of 1.5', what: 'no whole number', input: () => pid('1.5'), expected: TYPE },
    {
      name: 'pid of almost 1',
      what: '0.99999999999999999999 rounds to 1 in a double: kept under `extra`',
      input: () => pid('0.99999999999999999999'),
      expected: { valid: 1 },
      written: '"/process/pid":0.99999999999999999999}',
    },
    { name: 'pid as text', what: '`"4001"`', input: () => pid('"4001"'), expected: TYPE },
    { name: 'leading zero', what: '`007`', input: () => pid('007'), expected: SYNTAX },
    { name: 'leading plus', what: '`+7`', input: () => pid('+7'), expected: SYNTAX },
    { name: 'hexadecimal', what: '`0x7f`', input: () => pid('0x7f'), expected: SYNTAX },
    {
      name: 'Infinity',
      what: '`Infinity` and `-Infinity`',
      input: () => pid('Infinity') + pid('-Infinity'),
      expected: { valid: 0, rejects: { 'json.syntax': 2 } },
    },
    {
      name: 'a point and nothing',
      what: '`1.` and `.5`',
      input: () => pid('1.') + pid('.5'),
      expected: { valid: 0, rejects: { 'json.syntax': 2 } },
    },
    {
      name: '100,000 large numbers',
      what: 'a list of integers of 20 digits under an unknown key',
      input: () => unknown(`[${'18446744073709551615,'.repeat(99_999)}7]`),
      expected: { valid: 1 },
    },
  ] satisfies HostileCase[],
};
