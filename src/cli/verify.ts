/** `winnow verify`: whether receipts, outputs and inputs balance. */
import { counted, number, size } from '../figures.ts';
import { admits, refusal } from '../intake/trigger/admit.ts';
import { type GivenSetting, readSettings } from '../settings.ts';
import { coverageOf, openSource, openStore } from '../stores/open.ts';
import { type Store, StoreError } from '../stores/port.ts';
import { isS3Uri, parseS3Uri, type S3Options } from '../stores/s3-place.ts';
import type { ObjectRef, Receipt } from '../types.ts';
import type { Inputs } from '../verify/inputs.ts';
import { type Problem, problemOf } from '../verify/problems.ts';
import { type Verdict, verify } from '../verify/verify.ts';
import { holds, nameOf } from './places.ts';
import type { Observer } from './progress.ts';
import { createChecks, EXIT_DONE, EXIT_FAILED, UsageError } from './usage.ts';
import { printable, wrapped } from './words.ts';

export interface VerifyOptions extends S3Options {
  readonly out: string;
  /** Places of inputs that must have been processed. */
  readonly against: readonly string[];
  /** Only the filters of inputs count. */
  readonly given: readonly GivenSetting[];
  readonly warn: (line: string) => void;
  /** Told how far the work is. */
  readonly observer?: Observer;
}

export interface VerifyResult {
  /** Undefined when the place could not even be listed, which was warned of. */
  readonly verdict: Verdict | undefined;
  readonly exitStatus: number;
}

/** Verifies a place of outputs. Throws `UsageError` when there is nothing to verify, or a place or a setting is wrong. */
export async function runVerify(options: VerifyOptions): Promise<VerifyResult> {
  const { store, against } = await prepare(options);
  try {
    const { observer } = options;
    const verdict = await verify(store, against, observer && { onReceipt: (receipt) => tell(observer, receipt) });
    const isEmpty = verdict.objects + verdict.problems.length + verdict.notes.length + verdict.inputs === 0;
    if (isEmpty) throw new UsageError([`${options.out}: holds no receipts and no outputs of winnow run`]);
    return { verdict, exitStatus: verdict.ok ? EXIT_DONE : EXIT_FAILED };
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    options.warn(error.message);
    return { verdict: undefined, exitStatus: EXIT_FAILED };
  }
}

/** Tells an observer of an object by its receipt. */
export function tell(observer: Observer, { source, counts }: Receipt): void {
  observer.begins(nameOf(source));
  observer.reached(counts);
  observer.ended(counts.bytes_out);
}

async function prepare(options: VerifyOptions): Promise<{ readonly store: Store; readonly against: readonly Inputs[] }> {
  const { problems, check } = createChecks();
  const store = await check(() => openStore(options.out, options));
  const settings = await check(() => readSettings(options.given));
  const output = isS3Uri(options.out) ? await check(() => parseS3Uri(options.out)) : undefined;
  const against: Inputs[] = [];
  for (const place of options.against) {
    if (!isS3Uri(place) && holds(place, options.out))
      problems.push(`--against: ${options.out} lies within ${place}, so outputs would count as inputs; give the inputs alone`);
    const source = await check(() => openSource(place, options), '--against');
    const within = source && (await check(() => coverageOf(place), '--against'));
    if (source === undefined || within === undefined || settings === undefined) continue;
    const isInput = (ref: ObjectRef) => (output ? refusal(ref, output, settings) === undefined : admits(ref, settings));
    against.push({ place, source, covers: (ref) => within(ref) && isInput(ref) });
  }
  if (store === undefined || problems.length > 0) throw new UsageError(problems);
  return { store, against };
}

/** The verdict as text: a line for each problem, what to do about each kind, then the sums. */
export function describeVerdict(verdict: Verdict, out: string): string {
  const { problems, notes, objects, records, valid, rejected, outputs, bytes, inputs } = verdict;
  const lines = [...problems.map(lineOf), ...notes.map((note) => `note: ${lineOf(note)}`)];
  const held = inputs > 0 ? `; ${counted(inputs, 'input')} held against them` : '';
  const balance = `${counted(records, 'record')} = ${number(valid)} valid + ${number(rejected)} rejected`;
  return [
    ...lines,
    ...(lines.length > 0 ? [''] : []),
    `${counted(objects, 'object')}, ${balance}, in ${counted(outputs, 'output')} of ${size(bytes)}${held}`,
    verdict.ok ? `${out}: balanced` : `${out}: does not balance, ${counted(problems.length, 'problem')}`,
    '',
  ]
    .map((line) => wrapped(line))
    .join('\n');
}

function lineOf({ kind, key, message }: Problem): string {
  return `${printable(`${key}: ${kind}: ${message}`)}. ${problemOf(kind).fix}`;
}
