/** The deployed function on this machine: the same bundle, in a thread with an environment of its own. */
import { Worker } from 'node:worker_threads';
import { parseObject } from '../json.ts';

export interface ToWorker {
  readonly event: unknown;
  readonly timeoutMs: number;
}

export type FromWorker =
  | { readonly kind: 'ready' }
  | { readonly kind: 'line'; readonly line: string }
  | { readonly kind: 'answer'; readonly answer: unknown }
  | { readonly kind: 'error'; readonly why: string };

/** A line of the function's log. */
export type LogLine = { readonly [name: string]: unknown };

/** What came of one invocation. */
export type Invoked = { readonly log: readonly LogLine[] } & (
  | { readonly ok: true; readonly answer: unknown }
  | { readonly ok: false; readonly why: string }
);

export interface LocalFunction {
  /** To be called again only when the last answer is there. Never throws: a function that dies has failed, and the next event starts a new one. */
  invoke(event: unknown): Promise<Invoked>;
  stop(): Promise<void>;
}

/** As serverless.yml has it. */
const TIMEOUT_MS = 300_000;

// In the package: dist/chunks/, dist/worker.mjs and dist/lambda/. In the repository the sources stand for the bundles.
const isBundled = !import.meta.url.endsWith('.ts');
const WORKER = new URL(isBundled ? '../worker.mjs' : './worker.ts', import.meta.url);
const HANDLER = new URL(isBundled ? '../lambda/index.js' : '../lambda.ts', import.meta.url);

/** Starts the function. Rejects when it cannot start. `onDeath` is told why it ended between two invocations or in one. */
export async function startFunction(
  environment: { readonly [name: string]: string },
  onDeath: (error: unknown) => void,
): Promise<LocalFunction> {
  let worker: Worker | undefined;
  async function running(): Promise<Worker> {
    if (worker) return worker;
    const started = await startWorker(environment);
    started.on('error', onDeath).once('exit', () => {
      if (worker === started) worker = undefined;
    });
    worker = started;
    return started;
  }
  await running();
  return {
    async invoke(event) {
      const log: LogLine[] = [];
      try {
        return await answerOf(await running(), event, log);
      } catch (error) {
        return { ok: false, why: `the function died: ${error instanceof Error ? error.message : String(error)}`, log };
      }
    },
    async stop() {
      await worker?.terminate();
    },
  };
}

function startWorker(env: { readonly [name: string]: string }): Promise<Worker> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(WORKER, { env: { ...env }, workerData: { handler: HANDLER.href } });
    worker.once('error', reject).once('message', () => resolve(worker.off('error', reject)));
  });
}

function answerOf(worker: Worker, event: unknown, log: LogLine[]): Promise<Invoked> {
  return new Promise((resolve, reject) => {
    const died = (why: unknown): void => reject(why instanceof Error ? why : new Error(`exit status ${String(why)}`));
    const hear = (message: FromWorker): void => {
      if (message.kind === 'line') log.push(...parsed(message.line));
      if (message.kind !== 'answer' && message.kind !== 'error') return;
      worker.off('error', died).off('exit', died).off('message', hear);
      resolve(message.kind === 'answer' ? { ok: true, answer: message.answer, log } : { ok: false, why: message.why, log });
    };
    worker.on('error', died).on('exit', died).on('message', hear);
    worker.postMessage({ event, timeoutMs: TIMEOUT_MS } satisfies ToWorker);
  });
}

/** Whatever else is printed, such as a warning of Node's, is no line of the log. */
function parsed(line: string): LogLine[] {
  const value = parseObject(line);
  return value ? [value] : [];
}
