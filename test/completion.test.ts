/** `winnow completion`: the script of bash in bash, and what is in those of the other shells. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { describe, test } from 'node:test';
import { promisify } from 'node:util';
import { REJECT_CODE_NAMES } from '../src/reject-codes.ts';
import { CODECS, flagName, SETTING_NAMES } from '../src/settings.ts';
import { winnow } from './support/terminal.ts';

/** What bash offers for a command line whose last word is being typed. */
async function offered(script: string, words: readonly string[]): Promise<readonly string[]> {
  const ask = `${script}\n${script}\nCOMP_WORDS=("$@"); COMP_CWORD=$(($#-1)); _winnow; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr } = await promisify(execFile)('bash', ['--norc', '-c', ask, 'bash', ...words]);
  assert.equal(stderr, '');
  return stdout.split('\n').filter((line) => line !== '');
}

describe('winnow completion', async () => {
  const [bash, zsh, fish] = (await Promise.all(['bash', 'zsh', 'fish'].map((shell) => winnow(['completion', shell])))).map(
    ({ stdout }) => stdout,
  ) as [string, string, string];

  test('completes commands, flags and what they choose from in bash', async () => {
    const rows: readonly (readonly [readonly string[], readonly string[]])[] = [
      [['winnow', 'ru'], ['run']],
      [['winnow', 'run', '--comp'], ['--compression-level']],
      [['winnow', 'run', '--codec', ''], CODECS],
      [['winnow', 'run', 'in', '--out', 'out', '--conformance', 'd'], ['documented']],
      [['winnow', 'explain', 'schema.'], REJECT_CODE_NAMES.filter((name) => name.startsWith('schema.'))],
      [['winnow', 'generate', '--man'], ['--manifest']],
      [
        ['winnow', 'completion', ''],
        ['bash', 'zsh', 'fish'],
      ],
      // Left to the shell, which offers files.
      [['winnow', 'run', ''], []],
      [['winnow', 'run', '--out', ''], []],
    ];
    for (const [words, expected] of rows) assert.deepEqual(await offered(bash, words), expected, words.join(' '));
  });

  test('knows every setting in every shell', () => {
    for (const flag of SETTING_NAMES.map(flagName)) {
      assert.ok(bash.includes(` ${flag} `), flag);
      assert.ok(zsh.includes(`'*${flag}[`), flag);
      assert.ok(fish.includes(` -l ${flag.slice(2)} -`), flag);
    }
  });

  test('quotes help for the shell that reads it', () => {
    assert.ok(zsh.includes("of the function'\\''s timeout"));
    assert.ok(fish.includes("of the function\\'s timeout"));
    for (const line of zsh.split('\n')) assert.equal((line.replaceAll("'\\''", '').match(/'/g) ?? []).length % 2, 0, line);
    for (const line of fish.split('\n')) assert.equal((line.replaceAll("\\'", '').match(/'/g) ?? []).length % 2, 0, line);
  });

  test('says in one line which shells there are', async () => {
    const { status, stdout, stderr } = await winnow(['completion', 'tcsh']);
    assert.deepEqual([status, stdout], [2, '']);
    assert.match(stderr, /^winnow: .*tcsh.*bash, zsh, fish\.\n$/);
  });
});
