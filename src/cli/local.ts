/** `winnow local`: an S3 server on this machine, with the function behind its input bucket and the report served live. */
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { counted, duration, number } from '../figures.ts';
import { type Message, messageOf, type Outcome, outcomeOf, queueEvent } from '../local/batches.ts';
import { type LocalFunction, startFunction } from '../local/function.ts';
import { type LivePage, startPage } from '../local/page.ts';
import { createQueue } from '../local/queue.ts';
import { reportPage } from '../report/page/page.ts';
import { SAMPLE } from '../report/sample.ts';
import { environmentName, type GivenSetting, readSettings, type SettingName } from '../settings.ts';
import { type FolderBucket, openFolderBucket } from '../stores/embedded/folder.ts';
import { type Created, startEmbeddedS3 } from '../stores/embedded-s3.ts';
import { StoreError } from '../stores/port.ts';
import type { Counts } from '../types.ts';
import { runReport } from './report.ts';
import { createChecks, EXIT_DONE, UsageError } from './usage.ts';
import { coloured, printable, wrapped } from './words.ts';

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
const BUCKETS = [INPUT, OUTPUT];

const BATCH = 'batch.ndjson';
const MAKE = `npx winnow generate --events 1000 --broken 0.05 --out ${BATCH}`;
/** Of reject codes in the line of a batch. */
const MOST_CODES = 3;

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
    if (isNews) print(wrapped(describeBatch(message, outcome, now() - startedMs, attempt)));
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

  const onDead = (message: Message): void => print(wrapped(describeDead(message)));
  const queue = createQueue({ deliver, onDead, mostAttempts: MOST_ATTEMPTS, visibilityMs: VISIBILITY_MS });
  const onCreated = (object: Created): void => void (object.bucket === INPUT && queue.send(messageOf(object)));
  let page: LivePage | undefined;
  let lambda: Promise<LocalFunction>;
  try {
    const server = keep(
      await listen('--port', ports.s3, (port) => startEmbeddedS3({ folder, buckets: BUCKETS, port, onCreated, onError })),
    );
    const environment = { ...settingsEnvironment(command.given), ...server.environment, OUTPUT_URI: `s3://${OUTPUT}` };
    lambda = startFunction(environment, onError);
    keep(await lambda);
    const upload = `curl -T ${BATCH} ${server.endpoint}/${INPUT}/`;
    // A batch that is half written looks like one that does not balance.
    const pageOptions = { make: MAKE, upload, draw: () => queue.between(draw), onError };
    page = keep(await listen('--page-port', ports.page, (port) => startPage({ ...pageOptions, port })));
    keep({ stop: () => Promise.race([queue.stop(), delay(PATIENCE_MS, undefined, { ref: false })]) });
    print(greeting({ upload, folder, page: page.url, endpoint: server.endpoint }));
    for (const object of await objectsIn(openFolderBucket(join(folder, INPUT))))
      queue.send({ ...messageOf(object), isOld: true });
    if (!signal.aborted) await once(signal, 'abort');
    print('Stopping. Ctrl-C again ends it at once.');
  } finally {
    for (const part of opened) await part.stop();
  }
  print(wrapped(`Stopped. The buckets are kept in ${printable(folder)}; what is not done yet is done at the next start.`));
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
    if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535) problems.push(`${flag}: must be a whole number from 0 to 65535`);
    return Number(text);
  };
  const ports = { s3: numberOf('--port', port), page: numberOf('--page-port', pagePort) };
  if (problems.length > 0) throw new UsageError(problems);
  return ports;
}

/** A folder that is none, or a port that is taken or not for everybody, is a matter of the command line. */
async function listen<T>(flag: string, port: number, start: (port: number) => Promise<T>): Promise<T> {
  try {
    return await start(port);
  } catch (error) {
    if (error instanceof StoreError) throw new UsageError([`--folder: ${error.message}`]);
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code !== 'EADDRINUSE' && code !== 'EACCES') throw error;
    throw new UsageError([
      `${flag}: ${port} ${code === 'EACCES' ? 'may not be used' : 'is taken'}; give another port, or 0 for any`,
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
  const refused = rejected > 0 ? coloured(`${number(rejected)} rejected (${mostOf(byCode)})`, 'yellow') : '0 rejected';
  const before = outcome.kind === 'unchanged' ? ', done before' : '';
  return `${place}  ${counted(records, 'record')} = ${number(valid)} valid + ${refused}  ${duration(ms)}${before}`;
}

/** The codes that most were refused for; the report has them all. */
function mostOf(byCode: Counts): string {
  const codes = Object.entries(byCode).sort(([, a], [, b]) => b - a);
  const rest = codes.length - MOST_CODES;
  const most = codes.slice(0, MOST_CODES).map(([code, times]) => `${code} ${number(times)}`);
  return most.join(', ') + (rest > 0 ? ` and ${rest} more` : '');
}

function describeDead({ bucket, key }: Message): string {
  const what = `s3://${bucket}/${printable(key)}: failed ${MOST_ATTEMPTS} times and was set aside; upload it again to try again`;
  return `${coloured('dead letter', 'red')}  ${what}`;
}

interface Greeting {
  readonly upload: string;
  readonly folder: string;
  readonly page: string;
  readonly endpoint: string;
}

function greeting({ upload, folder, page, endpoint }: Greeting): string {
  return `S3      ${endpoint}  buckets ${INPUT} and ${OUTPUT}
Kept    ${printable(folder)}
Report  ${page}

Make a batch in another terminal, and drop it, with curl or any S3 client:

  ${MAKE}
  ${upload}
  aws s3 cp ${BATCH} s3://${INPUT}/ --no-sign-request \\
      --endpoint-url ${endpoint}

Ready; Ctrl-C ends it.
`;
}
