/**
 * Proves that receipts, outputs and inputs balance, or names what does not. Reads everything and writes nothing. Memory holds
 * the names of objects and outputs, and one bit for each record of the few objects that are looked at together.
 */
import { dayOf, readPartKey, readReceiptKey } from '../output/naming.ts';
import { type Store, StoreError } from '../stores/port.ts';
import type { Receipt } from '../types.ts';
import { checkInputs, type Inputs, type Standing } from './inputs.ts';
import { type Listing, listOutputs } from './listing.ts';
import { checkListed, checkObject, checkReceipt } from './object.ts';
import { inOrder } from './parallel.ts';
import { type Problem, problemOf } from './problems.ts';
import { misplacement, readReceipt } from './receipt.ts';

export interface Verdict {
  readonly ok: boolean;
  /** Objects with a complete receipt, and the sums of what those receipts say. */
  readonly objects: number;
  readonly records: number;
  readonly valid: number;
  readonly rejected: number;
  readonly outputs: number;
  /** Of the stored outputs. */
  readonly bytes: number;
  /** Inputs that were held against receipts. */
  readonly inputs: number;
  readonly problems: readonly Problem[];
  /** What is worth knowing and no problem. */
  readonly notes: readonly Problem[];
}

export interface Extent {
  /** `receipts`: reads no output, but looks at the names and sizes of all. */
  readonly depth?: 'receipts' | 'everything';
  /** Only objects that arrived on this day, `YYYY-MM-DD`: were last changed on it. Nothing is said of outputs of others. */
  readonly day?: string | undefined;
  /** Told of the receipt that counts of each object, always in the same order. */
  readonly onReceipt?: (receipt: Receipt) => void;
}

/** Checks every receipt and output of a store, and the inputs given. Throws a `StoreError` when the store cannot be listed. */
export async function verify(
  store: Store,
  against: readonly Inputs[] = [],
  { depth = 'everything', day, onReceipt }: Extent = {},
): Promise<Verdict> {
  const found: Problem[] = [];
  const standings = new Map<string, Standing>();
  const sums = { objects: 0, records: 0, valid: 0, rejected: 0, outputs: 0, bytes: 0 };
  // Receipts before outputs: an object that is finished in between then has all of its outputs listed.
  const receiptKeys = await listReceipts(store, day === undefined ? 'receipts/' : `receipts/${dayOf(day)}/`, found);
  const listing = await listOutputs(store, day);
  const check = async ([id, keys]: readonly [string, readonly string[]]): Promise<Receipt | undefined> => {
    const { current, receipts, problems } = await readReceipts(store, keys);
    found.push(...problems);
    const sizes = await takeListed(listing, receipts);
    if (current && depth === 'receipts') found.push(...checkListed(current.receipt, sizes));
    standings.set(id, { status: current?.receipt.status ?? 'unknown', source: current?.receipt.source });
    if (current === undefined) return undefined;
    const { key, receipt } = current;
    found.push(...(depth === 'receipts' ? checkReceipt(key, receipt) : await checkObject(store, key, receipt)));
    if (receipt.status === 'complete') add(sums, receipt);
    return receipt;
  };
  await inOrder(receiptKeys, check, (receipt) => receipt && onReceipt?.(receipt));
  for (const key of listing.left((id) => standings.has(id))) found.push(...unlistedProblem(key, standings));
  let inputs = 0;
  for (const place of against) inputs += await checkInputs(place, standings, found);

  found.sort((a, b) => compare(a.key, b.key) || compare(a.kind, b.kind));
  const problems = found.filter(({ kind }) => !problemOf(kind).note);
  const notes = found.filter(({ kind }) => problemOf(kind).note);
  return { ok: problems.length === 0, ...sums, inputs, problems, notes };
}

/** The keys of receipts by object id; an object has one, unless it was uploaded again or somebody meddled. */
async function listReceipts(store: Store, folder: string, found: Problem[]): Promise<Map<string, string[]>> {
  const byObject = new Map<string, string[]>();
  for await (const { key } of store.list(folder)) {
    const id = readReceiptKey(key);
    if (id === undefined) found.push({ kind: 'output.orphan', key, message: 'is not the name of a receipt' });
    else byObject.set(id, [...(byObject.get(id) ?? []), key]);
  }
  return byObject;
}

/** Takes everything that receipts account for off the list of outputs: sizes by key, of what is there. */
async function takeListed(listing: Listing, receipts: readonly Receipt[]): Promise<ReadonlyMap<string, number>> {
  const sizes = new Map<string, number>();
  for (const { outputs, retired = [] } of receipts) {
    for (const key of [...outputs.map((output) => output.key), ...retired]) {
      const size = await listing.take(key);
      if (size !== undefined) sizes.set(key, size);
    }
  }
  return sizes;
}

interface ObjectReceipts {
  /** The one that counts: in its place, and of the newest day. */
  readonly current?: { readonly key: string; readonly receipt: Receipt } | undefined;
  readonly receipts: readonly Receipt[];
  readonly problems: readonly Problem[];
}

async function readReceipts(store: Store, keys: readonly string[]): Promise<ObjectReceipts> {
  const receipts: Receipt[] = [];
  const problems: Problem[] = [];
  let current: ObjectReceipts['current'];
  for (const key of keys) {
    try {
      const stored = await store.get(key);
      // Listed a moment ago, so somebody is deleting; what it listed will be found without a receipt.
      if (stored === undefined) continue;
      const { receipt, problems: unreadable } = readReceipt(key, stored.body);
      problems.push(...unreadable);
      if (receipt === undefined) continue;
      receipts.push(receipt);
      const misplaced = misplacement(key, receipt);
      if (misplaced) problems.push(misplaced);
      else {
        if (current) problems.push({ kind: 'receipt.repeated', key: current.key, message: `the same object is in ${key}` });
        current = { key, receipt };
      }
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      problems.push({ kind: 'output.unread', key, message: error.message });
    }
  }
  return { current, receipts, problems };
}

function unlistedProblem(key: string, standings: ReadonlyMap<string, Standing>): Problem[] {
  const name = readPartKey(key);
  if (name === undefined) return [{ kind: 'output.orphan', key, message: 'is not the name of an output' }];
  switch (standings.get(name.id)?.status) {
    case undefined:
      return [{ kind: 'output.orphan', key, message: `there is no receipt of object ${name.id}` }];
    case 'complete':
      return [{ kind: 'output.orphan', key, message: 'the receipt of its object does not list it' }];
    case 'partial':
      return [{ kind: 'output.unfinished', key, message: `the receipt of object ${name.id} is partial` }];
    case 'unknown':
      // What is wrong with the receipt was said; whether it lists this nobody knows.
      return [];
  }
}

function add(
  sums: { [name in 'objects' | 'records' | 'valid' | 'rejected' | 'outputs' | 'bytes']: number },
  receipt: Receipt,
): void {
  const { counts, outputs } = receipt;
  sums.objects++;
  sums.records += counts.records;
  sums.valid += counts.valid;
  sums.rejected += counts.rejected;
  sums.outputs += outputs.length;
  sums.bytes += counts.bytes_out;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
