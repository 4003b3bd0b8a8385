/** The program as a process: arguments and an environment in, two streams and an exit status out. */
import { execFile } from 'node:child_process';

const CLI = new URL('../../src/cli.ts', import.meta.url).pathname;

export interface Ended {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the program, or a bundle of it, with nothing in its environment but what is given. */
export function winnow(
  args: readonly string[],
  environment: { readonly [name: string]: string } = {},
  cwd?: string,
  program = CLI,
): Promise<Ended> {
  const { PATH = '', HOME = '' } = process.env;
  const options = { env: { PATH, HOME, ...environment }, cwd, maxBuffer: 64 * 1024 * 1024 };
  return new Promise((resolve) => {
    execFile(process.execPath, [program, ...args], options, (error, stdout, stderr) => {
      resolve({ status: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}
