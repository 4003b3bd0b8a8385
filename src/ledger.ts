/**
 * What makes an object's outputs count: its receipt. Written last, and in such a way that any number of deliveries, one after
 * another or at the same time, agree on it.
 */
import { receiptKey } from './output/naming.ts';
import { type Condition, type Store, StoreError } from './stores/port.ts';
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
async function findReceipt(store: Store, key: string): Promise<Entry> {
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

/** How an attempt begins: under which rules, and whether it is made although it was made before. */
export interface Beginning {
  /** The receipt of an attempt under these rules that has done nothing yet. */
  readonly blank: Receipt;
  readonly force: boolean;
}

/**
 * Finds the receipt that an attempt starts from: none, one to go on from, or one that says it is done. Any other is replaced by
 * a blank one first. Its outputs are about to be overwritten, and whoever comes when only some of them are must not believe it.
 */
export async function begin(store: Store, { blank, force }: Beginning): Promise<Entry> {
  const digest = blank.settings_digest;
  for (let tries = 1; ; tries++) {
    const found = await findReceipt(store, receiptKey(blank));
    const { receipt } = found;
    if (receipt === undefined || isResumable(receipt, digest) || (!force && isDone(receipt, digest))) return found;
    try {
      await startOver(store, blank, found);
    } catch (error) {
      if (!isConflict(error) || tries === MOST_TRIES) throw error;
    }
  }
}

/** Replaces a receipt by a blank one. `beyond` are keys of outputs that it does not know. */
async function startOver(store: Store, blank: Receipt, { receipt, tag }: Entry, beyond: readonly string[] = []): Promise<void> {
  const claim = withRetired(blank, retiredBy(blank, receipt, beyond));
  await store.put(receiptKey(claim), [receiptBytes(claim)], conditionOf(tag));
}

/** What an attempt has come to. */
export interface Attempt {
  readonly receipt: Receipt;
  /** What it began with. */
  readonly replaces: Entry;
  /** Outputs that were stored and are not accounted for yet. */
  readonly beyond: readonly string[];
  /** The receipt of an attempt under the same rules that has done nothing. */
  readonly blank: Receipt;
}

/**
 * Writes a receipt over the one it was made from, removes what that listed and this does not, and gives the receipt that
 * stands in the end: a twin's, when a twin was done first. Throws a `StoreError` with reason `conflict` when somebody else had
 * the object under other settings meanwhile; then it is to be processed from its beginning.
 */
export async function commit(store: Store, attempt: Attempt): Promise<Receipt> {
  const retired = retiredBy(attempt.receipt, attempt.replaces.receipt, attempt.beyond);
  const standing = await put(store, { ...attempt, receipt: withRetired(attempt.receipt, retired) });
  return standing.status === 'complete' ? retire(store, standing) : standing;
}

/**
 * Writes the receipt of a replay over the one that was replayed, which `replaces` is, and removes what only that listed. `beyond`
 * are outputs that the replay stored and does not list. Throws a `StoreError` with reason `conflict` when the receipt is another
 * one by now: what the replay moved may not be there any more.
 */
export async function commitReplay(store: Store, receipt: Receipt, replaces: Entry, beyond: Iterable<string>): Promise<Receipt> {
  const wanted = withRetired(receipt, retiredBy(receipt, replaces.receipt, [...beyond]));
  const key = receiptKey(wanted);
  try {
    await store.put(key, [receiptBytes(wanted)], conditionOf(replaces.tag));
  } catch (error) {
    // A store may be in conflict with a write of ours whose answer was lost.
    if (!isConflict(error) || !(await store.get(key))?.body.equals(receiptBytes(wanted))) throw error;
  }
  return retire(store, wanted);
}

function withRetired(receipt: Receipt, retired: readonly string[]): Receipt {
  return retired.length > 0 ? { ...receipt, retired } : receipt;
}

/** Keys that must go once `receipt` stands. While it is partial they only wait, for nobody knows yet which ones it writes anew. */
function retiredBy(receipt: Receipt, replaced: Receipt | undefined, beyond: readonly string[] = []): readonly string[] {
  const isResumed = isResumable(replaced, receipt.settings_digest);
  const outputs = isResumed ? [] : (replaced?.outputs ?? []);
  const before = [...beyond, ...(replaced?.retired ?? []), ...outputs.map(({ key }) => key)];
  const kept = new Set(receipt.outputs.map(({ key }) => key));
  return [...new Set(before)].filter((key) => !kept.has(key)).sort();
}

async function put(store: Store, { receipt: made, replaces, beyond, blank }: Attempt): Promise<Receipt> {
  const key = receiptKey(made);
  let receipt = made;
  let { tag } = replaces;
  for (let tries = 1; ; tries++) {
    try {
      await store.put(key, [receiptBytes(receipt)], conditionOf(tag));
      return receipt;
    } catch (error) {
      if (!isConflict(error) || tries === MOST_TRIES) throw error;
      const other = await findReceipt(store, key);
      if (isDone(other.receipt, receipt.settings_digest)) {
        if (other.receipt.attempt === made.attempt) return other.receipt;
        // A replay came in between: what this attempt has written again of what that removed goes once more.
        const written = [...beyond, ...made.outputs.map((output) => output.key)];
        receipt = withRetired(other.receipt, retiredBy(other.receipt, other.receipt, written));
        if (receipt === other.receipt) return receipt;
        tag = other.tag;
        continue;
      }
      if (other.receipt && other.receipt.settings_digest !== receipt.settings_digest) {
        // Outputs of the same name are now from either attempt, so neither receipt would be true.
        const stored = receipt.outputs.map(({ key }) => key);
        await withdraw(store, blank, [...stored, ...beyond, ...(receipt.retired ?? [])]);
        throw error;
      }
      // Somebody found out just that since this attempt began, so it counts for nothing.
      if (other.receipt?.resume?.attempts === 0) throw error;
      if (other.receipt && receipt.status === 'partial') return other.receipt;
      receipt = withRetired(receipt, retiredBy(receipt, other.receipt, receipt.retired));
      tag = other.tag;
    }
  }
}

/** Makes every attempt so far count for nothing. Not once only: nobody else knows these keys. */
async function withdraw(store: Store, blank: Receipt, keys: readonly string[]): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      return await startOver(store, blank, await findReceipt(store, receiptKey(blank)), keys);
    } catch (error) {
      if (!isConflict(error) || tries === MOST_TRIES) throw error;
    }
  }
}

function conditionOf(tag: string | undefined): Condition {
  return tag === undefined ? { ifAbsent: true } : { ifTag: tag };
}

function isConflict(error: unknown): boolean {
  return error instanceof StoreError && error.reason === 'conflict';
}

/** Removes what a complete receipt has retired, and then says so in it. Can be cut off and repeated anywhere. */
export async function retire(store: Store, receipt: Receipt): Promise<Receipt> {
  const { retired, ...settled } = receipt;
  if (retired === undefined) return receipt;
  const key = receiptKey(receipt);
  for (const output of retired) {
    // Somebody who began since then writes these names anew, and has the list now.
    if ((await standing(store, receipt)) === undefined) return settled;
    await store.delete(output);
  }
  const tag = await standing(store, receipt);
  if (tag === undefined) return settled;
  try {
    await store.put(key, [receiptBytes(settled)], { ifTag: tag });
  } catch (error) {
    // A twin is doing the same.
    if (!isConflict(error)) throw error;
  }
  return settled;
}

/** The tag of a complete receipt, or undefined when another one is there by now. */
async function standing(store: Store, receipt: Receipt): Promise<string | undefined> {
  const { receipt: found, tag } = await findReceipt(store, receiptKey(receipt));
  return isDone(found, receipt.settings_digest) && found.attempt === receipt.attempt ? tag : undefined;
}

/** How a receipt is stored: as one line, for query engines read JSON line by line. */
export function receiptBytes(receipt: Receipt): Buffer {
  const text = JSON.stringify(receipt);
  // Not a longer text first: a receipt of very many outputs is too large to be there three times.
  const bytes = Buffer.allocUnsafeSlow(Buffer.byteLength(text) + 1);
  bytes.write(text);
  bytes[bytes.length - 1] = NEWLINE;
  return bytes;
}
