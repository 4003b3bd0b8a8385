/** The thread that the function lives in, as Lambda's runtime would have it: one event at a time, and what it prints is its log. */
import { parentPort, workerData } from 'node:worker_threads';
import type { FromWorker, ToWorker } from './function.ts';

const { handler }: { handler: (event: unknown, context: object) => Promise<unknown> } = await import(workerData.handler);
const tell = (message: FromWorker): void => parentPort?.postMessage(message);

// In the same queue as the answers, so that the log of an invocation is complete when its answer comes. Its errors are lines
// of standard error; whatever else is said there is for whoever watches.
const aloud = process.stderr.write.bind(process.stderr);
process.stdout.write = (chunk: string | Uint8Array) => {
  for (const line of linesOf(chunk)) tell({ kind: 'line', line });
  return true;
};
process.stderr.write = (chunk: string | Uint8Array) => {
  for (const line of linesOf(chunk)) {
    if (line.startsWith('{')) tell({ kind: 'line', line });
    else aloud(`${line}\n`);
  }
  return true;
};

function linesOf(chunk: string | Uint8Array): string[] {
  return String(chunk)
    .split('\n')
    .filter((line) => line !== '');
}

parentPort?.on('message', async ({ event, timeoutMs }: ToWorker) => {
  const endsAt = Date.now() + timeoutMs;
  try {
    tell({ kind: 'answer', answer: await handler(event, { getRemainingTimeInMillis: () => endsAt - Date.now() }) });
  } catch (error) {
    tell({ kind: 'error', why: error instanceof Error ? `${error.name}: ${error.message}` : String(error) });
  }
});
tell({ kind: 'ready' });
