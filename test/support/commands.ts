/** The commands on the pages: found by their looks, taken apart by a shell, and parsed by the program's own definition. */
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Command } from 'commander';
import type { AddCommand } from '../../src/cli/command.ts';
import { flagName, readSettings, SETTING_NAMES } from '../../src/settings.ts';
import { type Block, blocksOf, ROOT } from './pages.ts';

const COMMANDS = new URL('src/cli/commands/', ROOT);

/** The program with every command declared as it is, but doing nothing. */
export async function declared(): Promise<Command> {
  const winnow = new Command('winnow').exitOverride().configureOutput({ writeOut: () => {}, writeErr: () => {} });
  for (const name of readdirSync(COMMANDS).sort()) {
    const exported: { readonly [add: string]: AddCommand } = await import(new URL(name, COMMANDS).href);
    // The flags of some commands are made only when the command line names them.
    for (const add of Object.values(exported)) await add(winnow, () => {}, [name.replace('.ts', '')]);
  }
  for (const command of winnow.commands) {
    command.exitOverride().configureOutput({ writeOut: () => {}, writeErr: () => {} });
    command.action(() => {});
  }
  return winnow;
}

/** The examples that `--help` ends with. */
export async function examples(): Promise<string[]> {
  const { commands } = await declared();
  return commands.flatMap((command) => {
    let help = '';
    command.configureOutput({ writeOut: (text) => (help += text) }).outputHelp();
    const [, lines = ''] = help.split('Examples:\n');
    return lines.split('\n').flatMap((line) => line.trim() || []);
  });
}

/** Throws what the program would say of a command line that is wrong, values of settings included. */
export async function parse(words: readonly string[]): Promise<void> {
  if (words.length === 1 && words[0] === '--help') return;
  // Commander keeps what it was told, so each line gets a program of its own.
  const winnow = await declared();
  await winnow.parseAsync([...words], { from: 'user' });
  const command = winnow.commands.find((one) => one.name() === words[0]);
  const options: { readonly [name: string]: unknown } = command?.opts() ?? {};
  const given = SETTING_NAMES.flatMap((name) => {
    const value = options[name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase())];
    return typeof value === 'string' ? [{ origin: flagName(name), name, value }] : [];
  });
  readSettings(given);
}

const RUNS_WINNOW = /(?:^|[|;&(]\s*)(?:\w+=\S*\s+)*(?:npx )?winnow\s/;

/** The lines of a block of code that run the program, continued ones in one. */
export function linesIn({ language, text }: Block): string[] {
  if (!['', 'sh'].includes(language)) return [];
  const lines = text.replaceAll(/\\\n\s*/g, '').split('\n');
  return lines.filter((line) => RUNS_WINNOW.test(line));
}

/** Those of all blocks of a page. */
export function linesOf(page: string): string[] {
  return blocksOf(page).flatMap(linesIn);
}

/** The words of each command line of the program that a shell finds in a line. */
export async function wordsIn(lines: readonly string[]): Promise<ReadonlyMap<string, readonly (readonly string[])[]>> {
  const folder = await mkdtemp(join(tmpdir(), 'winnow-test-'));
  try {
    // Instead of running, each command line writes down its words: each process into a file of its own, since those of a pipe
    // write at the same time.
    const script = `winnow() { printf '%s\\0' "$LINE" "$@" $'\\n' >> "words.$BASHPID"; }
npx() { shift; winnow "$@"; }
${lines.map((line, index) => `LINE=${index}\n${line}`).join('\n')}`;
    await mkdir(join(folder, '.config/fish/completions'), { recursive: true });
    const ended = await promisify(execFile)('bash', ['--norc', '-e', '-c', script], { cwd: folder, env: { HOME: folder } });
    if (ended.stderr !== '') throw new Error(ended.stderr);
    const found = new Map<string, string[][]>(lines.map((line) => [line, []]));
    const written = readdirSync(folder).filter((name) => name.startsWith('words.'));
    const records = written.flatMap((name) => readFileSync(join(folder, name), 'utf8').split('\0\n\0').filter(Boolean));
    for (const record of records) {
      const [index, ...words] = record.split('\0');
      found.get(lines[Number(index)] ?? '')?.push(words);
    }
    return found;
  } finally {
    await rm(folder, { recursive: true });
  }
}
