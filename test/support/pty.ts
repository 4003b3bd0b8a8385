/** The program in a terminal: a real pseudo-terminal, and what its screen shows. */
import { setTimeout as wait } from 'node:timers/promises';
import { spawn } from '@lydell/node-pty';
import xterm from '@xterm/headless';

const CLI = new URL('../../src/cli.ts', import.meta.url).pathname;
const ROWS = 45;
const POLL_MS = 20;
const PATIENCE_MS = 60_000;

export interface TerminalRun {
  /** What is on the screen now. */
  screen(): string;
  /** All bytes that came, as text. */
  raw(): string;
  /** Waits until the screen shows something, and gives the screen. Throws when it never does. */
  until(shown: RegExp): Promise<string>;
  press(keys: string): void;
  send(signal: NodeJS.Signals): void;
  /** Waits for the end: the exit status as a shell has it, 128 and the number of the signal for a program that one has ended. */
  ended(): Promise<number>;
}

export const CTRL_C = '\x03';
export const CTRL_D = '\x04';

export interface TerminalOptions {
  readonly columns?: number;
  readonly environment?: { readonly [name: string]: string };
  readonly cwd?: string;
}

/** Starts the program in a terminal of so many columns, with nothing in its environment but what is given. */
export function inTerminal(args: readonly string[], options: TerminalOptions = {}): TerminalRun {
  return anyInTerminal(process.execPath, [CLI, ...args], options);
}

/** Starts any program in the same way. */
export function anyInTerminal(
  file: string,
  args: readonly string[],
  { columns = 80, environment = {}, cwd }: TerminalOptions = {},
): TerminalRun {
  const { PATH = '', HOME = '' } = process.env;
  const terminal = new xterm.Terminal({ cols: columns, rows: ROWS, allowProposedApi: true });
  const env = { PATH, HOME, TERM: 'xterm-256color', ...environment };
  const child = spawn(file, [...args], { cols: columns, rows: ROWS, env, ...(cwd !== undefined && { cwd }) });
  let raw = '';
  child.onData((data) => {
    raw += data;
    terminal.write(data);
  });
  const exit = new Promise<number>((resolve) =>
    child.onExit(({ exitCode, signal = 0 }) => resolve(signal > 0 ? 128 + signal : exitCode)),
  );
  const screen = (): string => {
    const { active } = terminal.buffer;
    const lines = Array.from({ length: active.length }, (_, row) => active.getLine(row)?.translateToString(true) ?? '');
    return lines.join('\n').trimEnd();
  };
  return {
    screen,
    raw: () => raw,
    until: async (shown) => {
      for (let waited = 0; waited < PATIENCE_MS; waited += POLL_MS) {
        if (shown.test(screen())) return screen();
        await wait(POLL_MS);
      }
      child.kill();
      throw new Error(`never on the screen: ${shown}\n${screen()}`);
    },
    press: (keys) => child.write(keys),
    send: (signal) => child.kill(signal),
    ended: async () => {
      const status = await exit;
      // What was written last is on its way to the screen.
      await new Promise<void>((resolve) => terminal.write('', resolve));
      return status;
    },
  };
}
