import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { patternProblem } from '../src/pattern.ts';
import { createRedactor } from '../src/redact/redact.ts';
import { readSettings, SettingsError } from '../src/settings.ts';

describe('a pattern of the user', () => {
  it('masks its first group, or all that it matches, in strings but not in keys, numbers or structure', () => {
    const byGroup = createRedactor('acct-([0-9]+)|ACME[0-9]+');
    assert.deepEqual(byGroup('{"acct-1":"acct-12 ACME3","n":12}'), {
      text: '{"acct-1":"acct-[redacted] [redacted]","n":12}',
      count: 2,
    });
    assert.equal(createRedactor('[0-9]+')('{"n":12,"a":["7"]}').text, '{"n":12,"a":["[redacted]"]}');
    assert.equal(createRedactor('[0-9]+')('12 is broken').text, '[redacted] is broken');
  });

  it('never touches quotes and escape sequences', () => {
    for (const pattern of ['.', 'n', '[^a]+', '"', '00e9', 'u']) {
      const text = createRedactor(pattern)(String.raw`{"a":"b\nc\u00e9\\\"n","m":"{\"n\":\"\\n x\"}"}`).text;
      const value: { m: string } = JSON.parse(text);
      assert.deepEqual(Object.keys(JSON.parse(value.m)), ['n']);
    }
    const everything = createRedactor('\\w+');
    const once = everything('{"a":"b c"}').text;
    assert.deepEqual([once, everything(once).text], Array(2).fill('{"a":"[redacted] [redacted]"}'));
  });

  it('is refused when it is wrong or may take forever', () => {
    for (const [pattern, problem] of [
      ['(', /regular expression/],
      ['a*', /empty text/],
      ['x|', /empty text/],
      ['(a+)+b', /repeat a group/],
      ['(?:a|b){2,}c', /repeat a group/],
      ['((a+)?x)*y', /repeat a group/],
      ['a'.repeat(1001), /1000 characters/],
    ] as const) {
      assert.match(patternProblem(pattern) ?? '', problem, pattern);
      const given = [{ origin: '--redact-patterns', name: 'redact_patterns', value: pattern }];
      assert.throws(
        () => readSettings(given),
        (error) => error instanceof SettingsError && error.problems.length === 1,
      );
    }
    for (const pattern of ['', 'a+b*c?', '(a|b)c*', '(ab)+', '[(+]{3}\\(+', '(a+)?b', '(?<x>a)+', 'ACME-\\d{6}']) {
      assert.equal(patternProblem(pattern), undefined, pattern);
    }
  });
});
