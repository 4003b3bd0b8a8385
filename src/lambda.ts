/** Door 1: the Lambda handler. Wires settings, S3 and the log to the pipeline, and does nothing else. */
import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import { s3Notification } from './intake/trigger.ts';
import { keepMemoryFlat } from './memory.ts';
import { receiptKey } from './output/naming.ts';
import { processObject } from './pipeline.ts';
import { readSettings, type Settings, SettingsError, settingsFromEnvironment } from './settings.ts';
import { StoreError } from './stores/port.ts';
import { createS3Client, s3Sink, s3Source } from './stores/s3.ts';
import { parseS3Uri, type S3Place, s3OptionsFromEnvironment } from './stores/s3-place.ts';
import type { ObjectRef, Receipt } from './types.ts';

/** What one invocation returns when every object was processed. */
export interface InvocationSummary {
  readonly objects: number;
  /** Notification records that announced no new object. */
  readonly ignored: number;
  readonly records: number;
  readonly valid: number;
  readonly rejected: number;
  readonly receipts: readonly string[];
}

interface Environment {
  readonly [name: string]: string | undefined;
}

keepMemoryFlat(process.env);
const { settings, output, client } = wire(process.env);
const sink = s3Sink(client, output);
const logger = new Logger({ serviceName: 'cws-winnow' });

/**
 * Processes every object that the notification names. When some of them fail the others are processed all the same;
 * then one error that names the failed ones makes Lambda try again, which repeats outputs but never doubles them.
 */
export const handler = middy<unknown, InvocationSummary>()
  .use(injectLambdaContext(logger))
  .handler(async (event) => {
    const { refs, ignored } = s3Notification(event);
    const receipts: Receipt[] = [];
    const failures: string[] = [];
    for (const ref of refs) {
      const source = s3Source(client, { bucket: ref.bucket, prefix: ref.key });
      try {
        const receipt = await processObject(ref, { source, sink, settings, now: Date.now });
        logger.info('object processed', accountOf(receipt));
        receipts.push(receipt);
      } catch (error) {
        const { why, ...rest } = describe(ref, error);
        logger.error('object failed', { bucket: ref.bucket, key: ref.key, why, ...rest });
        failures.push(why);
      }
    }
    if (failures.length > 0) throw new Error(`${failures.length} of ${refs.length} objects failed: ${failures.join('; ')}`);
    return summaryOf(receipts, ignored);
  });

/** Everything that can be wrong with the environment is found before the first event, and told in one error. */
function wire(environment: Environment): { settings: Settings; output: S3Place; client: ReturnType<typeof createS3Client> } {
  const problems: string[] = [];
  const settings = collect(problems, () => readSettings(settingsFromEnvironment(environment)));
  const output = collect(problems, () => outputPlace(environment['OUTPUT_URI']));
  if (settings === undefined || output === undefined) throw new SettingsError(problems);
  return { settings, output, client: createS3Client(s3OptionsFromEnvironment(environment)) };
}

function outputPlace(uri: string | undefined): S3Place {
  if (!uri) throw new SettingsError(['OUTPUT_URI: must be set, to s3://bucket/prefix']);
  return parseS3Uri(uri);
}

function collect<T>(problems: string[], read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof SettingsError) problems.push(...error.problems);
    else if (error instanceof StoreError) problems.push(`OUTPUT_URI: ${error.message}`);
    else throw error;
    return undefined;
  }
}

function summaryOf(receipts: readonly Receipt[], ignored: number): InvocationSummary {
  const sum = (name: 'records' | 'valid' | 'rejected') => receipts.reduce((total, { counts }) => total + counts[name], 0);
  return {
    objects: receipts.length,
    ignored,
    records: sum('records'),
    valid: sum('valid'),
    rejected: sum('rejected'),
    receipts: receipts.map(receiptKey),
  };
}

function accountOf({ object_id, source, object_fault, counts, outputs, timings }: Receipt) {
  const { records, valid, rejected, by_code, bytes_in, bytes_out } = counts;
  return {
    bucket: source.bucket,
    key: source.key,
    object_id,
    ...(object_fault && { object_fault }),
    ...{ records, valid, rejected, by_code, bytes_in, bytes_out },
    outputs: outputs.length,
    duration_ms: timings.duration_ms,
  };
}

/** Only the stores' own messages are repeated: that of any other error might quote the record it stumbled over. */
function describe({ bucket, key }: ObjectRef, error: unknown): { why: string; reason: string; frames?: string[] } {
  if (error instanceof StoreError) return { why: error.message, reason: error.reason };
  const name = error instanceof Error ? error.name : typeof error;
  const frames = error instanceof Error ? (error.stack ?? '').split('\n').filter((line) => /^ {4}at /.test(line)) : [];
  return { why: `s3://${bucket}/${key}: internal error (${name})`, reason: 'internal', frames };
}
