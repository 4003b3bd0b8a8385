/**
 * Replays the rejects of one object. The order is that of a run: new parts, then the receipt, then the deletions; before the
 * receipt nothing has changed, and after it whoever comes next finishes the rest.
 */
import { createHash } from 'node:crypto';
import { decompress } from '../intake/decompress.ts';
import { commitReplay, retire } from '../ledger.ts';
import { dayOf } from '../output/naming.ts';
import { partitioner } from '../output/partition.ts';
import { createParts } from '../output/parts.ts';
import { accountIn, replayedReceipt } from '../output/receipt.ts';
import { createTally } from '../output/tally.ts';
import { partLimits } from '../pipeline.ts';
import { maskedLine } from '../redact/event.ts';
import { createRedactor } from '../redact/redact.ts';
import type { RejectCode } from '../reject-codes.ts';
import type { Settings } from '../settings.ts';
import { type Store, StoreError } from '../stores/port.ts';
import type { OutputEntry, Receipt, Reject } from '../types.ts';
import { linesOf } from '../verify/lines.ts';
import { checkOutput } from '../verify/output.ts';
import type { Problem } from '../verify/problems.ts';
import { contradictions } from '../verify/receipt.ts';
import { createSeenRecords } from '../verify/records.ts';
import { countOutcomes, type Outcome } from './outcome.ts';
import { retry } from './retrial.ts';

export interface ReplayDeps {
  readonly store: Store;
  readonly settings: Settings;
  /** Whether rejects with this code are judged again. */
  readonly isChosen: (code: RejectCode) => boolean;
  /** Writes and removes nothing. */
  readonly dryRun: boolean;
}

export interface ObjectReplay {
  readonly outcome: Outcome;
  /** Whether something passes, or is refused for other reasons than before. Otherwise everything stays as it is. */
  readonly changed: boolean;
  /** New outputs. */
  readonly outputs: readonly OutputEntry[];
}

/** Rejects were changed since they were written, or do not agree with their receipt: nobody may throw them away. */
export class UnsoundRejectsError extends Error {
  constructor([first, ...more]: readonly [Problem, ...Problem[]]) {
    const others = more.length > 0 ? `; ${more.length} more problems` : '';
    super(`${first.key}: ${first.kind}: ${first.message}${others}; nothing was replayed, see winnow verify`);
    this.name = 'UnsoundRejectsError';
  }
}

/** A receipt as it was found; the tag is what it is replaced by. */
export interface Found {
  readonly key: string;
  readonly receipt: Receipt;
  readonly tag: string;
}

/**
 * Judges the rejects that a complete receipt lists once more. `stray` holds keys under which this process may have stored
 * something that no receipt lists, and is added to. Throws a `StoreError`, with reason `conflict` when somebody else is at work
 * on the object, and an `UnsoundRejectsError`.
 */
export async function replayOnce(found: Found, stray: Set<string>, deps: ReplayDeps): Promise<ObjectReplay> {
  const { receipt } = found;
  const rejects = receipt.outputs.filter(({ key }) => key.startsWith('rejects/'));
  await insistOnSound(found, rejects, deps.store);
  const { outcome, changed } = await survey(receipt, rejects, deps);
  if (deps.dryRun) return { outcome, changed, outputs: [] };
  if (!changed) {
    await retire(deps.store, receipt);
    return { outcome, changed, outputs: [] };
  }
  const outputs = await rewrite(found, rejects, stray, deps);
  return { outcome, changed, outputs };
}

async function insistOnSound({ key, receipt }: Found, rejects: readonly OutputEntry[], store: Store): Promise<void> {
  const account = { receipt, seen: createSeenRecords(), tally: createTally(0) };
  const problems = contradictions(key, receipt);
  for (const output of rejects) problems.push(...(await checkOutput(store, output, account)));
  const [first, ...more] = problems;
  if (first) throw new UnsoundRejectsError([first, ...more]);
}

/** What a replay would do. That it is known beforehand lets one that would change nothing write nothing. */
async function survey(
  receipt: Receipt,
  rejects: readonly OutputEntry[],
  { store, settings, isChosen }: ReplayDeps,
): Promise<Pick<ObjectReplay, 'outcome' | 'changed'>> {
  const counter = countOutcomes();
  let changed = false;
  for await (const { reject } of readRejects(store, rejects)) {
    if (!isChosen(reject.code)) continue;
    const retrial = retry(reject, receipt, settings);
    counter.add(reject.code, retrial);
    changed ||= retrial.kind === 'passed' || (retrial.kind === 'refused' && retrial.changed);
  }
  return { outcome: counter.outcome(), changed };
}

/** How much is written before it is waited for: what is buffered beyond the settings' bounds. */
const SETTLED_CHARACTERS = 1024 * 1024;

/** Writes what passes and what stays, then the receipt; gives the new outputs. */
async function rewrite(
  found: Found,
  rejects: readonly OutputEntry[],
  stray: Set<string>,
  { store, settings, isChosen }: ReplayDeps,
): Promise<readonly OutputEntry[]> {
  const { receipt } = found;
  const kept = receipt.outputs.filter((output) => !rejects.includes(output));
  const taken = new Set([...receipt.outputs.map(({ key }) => key), ...(receipt.retired ?? []), ...stray]);
  const foreign: string[] = [];
  const parts = createParts({
    ...partLimits(settings),
    objectId: receipt.object_id,
    taken,
    put: async (key, body) => {
      stray.add(key);
      if (!(await putOnce(store, key, body))) foreign.push(key);
    },
  });
  const tally = createTally(settings.max_count_keys, { ...accountIn(receipt).tally, rejected: 0, by_code: {} });
  const redact = createRedactor(settings.redact_patterns);
  const partitionOf = partitioner(settings.partition);
  const rejectsFolder = `rejects/${dayOf(receipt.source.last_modified)}`;
  let unsettled = 0;

  function masked(text: string): string {
    const redaction = redact(text);
    tally.redacted(redaction.count);
    return redaction.text;
  }

  function refuse(line: string, code: RejectCode): void {
    parts.write(rejectsFolder, line);
    tally.rejected(code);
  }

  for await (const { line, reject } of readRejects(store, rejects)) {
    const retrial = isChosen(reject.code) ? retry(reject, receipt, settings) : undefined;
    if (retrial?.kind === 'passed') {
      const { event, known } = retrial;
      const text = settings.redact === 'all' ? maskedLine(event, masked) : JSON.stringify(event);
      parts.write(`events/${partitionOf(event)}`, text);
      tally.valid(event, known);
    } else if (retrial?.kind === 'refused') {
      refuse(JSON.stringify(retrial.reject), retrial.reject.code);
    } else {
      refuse(line, reject.code);
    }
    unsettled += line.length;
    if (unsettled < SETTLED_CHARACTERS) continue;
    await parts.settle();
    unsettled = 0;
  }
  await parts.finish();
  if (foreign.length > 0) throw new StoreError('conflict', `${foreign[0]}: somebody else has written it; nothing was replayed`);
  const outputs = parts.closed();
  await commitReplay(store, replayedReceipt(receipt, tally.snapshot(), [...kept, ...outputs]), found, stray);
  return outputs;
}

/**
 * Stores a part unless something is there already. False when that is something else: the part of another replay, which must not
 * be overwritten, for its receipt may stand by now. The same bytes are our own of an attempt that was cut off, or a twin's.
 */
async function putOnce(store: Store, key: string, body: readonly Buffer[]): Promise<boolean> {
  try {
    await store.put(key, body, { ifAbsent: true });
    return true;
  } catch (error) {
    if (!(error instanceof StoreError) || error.reason !== 'conflict') throw error;
    return (await digestOf(store.read(key))) === (await digestOf(body));
  }
}

async function digestOf(chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<string> {
  const digest = createHash('sha256');
  for await (const chunk of chunks) digest.update(chunk);
  return digest.digest('hex');
}

/** The rejects of some outputs, line by line. They were checked: every line is a reject. */
async function* readRejects(
  store: Store,
  outputs: readonly OutputEntry[],
): AsyncGenerator<{ readonly line: string; readonly reject: Reject }> {
  for (const { key } of outputs) {
    const lines = linesOf(decompress(() => store.read(key), Number.POSITIVE_INFINITY));
    for await (const { text } of lines) yield { line: text, reject: JSON.parse(text) as Reject };
  }
}
