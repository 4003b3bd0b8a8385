/** `winnow local`: an S3 server on this machine, with the function behind its input bucket and the report served live. */
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Message, messageOf, type Outcome, outcomeOf, queueEvent } from '../local/batches.ts';
import { type LocalFunction, startFunction } from '../local/function.ts';
import { type LivePage, startPage } from '../local/page.ts';
import { createQueue } from '../local/queue.ts';
import { reportPage } from '../report/page/page.ts';
import { SAMPLE } from '../report/sample.ts';
import { environmentName, type GivenSetting, readSettings, type SettingName } from '../settings.ts';
import { type FolderBucket, openFolderBucket } from '../stores/embedded/folder.ts';
import { type Created, type EmbeddedS3, startEmbeddedS3 } from '../stores/embedded-s3.ts';
import { runReport } from './report.ts';
import { createChecks, EXIT_DONE, UsageError } from './usage.ts';
import { coloured, count, printable } from './words.ts';

export interface LocalCommand {
  /** Where the buckets are kept, each in a folder of its own. */
  readonly folder: string;
  /** Of the S3 server and of the page; 0 takes any free one. */
  readonly port: string;
  readonly pagePort: string;
  readonly given: readonly GivenSetting[];
  /** Ends it. */
  readonly signal: AbortSignal;
  readonly print: (line: string) => void;
  readonly warn: (line: string) => void;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export const INPUT = 'winnow-input';
export const OUTPUT = 'winnow-output';

/** As infra/queue.yml has it. */
const MOST_ATTEMPTS = 5;
/** Half an hour on AWS; here somebody is waiting. */
const VISIBILITY_MS = 1_000;
/** How long the batch at hand may take after Ctrl-C. What it leaves half done, the next start takes up again. */
const PATIENCE_MS = 5_000;

/** Runs until the signal comes. Throws `UsageError` when a setting or a port is wrong. */
export async function runLocal(command: LocalCommand): Promise<number> {
  const { folder, signal, print, warn, now } = command;
  const ports = await checked(command);
  const onError = (error: unknown): void => warn(error instanceof Error ? error.message : String(error));
  const opened: { stop(): Promise<unknown> }[] = [];
  const keep = <T extends { stop(): Promise<unknown> }>(part: T): T => {
    opened.unshift(part);
    return part;
  };

  async function deliver(message: Message, attempt: number): Promise<boolean> {
    const startedMs = now();
    const outcome = outcomeOf(message, await (await lambda).invoke(queueEvent(message, attempt)));
    // What Ctrl-C broke off has not failed.
    if (signal.aborted && outcome.kind === 'failed') return true;
    const isNews = outcome.kind !== 'unchanged' || !message.isOld;
    if (isNews) print(describeBatch(message, outcome, now() - startedMs, attempt));
    if (isNews) page?.changed();
    return outcome.kind !== 'failed';
  }

  async function draw(): Promise<string | undefined> {
    const out = join(folder, OUTPUT);
    for await (const _ of openFolderBucket(out).keys('receipts/')) {
      const { report } = await runReport({
        out,
        verify: false,
        examples: true,
        sample: String(SAMPLE),
        given: command.given,
        warn,
      });
      return report && reportPage(report);
    }
    return undefined;
  }

  const onDead = (message: Message): void => print(describeDead(message));
  const queue = createQueue({ deliver, onDead, mostAttempts: MOST_ATTEMPTS, visibilityMs: VISIBILITY_MS });
  const onCreated = (object: Created): void => void (object.bucket === INPUT && queue.send(messageOf(object)));
  let page: LivePage | undefined;
  let lambda: Promise<LocalFunction>;
  try {
    const server = keep(
      await listen('--port', () => startEmbeddedS3({ folder, buckets: [INPUT, OUTPUT], port: ports.s3, onCreated, onError })),
    );
    const environment = { ...settingsEnvironment(command.given), ...server.environment, OUTPUT_URI: `s3://${OUTPUT}` };
    lambda = startFunction(environment, onError);
    keep(await lambda);
    const upload = `aws s3 cp batch.ndjson s3://${INPUT}/ --endpoint-url ${server.endpoint}`;
    page = keep(await listen('--page-port', () => startPage({ port: ports.page, upload, draw, onError })));
    keep({ stop: () => Promise.race([queue.stop(), delay(PATIENCE_MS, undefined, { ref: false })]) });
    print(greeting({ upload, folder, page: page.url, server }));
    for (const object of await objectsIn(openFolderBucket(join(folder, INPUT))))
      queue.send({ ...messageOf(object), isOld: true });
    if (!signal.aborted) await once(signal, 'abort');
    print('Stopping. Ctrl-C again ends it at once.');
  } finally {
    for (const part of opened) await part.stop();
  }
  print(`Stopped. The buckets are kept in ${folder}.`);
  return EXIT_DONE;
}

/** What an earlier session received: what it did not get done is done now, and the function finds that it is done with the rest. */
async function objectsIn(bucket: FolderBucket): Promise<Created[]> {
  const heads = await Array.fromAsync(bucket.keys(''), (key) => bucket.head(key));
  return heads.flatMap((head) => (head ? [{ ...head, bucket: INPUT, eventName: 'ObjectCreated:Put' as const }] : []));
}

async function checked({ port, pagePort, given }: LocalCommand): Promise<{ readonly s3: number; readonly page: number }> {
  const { problems, check } = createChecks();
  await check(() => readSettings(given));
  const numberOf = (flag: string, text: string): number => {
    if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535) problems.push(`${flag}: ${text} is no port; give 0 to 65535`);
    return Number(text);
  };
  const ports = { s3: numberOf('--port', port), page: numberOf('--page-port', pagePort) };
  if (problems.length > 0) throw new UsageError(problems);
  return ports;
}

/** A port that is taken, or not for everybody, is a matter of the command line. */
async function listen<T>(flag: string, start: () => Promise<T>): Promise<T> {
  try {
    return await start();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code !== 'EADDRINUSE' && code !== 'EACCES') throw error;
    throw new UsageError([
      `${flag}: this port ${code === 'EACCES' ? 'may not be used' : 'is taken'}; give another one, or 0 for any`,
    ]);
  }
}

/** Settings as the function takes them, later ones first. */
function settingsEnvironment(given: readonly GivenSetting[]): { readonly [name: string]: string } {
  return Object.fromEntries(given.map(({ name, value }) => [environmentName(name as SettingName), value]));
}

function describeBatch({ bucket, key }: Message, outcome: Outcome, ms: number, attempt: number): string {
  const place = `s3://${bucket}/${printable(key)}`;
  if (outcome.kind === 'failed') {
    // Mostly the reason names the object.
    const why = outcome.why.startsWith(`s3://${bucket}/${key}: `)
      ? printable(outcome.why)
      : `${place}: ${printable(outcome.why)}`;
    return `${coloured('failed', 'red')}  ${why} (attempt ${attempt} of ${MOST_ATTEMPTS})`;
  }
  if ('why' in outcome) return `ignored  ${place}: ${outcome.why}`;
  const { records, valid, rejected, byCode } = outcome;
  const codes = Object.entries(byCode).map(([code, number]) => `${code} ${number}`);
  const refused = rejected > 0 ? coloured(`${rejected} rejected (${codes.join(', ')})`, 'yellow') : '0 rejected';
  const before = outcome.kind === 'unchanged' ? ', done before' : '';
  return `${place}  ${count(records, 'record')} = ${valid} valid + ${refused}  ${ms} ms${before}`;
}

function describeDead({ bucket, key }: Message): string {
  const what = `s3://${bucket}/${printable(key)}: failed ${MOST_ATTEMPTS} times and was set aside; upload it again to try again`;
  return `${coloured('dead letter', 'red')}  ${what}`;
}

interface Greeting {
  readonly upload: string;
  readonly folder: string;
  readonly page: string;
  readonly server: EmbeddedS3;
}

function greeting({ upload, folder, page, server: { endpoint, environment } }: Greeting): string {
  const variables = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_REGION'].map((name) => `${name}=${environment[name]}`);
  return `S3      ${endpoint}  buckets ${INPUT} and ${OUTPUT}, kept in ${folder}
Report  ${page}

Drop a batch, with any S3 client and any credentials:

  export ${variables.join(' ')}
  ${upload}
  aws s3 ls --recursive s3://${OUTPUT}/ --endpoint-url ${endpoint}

Ready; Ctrl-C ends it.
`;
}
