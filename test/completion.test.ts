/** `winnow completion`: what each shell offers that is installed here, and what is in the scripts. */
import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { promisify } from 'node:util';
import { COMPRESSIONS } from '../src/cli/generate.ts';
import { REJECT_CODE_NAMES } from '../src/reject-codes.ts';
import { CODECS, DIMENSIONS, flagName, SETTING_NAMES } from '../src/settings.ts';
import { anyInTerminal } from './support/pty.ts';
import { withFolder } from './support/runs.ts';
import { winnow } from './support/terminal.ts';

/** A command line whose last word is being typed, and what is offered for it. */
type Row = readonly [line: string, offered: readonly string[]];

const COMMANDS = [
  'completion',
  'estimate',
  'explain',
  'generate',
  'help',
  'local',
  'replay',
  'report',
  'run',
  'settings',
  'verify',
];
const ROWS: readonly Row[] = [
  ['winnow ', COMMANDS],
  ['winnow ru', ['run']],
  ['winnow help rep', ['replay', 'report']],
  ['winnow --', ['--help', '--version']],
  ['winnow run --js', ['--json']],
  ['winnow run --comp', ['--compression-level']],
  ['winnow run --codec ', CODECS],
  ['winnow run --codec=g', ['gzip']],
  ['winnow run in --out out --conformance d', ['documented']],
  ['winnow run --partition ', DIMENSIONS],
  ['winnow run --partition dt,ca', ['dt,category']],
  ['winnow run --partition=dt,ca', ['dt,category']],
  ['winnow replay out --code schema.v', ['schema.value']],
  ['winnow generate --framing pre', ['pretty']],
  ['winnow generate --compress ', COMPRESSIONS],
  ['winnow generate --generation single', ['single-platform']],
  ['winnow generate --type open,dn', ['open,dns']],
  // A folder that is called like another command.
  ['winnow run replay --cod', ['--codec']],
  ['winnow explain schema.', REJECT_CODE_NAMES.filter((name) => name.startsWith('schema.'))],
  ['winnow generate --man', ['--manifest']],
  ['winnow completion ', ['bash', 'fish', 'zsh']],
];
/** Where files are offered: for what cannot be listed. */
const FILES = ['winnow run ', 'winnow run --out ', 'winnow run first.json --config '];

const run = promisify(execFile);
const isHere = (shell: string): boolean => spawnSync(shell, ['-c', 'exit']).status === 0;

/** As bash takes a line apart. */
const wordsOf = (line: string): readonly string[] => line.split(/ |(?==)|(?<==)/);

/** What bash offers by the function that completes. */
async function offered(script: string, words: readonly string[]): Promise<readonly string[]> {
  const ask = `${script}\n${script}\nCOMP_WORDS=("$@"); COMP_CWORD=$(($#-1)); _winnow; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr } = await run('bash', ['--norc', '-c', ask, 'bash', ...words]);
  assert.equal(stderr, '');
  return stdout.split('\n').filter((line) => line !== '');
}

/** A home with some files of its own, and two in a folder that is worked in. */
async function atHome(files: { readonly [path: string]: string }, work: (home: string) => Promise<void>): Promise<void> {
  await withFolder(async (home) => {
    const all = { ...files, 'work/first.json': '', 'work/second.json': '' };
    for (const [path, text] of Object.entries(all)) {
      await mkdir(join(home, path, '..'), { recursive: true });
      await writeFile(join(home, path), text);
    }
    await work(home);
  });
}

/** Asks a zsh that somebody sits at: Tab, and a look at the screen. */
async function askZsh(home: string, rows: readonly Row[]): Promise<void> {
  const zsh = anyInTerminal('zsh', ['-d', '-i'], { columns: 160, environment: { HOME: home }, cwd: join(home, 'work') });
  try {
    await zsh.until(/^% $|^%$/m);
    for (const [line, expected] of rows) {
      // Ctrl-U and Ctrl-L: an empty line on an empty screen.
      zsh.press(`\x15\x0c${line}\t`);
      const [only = '', ...more] = expected;
      if (more.length === 0) {
        const before = line.slice(0, Math.max(line.lastIndexOf(' '), line.indexOf('=')) + 1);
        // A value may follow a flag, and another item a list.
        assert.match(await zsh.until(new RegExp(`^% ${before}${only}[=,]?$`, 'm')), /^%.*$/);
        continue;
      }
      const shown = await zsh.until(new RegExp(expected.toSorted().join('\\s[^]*\\s')));
      const [, ...list] = shown.split('\n');
      const names = list.flatMap((text) => text.split(' -- ')[0]?.trim().split(/ +/));
      assert.deepEqual(names.sort(), expected.toSorted(), line);
    }
  } finally {
    zsh.press('\x15exit\r');
    await zsh.ended();
  }
}

describe('winnow completion', async () => {
  const [bash, zsh, fish] = (await Promise.all(['bash', 'zsh', 'fish'].map((shell) => winnow(['completion', shell])))).map(
    ({ stdout }) => stdout,
  ) as [string, string, string];
  const files = FILES.map((line) => [line, ['first.json', 'second.json']] as const);

  test('completes commands, flags and what they choose from in bash', async () => {
    for (const [line, expected] of ROWS)
      assert.deepEqual((await offered(bash, wordsOf(line))).toSorted(), expected.toSorted(), line);
    // Left to the shell, which offers files.
    for (const line of FILES) assert.deepEqual(await offered(bash, wordsOf(line)), [], line);
  });

  if (isHere('fish')) {
    test('completes the same in fish, which finds the script in its folder', async () => {
      await atHome({ '.config/fish/completions/winnow.fish': fish, 'bin/winnow': '' }, async (home) => {
        // Fish looks for the script of a command only where there is the command.
        await chmod(join(home, 'bin/winnow'), 0o755);
        for (const [line, expected] of [...ROWS, ...files]) {
          const env = { PATH: `${home}/bin:${process.env['PATH']}`, HOME: home };
          const { stdout, stderr } = await run('fish', ['-c', `complete -C '${line}'`], { env, cwd: join(home, 'work') });
          const names = stdout
            .trimEnd()
            .split('\n')
            // Fish tells the flag again.
            .map((shown) => shown.split('\t')[0]?.replace(/^--\S+=/, ''));
          assert.deepEqual([names.sort(), stderr], [expected.toSorted(), ''], line);
        }
      });
    });
  }

  if (isHere('zsh')) {
    test('completes the same in zsh, where nothing else was set up', async () => {
      // As the page says, but for the program.
      await atHome({ '.zshrc': `PS1='%% '\neval "$(cat ~/script)"\n`, script: zsh }, (home) => askZsh(home, [...ROWS, ...files]));
    });

    test('and at the first Tab, when zsh finds the script by itself', async () => {
      const rc = "PS1='%% '\nfpath=(~/functions $fpath)\nautoload -Uz compinit && compinit -i\n";
      await atHome({ '.zshrc': rc, 'functions/_winnow': zsh }, (home) => askZsh(home, [['winnow ru', ['run']]]));
    });
  }

  test('knows every setting in every shell', () => {
    for (const flag of SETTING_NAMES.map(flagName)) {
      assert.ok(bash.includes(` ${flag} `), flag);
      assert.ok(zsh.includes(`'*${flag}=[`), flag);
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
