/** Holds inputs against receipts. */
import { objectId } from '../output/naming.ts';
import { type Source, StoreError } from '../stores/port.ts';
import type { ObjectRef, Receipt } from '../types.ts';
import { inParallel } from './parallel.ts';
import type { Problem } from './problems.ts';

/** A place that inputs come from. */
export interface Inputs {
  readonly place: string;
  readonly source: Source;
  /** Whether an object is an input that lies there, or would if it still existed. */
  readonly covers: (ref: ObjectRef) => boolean;
}

/** What is known of an object by its id. `unknown`: it has a receipt that says nothing. */
export interface Standing {
  readonly status: Receipt['status'] | 'unknown';
  readonly source: ObjectRef | undefined;
}

/**
 * Adds to `found` each input without a complete receipt, and each receipt whose input is gone. Gives how many inputs there are.
 */
export async function checkInputs(inputs: Inputs, standings: ReadonlyMap<string, Standing>, found: Problem[]): Promise<number> {
  const met = new Set<string>();
  let count = 0;
  try {
    await inParallel(inputs.source.list(), async (ref) => {
      if (!inputs.covers(ref)) return;
      count++;
      const id = await checkInput(inputs.source, ref, standings, found);
      if (id !== undefined) met.add(id);
    });
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    found.push({ kind: 'input.unread', key: inputs.place, message: error.message });
    // What else is there nobody knows, so nothing can be said to be gone.
    return count;
  }
  for (const [id, { source }] of standings) {
    if (source === undefined || met.has(id) || !inputs.covers(source)) continue;
    found.push({ kind: 'input.gone', key: nameOf(source), message: `object ${id} has a receipt and no input` });
  }
  return count;
}

/** The id of the object as it is now; undefined when it cannot be opened. */
async function checkInput(
  source: Source,
  ref: ObjectRef,
  standings: ReadonlyMap<string, Standing>,
  found: Problem[],
): Promise<string | undefined> {
  try {
    const object = await source.open(ref);
    object.close();
    const id = objectId(object.info);
    const status = standings.get(id)?.status;
    // An empty object holds no record, and some triggers leave it out.
    if (status === 'complete' || (status === undefined && object.info.size === 0)) return id;
    const why = { partial: 'its receipt is partial', unknown: 'its receipt says nothing' };
    found.push({
      kind: 'input.unprocessed',
      key: nameOf(ref),
      message: status ? why[status] : `there is no receipt of object ${id}`,
    });
    return id;
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    // Deleted since it was listed: there is nothing left to process.
    if (error.reason !== 'not_found') found.push({ kind: 'input.unread', key: nameOf(ref), message: error.message });
    return undefined;
  }
}

function nameOf({ bucket, key }: ObjectRef): string {
  return `${bucket}/${key}`;
}
