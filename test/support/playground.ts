/** `winnow local` as users have it: bundled, as a process of its own. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { S3Client } from '@aws-sdk/client-s3';

export interface Playground {
  readonly process: ChildProcess;
  readonly endpoint: string;
  /** Where the report is, with a slash at its end. */
  readonly page: string;
  /** A client as anybody makes one: nothing in it is for this server but the address. */
  readonly client: S3Client;
  /** All that was printed so far. */
  readonly printed: () => string;
  /** Sends Ctrl-C, and gives the exit status. */
  readonly interrupt: () => Promise<number | null>;
}

const ROOT = new URL('../../', import.meta.url).pathname;

/** Bundles the program as `npm run build` does, into another folder. Gives the path of the program. */
export async function bundle(folder: string): Promise<string> {
  await promisify(execFile)(process.execPath, ['build.ts', folder], { cwd: ROOT });
  return `${folder}/cli.mjs`;
}

/** Starts it on free ports and waits until it is ready. */
export async function startPlayground(program: string, folder: string, more: readonly string[] = []): Promise<Playground> {
  const args = [program, 'local', '--port', '0', '--page-port', '0', '--folder', folder, ...more];
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(process.execPath, args, { env: { PATH, HOME }, stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (chunk) => (text += chunk));
  const ended = once(child, 'exit');
  await until('it is ready', () => {
    if (child.exitCode !== null) throw new Error(`winnow local ended: ${text}`);
    return text.includes('Ready');
  });
  const [, endpoint = ''] = /^S3 +(\S+)/m.exec(text) ?? [];
  const [, page = ''] = /^Report +(\S+)/m.exec(text) ?? [];
  const credentials = { accessKeyId: 'anybody', secretAccessKey: 'anything' };
  return {
    process: child,
    endpoint,
    page,
    client: new S3Client({ endpoint, region: 'us-east-1', credentials }),
    printed: () => text,
    interrupt: async () => {
      child.kill('SIGINT');
      const [status] = await ended;
      return status;
    },
  };
}

const PATIENCE_MS = 120_000;

/** Asks again and again until the answer is something. Generous: how long it took is not what a test is about. */
export async function until<T>(what: string, ask: () => T | Promise<T>): Promise<NonNullable<T>> {
  const endsAt = performance.now() + PATIENCE_MS;
  while (performance.now() < endsAt) {
    const answer = await ask();
    if (answer) return answer;
    await delay(10);
  }
  throw new Error(`gave up waiting until ${what}`);
}
