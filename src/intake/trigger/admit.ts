/** Which of the objects that are there are input. Decided by their names alone. */
import type { Settings } from '../../settings.ts';
import type { ObjectRef } from '../../types.ts';
import type { IgnoredReason } from './found.ts';

/** What Winnow writes below its output place, and must never read as input: it would wake itself for ever. */
export const OUTPUT_FOLDERS = ['events/', 'rejects/', 'receipts/'] as const;

/** Where outputs go; an empty prefix is the whole bucket. */
interface OutputPlace {
  readonly bucket: string;
  readonly prefix: string;
}

type Filter = Pick<Settings, 'input_prefix' | 'input_suffix'>;

/** Why an announced object is not to be processed, or undefined when it is. */
export function refusal(ref: ObjectRef, output: OutputPlace, filter: Filter): IgnoredReason | undefined {
  if (isOutput(ref, output)) return 'own_output';
  return admits(ref, filter) ? undefined : 'filtered';
}

/** Whether the settings let an object through. An empty list asks for nothing. */
export function admits({ key }: ObjectRef, { input_prefix, input_suffix }: Filter): boolean {
  const begins = input_prefix.length === 0 || input_prefix.some((prefix) => key.startsWith(prefix));
  const ends = input_suffix.length === 0 || input_suffix.some((suffix) => key.endsWith(suffix));
  return begins && ends;
}

function isOutput({ bucket, key }: ObjectRef, output: OutputPlace): boolean {
  const root = output.prefix === '' || output.prefix.endsWith('/') ? output.prefix : `${output.prefix}/`;
  return bucket === output.bucket && OUTPUT_FOLDERS.some((folder) => key.startsWith(root + folder));
}
