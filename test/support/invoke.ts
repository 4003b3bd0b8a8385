/** The handler as Lambda runs it, in a process of its own. */
import { execFile } from 'node:child_process';
import type { Answer } from '../../src/lambda/answer.ts';

export interface Invocation {
  readonly event: unknown;
  /** The file of src/ with the handler; `lambda` unless told. */
  readonly door?: 'lambda' | 'lambda-report';
  readonly environment: { readonly [name: string]: string };
  /** What the context says is left; five minutes unless told. */
  readonly remainingMs?: number;
}

export interface Outcome {
  readonly result?: Answer;
  /** Name and message of what was thrown. */
  readonly name?: string;
  readonly error?: string;
}

/** Each invocation gets its own copy of the module, so that it reads its own environment as a cold start does. */
const COLD_STARTS = `
  const outcomes = [];
  for (const [index, { event, environment, door = 'lambda', remainingMs = 300_000 }] of JSON.parse(process.argv[1]).entries()) {
    Object.assign(process.env, environment);
    const outcome = await import('./src/' + door + '.ts?' + index)
      .then(({ handler }) => handler(event, { getRemainingTimeInMillis: () => remainingMs }))
      .then((result) => ({ result }), ({ name, message }) => ({ name, error: message }));
    outcomes.push(outcome);
  }
  console.log(JSON.stringify(outcomes));
`;

/** Runs invocations one after another in one process. `output` is all that it printed. */
export function invokeAll(invocations: readonly Invocation[]): Promise<{ outcomes: readonly Outcome[]; output: string }> {
  const env = { ...process.env, AWS_LAMBDA_FUNCTION_NAME: 'normalize' };
  const args = ['--input-type=module', '--eval', COLD_STARTS, JSON.stringify(invocations)];
  return new Promise((resolve, reject) => {
    execFile(process.execPath, args, { env, maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
      if (error) reject(new Error(stderr, { cause: error }));
      else resolve({ outcomes: JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? ''), output: stdout + stderr });
    });
  });
}

/** One invocation. */
export async function invoke(invocation: Invocation): Promise<Outcome & { readonly output: string }> {
  const { outcomes, output } = await invokeAll([invocation]);
  return { ...outcomes[0], output };
}

/** The log lines and metrics among what was printed, parsed. */
export function linesOf(output: string, message: string): { readonly [name: string]: unknown }[] {
  return output
    .split('\n')
    .filter((line) => line.includes(`"${message}"`))
    .map((line) => JSON.parse(line));
}
