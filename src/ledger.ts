/**
 * What makes an object's outputs count: its receipt. Written last, and in such a way that any number of deliveries, one after
 * another or at the same time, agree on it.
 */
import { receiptKey } from './output/naming.ts';
import { type Store, StoreError } from './stores/port.ts';
import type { Receipt } from './types.ts';

/** What is at the key of a receipt. Without a tag there is nothing; without a receipt, something that is none. */
export interface Entry {
  readonly receipt: Receipt | undefined;
  readonly tag: string | undefined;
}

const NEWLINE = 0x0a;
/** More twins than this write the same receipt at the same moment only when something else is wrong. */
const MOST_TRIES = 5;

/** The receipt at a key. One that cannot be read counts as none: the object is processed again. */
export async function findReceipt(store: Store, key: string): Promise<Entry> {
  const stored = await store.get(key);
  return { receipt: stored && readReceipt(stored.body), tag: stored?.tag };
}

function readReceipt(body: Buffer): Receipt | undefined {
  try {
    const value = JSON.parse(body.toString()) as Partial<Receipt> | null;
    return Array.isArray(value?.outputs) && value.counts && value.source ? (value as Receipt) : undefined;
  } catch {
    return undefined;
  }
}

/** Whether nothing is left to do for an object under the settings of this digest. */
export function isDone(receipt: Receipt | undefined, digest: string): receipt is Receipt & { readonly status: 'complete' } {
  return receipt?.status === 'complete' && receipt.settings_digest === digest;
}

/** Whether an attempt under the settings of this digest was stopped and can be taken up. */
export function isResumable(receipt: Receipt | undefined, digest: string): receipt is Receipt & { readonly status: 'partial' } {
  return receipt?.status === 'partial' && receipt.settings_digest === digest;
}

/**
 * Writes a receipt over the one it was made from, removes what that listed and this does not, and gives the receipt that
 * stands in the end: a twin's, when a twin was done first. `beyond` are outputs that were stored and are not accounted for
 * yet. Throws a `StoreError` with reason `conflict` when somebody else finished the object under other settings meanwhile.
 */
export async function commit(store: Store, receipt: Receipt, replaced: Entry, beyond: readonly string[] = []): Promise<Receipt> {
  const retired = retiredBy(receipt, replaced.receipt, beyond);
  const standing = await put(store, retired.length > 0 ? { ...receipt, retired } : receipt, replaced.tag);
  return standing.status === 'complete' ? retire(store, standing) : standing;
}

/** Keys that must go once `receipt` stands. While it is partial they only wait, for nobody knows yet which ones it writes anew. */
function retiredBy(receipt: Receipt, replaced: Receipt | undefined, beyond: readonly string[]): readonly string[] {
  const isResumed = isResumable(replaced, receipt.settings_digest);
  const outputs = isResumed ? [] : (replaced?.outputs ?? []);
  const before = [...beyond, ...(replaced?.retired ?? []), ...outputs.map(({ key }) => key)];
  const kept = new Set(receipt.outputs.map(({ key }) => key));
  return [...new Set(before)].filter((key) => !kept.has(key)).sort();
}

async function put(store: Store, receipt: Receipt, tag: string | undefined): Promise<Receipt> {
  const key = receiptKey(receipt);
  let replaces = tag;
  for (let tries = 1; ; tries++) {
    try {
      await store.put(key, [receiptBytes(receipt)], replaces === undefined ? { ifAbsent: true } : { ifTag: replaces });
      return receipt;
    } catch (error) {
      if (!(error instanceof StoreError) || error.reason !== 'conflict' || tries === MOST_TRIES) throw error;
      const other = await findReceipt(store, key);
      if (isDone(other.receipt, receipt.settings_digest)) return other.receipt;
      if (other.receipt && receipt.status === 'partial') return other.receipt;
      if (other.receipt?.status === 'complete') throw error;
      replaces = other.tag;
    }
  }
}

/** Removes what a complete receipt has retired, and then says so in it. Can be cut off and repeated anywhere. */
export async function retire(store: Store, receipt: Receipt): Promise<Receipt> {
  const { retired, ...settled } = receipt;
  if (retired === undefined) return receipt;
  for (const key of retired) await store.delete(key);
  const key = receiptKey(receipt);
  const entry = await findReceipt(store, key);
  const isSame = isDone(entry.receipt, receipt.settings_digest) && entry.receipt.attempt === receipt.attempt;
  if (!isSame || entry.tag === undefined) return settled;
  try {
    await store.put(key, [receiptBytes(settled)], { ifTag: entry.tag });
  } catch (error) {
    // A twin is doing the same.
    if (!(error instanceof StoreError) || error.reason !== 'conflict') throw error;
  }
  return settled;
}

/** How a receipt is stored. */
export function receiptBytes(receipt: Receipt): Buffer {
  const text = JSON.stringify(receipt, null, 2);
  // Not a longer text first: a receipt of very many outputs is too large to be there three times.
  const bytes = Buffer.allocUnsafeSlow(Buffer.byteLength(text) + 1);
  bytes.write(text);
  bytes[bytes.length - 1] = NEWLINE;
  return bytes;
}
