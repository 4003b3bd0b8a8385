/** From a place as users write it to a store. */
import { localSink, localSource } from './local.ts';
import type { Sink, Source } from './port.ts';
import { isS3Uri, parseS3Uri, type S3Options } from './s3-place.ts';

/** A source for `s3://bucket/prefix`, a folder or a file. Throws a `StoreError` for a place that cannot be one. */
export async function openSource(place: string, options: S3Options = {}): Promise<Source> {
  if (!isS3Uri(place)) return localSource(place);
  const where = parseS3Uri(place);
  const { createS3Client, s3Source } = await loadS3();
  return s3Source(createS3Client(options), where);
}

/** A sink for `s3://bucket/prefix` or a folder. Throws a `StoreError` for a place that cannot be one. */
export async function openSink(place: string, options: S3Options = {}): Promise<Sink> {
  if (!isS3Uri(place)) return localSink(place);
  const where = parseS3Uri(place);
  const { createS3Client, s3Sink } = await loadS3();
  return s3Sink(createS3Client(options), where);
}

/** Loaded only when needed: a run on local files should not wait for the AWS SDK. */
function loadS3(): Promise<typeof import('./s3.ts')> {
  return import('./s3.ts');
}
