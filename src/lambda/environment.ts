/** What the function is told by its environment. Everything wrong with it is found before the first event, and told in one error. */
import { readSettings, type Settings, SettingsError, settingsFromEnvironment } from '../settings.ts';
import { StoreError } from '../stores/port.ts';
import { parseS3Uri, type S3Options, type S3Place, s3OptionsFromEnvironment } from '../stores/s3-place.ts';

export interface Wiring {
  readonly settings: Settings;
  /** Where events, rejects and receipts go. */
  readonly output: S3Place;
  readonly s3: S3Options;
}

/** Throws one `SettingsError` that lists every problem. */
export function readEnvironment(environment: { readonly [name: string]: string | undefined }): Wiring {
  const problems: string[] = [];
  const settings = collect(problems, () => readSettings(settingsFromEnvironment(environment)));
  const output = collect(problems, () => outputPlace(environment['OUTPUT_URI']));
  const inputOwner = collect(problems, () => account(environment, 'INPUT_BUCKET_OWNER'));
  const outputOwner = collect(problems, () => account(environment, 'OUTPUT_BUCKET_OWNER'));
  if (settings === undefined || output === undefined || problems.length > 0) throw new SettingsError(problems);
  const ownerOf = (bucket: string) => (bucket === output.bucket ? outputOwner : inputOwner);
  return { settings, output, s3: { ...s3OptionsFromEnvironment(environment), ownerOf } };
}

/** The id of an account, when it is given. */
function account(environment: { readonly [name: string]: string | undefined }, name: string): string | undefined {
  const id = environment[name];
  if (!id) return undefined;
  if (!/^\d{12}$/.test(id)) throw new SettingsError([`${name}: must be the 12 digits of an AWS account`]);
  return id;
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
