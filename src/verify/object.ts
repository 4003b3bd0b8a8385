/** Holds one object's receipt against its outputs. */
import { createTally, OTHERS, type TallySnapshot } from '../output/tally.ts';
import { SETTINGS } from '../settings.ts';
import type { Store } from '../stores/port.ts';
import type { Counts, Receipt } from '../types.ts';
import { checkOutput } from './output.ts';
import type { Problem } from './problems.ts';
import { contradictions } from './receipt.ts';
import { createSeenRecords } from './records.ts';

/**
 * Reads every output that a receipt lists. `key` is that of the receipt. A partial one is held to the same: it accounts for the
 * records before the one where its attempt stopped, and the next attempt builds on that.
 */
export async function checkObject(store: Store, key: string, receipt: Receipt): Promise<Problem[]> {
  const account = { receipt, seen: createSeenRecords(), tally: createTally(SETTINGS.max_count_keys.max) };
  const ofOutputs: Problem[] = [];
  for (const output of receipt.outputs) ofOutputs.push(...(await checkOutput(store, output, account)));
  const problems = [...checkReceipt(key, receipt), ...ofOutputs];
  // Where an output is wrong, what is missing from it is no second problem.
  if (ofOutputs.length > 0) return problems;
  const lost = account.seen.missing(receipt.counts.records);
  if (lost !== undefined) problems.push({ kind: 'record.lost', key, message: `no output holds its records ${lost}` });
  const differing = differences(receipt, account.tally.snapshot());
  if (differing.length > 0) problems.push({ kind: 'receipt.unbalanced', key, message: differing.join('; ') });
  return problems;
}

/** What a receipt alone tells. */
export function checkReceipt(key: string, receipt: Receipt): Problem[] {
  return [...unfinished(key, receipt), ...contradictions(key, receipt)];
}

/** Holds a receipt against the sizes of the outputs that are there. */
export function checkListed({ outputs }: Receipt, sizes: ReadonlyMap<string, number>): Problem[] {
  return outputs.flatMap(({ key, bytes }): Problem[] => {
    const size = sizes.get(key);
    if (size === undefined) return [{ kind: 'output.missing', key, message: 'is not there' }];
    if (size === bytes) return [];
    return [{ kind: 'output.changed', key, message: `has ${size} bytes, its receipt lists ${bytes}` }];
  });
}

function unfinished(key: string, { resume, retired = [] }: Receipt): Problem[] {
  if (resume)
    return [{ kind: 'receipt.partial', key, message: `an attempt was stopped; the next one begins at record ${resume.record}` }];
  if (retired.length === 0) return [];
  return [{ kind: 'receipt.retired', key, message: `replaced outputs may still be there: ${retired.join(', ')}` }];
}

/** Where the receipt's counters are not those of the lines. */
function differences({ counts, drift, attempt }: Receipt, recounted: TallySnapshot): string[] {
  const pairs = Object.entries({
    by_code: [counts.by_code, recounted.by_code],
    by_event: [counts.by_event, recounted.by_event],
    by_category: [counts.by_category, recounted.by_category],
    by_generation: [counts.by_generation, recounted.by_generation],
    drift: [countsOf(drift), countsOf(recounted.drift)],
  } satisfies { readonly [counter: string]: readonly [Counts, Counts] });
  return pairs.flatMap(([counter, [says, lines]]) => {
    const holds = isFull(says) ? countedTogether(says, lines, attempt > 1) : lines;
    const names = [...new Set([...Object.keys(says), ...Object.keys(holds)])];
    const wrong = names.find((name) => says[name] !== holds[name]);
    return wrong === undefined
      ? []
      : [`${counter} ${wrong}: ${says[wrong] ?? 0} by the receipt, ${holds[wrong] ?? 0} by its outputs`];
  });
}

/** Whether names were counted together. An event may have that name; then there need not be many others. */
function isFull(says: Counts): boolean {
  return OTHERS in says && Object.keys(says).length > SETTINGS.max_count_keys.min;
}

/**
 * What a counter that ran full says of lines: each of its names as often as it occurs, and everything else in one sum. A replay
 * may have a larger bound, and then it counts some under their names that the run did not.
 */
function countedTogether(says: Counts, lines: Counts, isReplayed: boolean): Counts {
  const held = (name: string, said: number): number => lines[name] ?? (OTHERS in lines ? said : 0);
  const named = Object.entries(says)
    .filter(([name]) => name !== OTHERS)
    .map(([name, said]) => [name, isReplayed ? Math.min(said, held(name, said)) : held(name, said)] as const);
  const sum = (counts: readonly number[]): number => counts.reduce((all, count) => all + count, 0);
  const rest = sum(Object.values(lines)) - sum(named.map(([, count]) => count));
  return Object.fromEntries([...named, [OTHERS, rest]]);
}

function countsOf(drift: Receipt['drift']): Counts {
  return Object.fromEntries(Object.entries(drift).map(([pointer, { count }]) => [pointer, count]));
}
