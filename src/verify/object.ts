/** Holds one object's receipt against its outputs. */
import { createTally, OTHERS } from '../output/tally.ts';
import { SETTINGS } from '../settings.ts';
import type { Store } from '../stores/port.ts';
import type { Counts, Receipt } from '../types.ts';
import { checkOutput } from './output.ts';
import type { Problem } from './problems.ts';
import { contradictions } from './receipt.ts';
import { createSeenRecords } from './records.ts';

/** Reads every output that a receipt lists. `key` is that of the receipt. */
export async function checkObject(store: Store, key: string, receipt: Receipt): Promise<Problem[]> {
  if (receipt.status === 'partial') return checkPartial(store, key, receipt);
  const account = { receipt, seen: createSeenRecords(), tally: createTally(SETTINGS.max_count_keys.max) };
  const ofOutputs: Problem[] = [];
  for (const output of receipt.outputs) ofOutputs.push(...(await checkOutput(store, output, account)));
  const problems = [...contradictions(key, receipt), ...leftovers(key, receipt), ...ofOutputs];
  // Where an output is wrong, what is missing from it is no second problem.
  if (ofOutputs.length > 0) return problems;
  const lost = account.seen.missing(receipt.counts.records);
  if (lost !== undefined) problems.push({ kind: 'record.lost', key, message: `no output holds its records ${lost}` });
  const counted = account.tally.snapshot();
  const differing = differences(receipt, { ...counted, drift: countsOf(counted.drift) });
  if (differing.length > 0) problems.push({ kind: 'receipt.unbalanced', key, message: differing.join('; ') });
  return problems;
}

/** The parts of a stopped attempt must be whole, for the next one goes on behind them. What they add up to, nobody knows yet. */
async function checkPartial(store: Store, key: string, receipt: Receipt): Promise<Problem[]> {
  const at = receipt.resume ? `at record ${receipt.resume.record}` : 'before its end';
  const problems: Problem[] = [{ kind: 'receipt.partial', key, message: `attempt stopped ${at}` }, ...leftovers(key, receipt)];
  for (const output of receipt.outputs) problems.push(...(await checkOutput(store, output)));
  return problems;
}

function leftovers(key: string, { retired = [] }: Receipt): Problem[] {
  if (retired.length === 0) return [];
  return [{ kind: 'receipt.retired', key, message: `replaced outputs may still be there: ${retired.join(', ')}` }];
}

type Counters = { readonly [counter in 'by_code' | 'by_event' | 'by_category' | 'by_generation' | 'drift']: Counts };

/** Where the receipt's counters are not those of the lines. One that ran full counted the rest together, which lines cannot tell. */
function differences({ counts, drift }: Receipt, recounted: Counters): string[] {
  const stated: Counters = { ...counts, drift: countsOf(drift) };
  return (['by_code', 'by_event', 'by_category', 'by_generation', 'drift'] as const).flatMap((counter) => {
    const [says, holds] = [stated[counter], recounted[counter]];
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
