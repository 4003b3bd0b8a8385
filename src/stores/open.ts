/** From a place as users write it to a store. */
import type { ObjectRef } from '../types.ts';
import { isGlobText } from './glob-text.ts';
import { localCoverage, localSource, localStore } from './local.ts';
import { globCoverage, globSource, isGlob } from './local-glob.ts';
import type { WatchOptions } from './local-watch.ts';
import { type Source, type Store, StoreError } from './port.ts';
import {
  isS3Uri,
  liesIn,
  parseS3Uri,
  refuseNoBucket,
  refuseNoEndpoint,
  refuseNoPlace,
  type S3Options,
  type S3Place,
  s3OptionsFromEnvironment,
} from './s3-place.ts';
import { STANDARD_INPUT, STANDARD_INPUT_KEY, standardInput } from './standard-input.ts';

export interface SourceOptions extends S3Options {
  /** Ends what would wait for ever: standard input. */
  readonly signal?: AbortSignal;
}

/**
 * A source for `s3://bucket/prefix`, a folder, a file, a pattern of files, or `-`, which is standard input. Throws a `StoreError`
 * for a place that cannot be one.
 */
export async function openSource(place: string, options: SourceOptions = {}): Promise<Source> {
  refuseNoPlace(place);
  if (place === STANDARD_INPUT) return standardInput(process.stdin, options.signal);
  if (!isS3Uri(place)) return (await isGlob(place)) ? globSource(place) : localSource(place);
  const { where, reached } = placeInS3(place, options);
  const { createS3Client, s3Source } = await loadS3();
  const source = s3Source(createS3Client(reached), where);
  // A key may have such characters in it, as a file may.
  if (isGlobText(where.prefix) && (await holdsNothing(source))) {
    const cure = 'name the folder, and choose with --input-prefix and --input-suffix';
    throw new StoreError('not_found', `${place}: there is no such key, and patterns are for files; ${cure}`);
  }
  return source;
}

async function holdsNothing(source: Source): Promise<boolean> {
  try {
    return (await source.list()[Symbol.asyncIterator]().next()).done === true;
  } catch {
    // Whoever lists it for its objects tells why it cannot be.
    return false;
  }
}

/** Tells whether an object would lie in a place, whether it exists or not. Throws a `StoreError` as `openSource` does. */
export async function coverageOf(place: string): Promise<(ref: ObjectRef) => boolean> {
  if (place === STANDARD_INPUT) return ({ key }) => key === STANDARD_INPUT_KEY;
  if (!isS3Uri(place)) return (await isGlob(place)) ? globCoverage(place) : localCoverage(place);
  const where = parseS3Uri(place);
  return (ref) => liesIn(where, ref);
}

/** A store for `s3://bucket/prefix` or a folder. Throws a `StoreError` for a place that cannot be one. */
export async function openStore(place: string, options: S3Options = {}): Promise<Store> {
  refuseNoPlace(place);
  if (place === STANDARD_INPUT)
    throw new StoreError('not_found', `${place}: outputs are files; name a folder or s3://bucket/prefix`);
  if (!isS3Uri(place)) return localStore(place);
  const { where, reached } = placeInS3(place, options);
  const { createS3Client, s3Store } = await loadS3();
  return s3Store(createS3Client(reached), where);
}

/** A folder on a disk whose listing goes on until the signal comes. Throws a `StoreError` when the place is none. */
export async function openWatched(place: string, options: WatchOptions): Promise<Source> {
  refuseNoPlace(place);
  if (isS3Uri(place))
    throw new StoreError('misconfigured', `${place}: only a folder can be watched; let a notification tell of S3`);
  const { watchedSource } = await import('./local-watch.ts');
  return watchedSource(place, options);
}

/**
 * Reads `s3://bucket/prefix`, adds what the environment says of S3 to what was given, and checks all that can be checked before S3
 * is asked. Throws a `StoreError`.
 */
function placeInS3(uri: string, options: S3Options): { readonly where: S3Place; readonly reached: S3Options } {
  refuseNoEndpoint(options.endpoint, process.env);
  const where = parseS3Uri(uri);
  const reached = { ...s3OptionsFromEnvironment(process.env), ...options };
  refuseNoBucket(where, reached);
  return { where, reached };
}

/** Loaded only when needed: a run on local files should not wait for the AWS SDK. */
function loadS3(): Promise<typeof import('./s3.ts')> {
  return import('./s3.ts');
}
