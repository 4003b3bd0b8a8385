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
  if (resume) return [{ kind: 'receipt.partial', key, message: `an attempt stopped at record ${resume.record}` }];
  if (retired.length === 0) return [];
  return [{ kind: 'receipt.retired', key, message: `replaced outputs may still be there: ${retired.join(', ')}` }];
}

/** Where the receipt's counters are not those of the lines. One that ran full counted the rest together, which lines cannot tell. */
function differences({ counts, drift }: Receipt, recounted: TallySnapshot): string[] {
  const pairs = Object.entries({
    by_code: [counts.by_code, recounted.by_code],
    by_event: [counts.by_event, recounted.by_event],
    by_category: [counts.by_category, recounted.by_category],
    by_generation: [counts.by_generation, recounted.by_generation],
    drift: [countsOf(drift), countsOf(recounted.drift)],
  } satisfies { readonly [counter: string]: readonly [Counts, Counts] });
  return pairs.flatMap(([counter, [says, holds]]) => {
    if (OTHERS in says || OTHERS in holds) return [];
    const names = [...new Set([...Object.keys(says), ...Object.keys(holds)])];
    const wrong = names.find((name) => says[name] !== holds[name]);
    return wrong === undefined
      ? []
      : [`${counter} ${wrong}: ${says[wrong] ?? 0} by the receipt, ${holds[wrong] ?? 0} by its outputs`];
  });
}

function countsOf(drift: Receipt['drift']): Counts {
  return Object.fromEntries(Object.entries(drift).map(([pointer, { count }]) => [pointer, count]));
}
