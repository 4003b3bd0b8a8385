/** Numbers and lines as people are shown them. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { wrapped } from '../src/cli/words.ts';
import { counted, size } from '../src/figures.ts';
import { inTerminal } from './support/pty.ts';
import { runInto, SAMPLES, withFolder } from './support/runs.ts';

test('counts have their thousands apart, and sizes a unit', () => {
  assert.deepEqual(
    [counted(1, 'record'), counted(1_234_567, 'record'), size(999), size(1_874_231)],
    ['1 record', '1,234,567 records', '999 B', '1.9 MB'],
  );
});

describe('a line', () => {
  const ROWS: readonly (readonly [line: string, columns: number, shown: string])[] = [
    ['two words', 9, 'two words'],
    ['two words', 8, 'two\n  words'],
    ['  time  a while', 12, '  time  a\n    while'],
    ['one  two', 6, 'one\n  two'],
    ['unbreakable here', 5, 'unbreakable\n  here'],
    ['\x1b[32mgreen\x1b[39m and red', 9, '\x1b[32mgreen\x1b[39m and\n  red'],
    ['', 5, ''],
  ];
  for (const [line, columns, shown] of ROWS)
    test(`${JSON.stringify(line)} in ${columns} columns`, () => assert.equal(wrapped(line, columns), shown));

  test('stays whole where it goes to no terminal', () => assert.equal(wrapped('two words', undefined), 'two words'));
});

/** What the screen shows, without the breaks that the program has made. */
const unbroken = (screen: string): string => screen.replaceAll(/\n +/g, ' ');

for (const columns of [40, 24])
  test(`no word is cut in two in ${columns} columns`, () =>
    withFolder(async (cwd) => {
      await runInto(`${cwd}/out`, [`${SAMPLES}/2020`]);
      const commands: readonly (readonly [args: readonly string[], ...words: RegExp[]])[] = [
        [['run', `${SAMPLES}/first.json`, '--out', 'first'], /1 object, 1 record = 1 valid \+ 0 rejected/, / 2021 +1/],
        [['verify', 'out'], /19 records = 19 valid \+ 0 rejected/, /^out: balanced$/m],
        [['report', 'out'], /19 records = 19 valid \+ 0 rejected/, /^out: balanced$/m],
        [['estimate', `${SAMPLES}/2020`], /memory +\d+ MB used of 1,769 MB, which is one whole vCPU/],
        [['settings'], /^conformance +compat +default$/m, /^max_decompressed_bytes +64GiB +default$/m],
      ];
      for (const [args, ...words] of commands) {
        const run = inTerminal(args, { columns, cwd });
        await run.ended();
        for (const shown of words) assert.match(unbroken(run.screen()), shown, args.join(' '));
      }
    }));
