/** The backfill's state machine, and the world that it runs in: an embedded S3 and the handler. */
import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { DeleteObjectCommand, GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { parse } from 'yaml';
import { createS3Client } from '../../src/stores/s3.ts';
import { s3OptionsFromEnvironment } from '../../src/stores/s3-place.ts';
import { INPUT, OUTPUT } from './buckets.ts';
import type { Machine, World } from './state-machine.ts';

const SUBSTITUTIONS: { readonly [name: string]: string } = {
  FunctionArn: 'arn:aws:lambda:eu-west-1:123456789012:function:normalize',
  InputBucket: INPUT,
  InventoryBucket: OUTPUT,
  ResultsBucket: OUTPUT,
  ResultsPrefix: 'winnow/backfill',
};

/** The definition as CloudFormation hands it to Step Functions. */
export async function readMachine(): Promise<Machine> {
  const text = await readFile(new URL('../../infra/backfill.asl.yml', import.meta.url), 'utf8');
  return parse(text.replaceAll(/\$\{(\w+)\}/g, (_, name: string) => SUBSTITUTIONS[name] ?? `unknown substitution ${name}`));
}

export type Handler = (event: unknown, context: { getRemainingTimeInMillis(): number }) => Promise<unknown>;

/** A handler of its own that writes to this place, as after a cold start, and says nothing. */
export async function coldStart(outputUri: string): Promise<Handler> {
  const silence = { POWERTOOLS_LOG_LEVEL: 'SILENT', POWERTOOLS_METRICS_DISABLED: 'true' };
  Object.assign(process.env, { OUTPUT_URI: outputUri, AWS_LAMBDA_FUNCTION_NAME: 'normalize', ...silence });
  const { handler }: { handler: Handler } = await import(`../../src/lambda.ts?${encodeURIComponent(outputUri)}`);
  return handler;
}

/** What the two item readers of the machine give: the entries of a listing, or the lines of an inventory. */
export const read: World['read'] = async (reader) => {
  const { Resource, Arguments, ReaderConfig } = reader as {
    Resource: string;
    Arguments: Place;
    ReaderConfig: { MaxItems: number };
  };
  const items = Resource.endsWith(':s3:listObjectsV2') ? await listed(Arguments) : await inventoried(Arguments);
  return items.slice(0, ReaderConfig.MaxItems);
};

interface Place {
  readonly Bucket: string;
  readonly Prefix: string;
  readonly Key: string;
}

async function listed({ Bucket, Prefix }: Place): Promise<readonly unknown[]> {
  const items: unknown[] = [];
  let ContinuationToken: string | undefined;
  do {
    const page = await client().send(
      new ListObjectsV2Command({ Bucket, Prefix, ...(ContinuationToken && { ContinuationToken }) }),
    );
    for (const { ETag, Key, LastModified, Size, StorageClass } of page.Contents ?? []) {
      items.push({ Etag: ETag, Key, LastModified: (LastModified?.getTime() ?? 0) / 1000, Size, StorageClass });
    }
    ContinuationToken = page.NextContinuationToken;
  } while (ContinuationToken !== undefined);
  return items;
}

async function inventoried({ Bucket, Key }: Place): Promise<readonly unknown[]> {
  const { fileSchema, files }: { fileSchema: string; files: { key: string }[] } = JSON.parse((await get(Bucket, Key)).toString());
  const columns = fileSchema.split(', ');
  const tables = await Promise.all(
    files.map(async ({ key }) =>
      gunzipSync(await get(Bucket, key))
        .toString()
        .trimEnd()
        .split('\n'),
    ),
  );
  const valuesOf = (line: string) => line.split(',').map((value) => value.replaceAll('"', ''));
  return tables.flat().map((line) => Object.fromEntries(valuesOf(line).map((value, index) => [columns[index], value])));
}

async function get(Bucket: string, Key: string): Promise<Buffer> {
  const { Body } = await client().send(new GetObjectCommand({ Bucket, Key }));
  return Buffer.from((await Body?.transformToByteArray()) ?? []);
}

export async function remove(Key: string): Promise<void> {
  await client().send(new DeleteObjectCommand({ Bucket: INPUT, Key }));
}

function client() {
  return createS3Client(s3OptionsFromEnvironment(process.env));
}
