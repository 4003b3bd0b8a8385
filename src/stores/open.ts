/** From a place as users write it to a store. */
import type { ObjectRef } from '../types.ts';
import { localCoverage, localSource, localStore } from './local.ts';
import type { Source, Store } from './port.ts';
import { isS3Uri, liesIn, parseS3Uri, type S3Options } from './s3-place.ts';

/** A source for `s3://bucket/prefix`, a folder or a file. Throws a `StoreError` for a place that cannot be one. */
export async function openSource(place: string, options: S3Options = {}): Promise<Source> {
  if (!isS3Uri(place)) return localSource(place);
  const where = parseS3Uri(place);
  const { createS3Client, s3Source } = await loadS3();
  return s3Source(createS3Client(options), where);
}

/** Tells whether an object would lie in a place, whether it exists or not. Throws a `StoreError` as `openSource` does. */
export async function coverageOf(place: string): Promise<(ref: ObjectRef) => boolean> {
  if (!isS3Uri(place)) return localCoverage(place);
  const where = parseS3Uri(place);
  return (ref) => liesIn(where, ref);
}

/** A store for `s3://bucket/prefix` or a folder. Throws a `StoreError` for a place that cannot be one. */
export async function openStore(place: string, options: S3Options = {}): Promise<Store> {
  if (!isS3Uri(place)) return localStore(place);
  const where = parseS3Uri(place);
  const { createS3Client, s3Store } = await loadS3();
  return s3Store(createS3Client(options), where);
}

/** Loaded only when needed: a run on local files should not wait for the AWS SDK. */
function loadS3(): Promise<typeof import('./s3.ts')> {
  return import('./s3.ts');
}
