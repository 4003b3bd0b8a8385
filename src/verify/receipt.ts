/** What a receipt must be whatever its outputs hold: readable, in its place, and in agreement with itself. */
import { isReceipt } from '../generated/receipt-validator.js';
import { receiptBytes } from '../ledger.ts';
import { dayOf, objectId, readPartKey, receiptKey } from '../output/naming.ts';
import type { Counts, OutputEntry, Receipt } from '../types.ts';
import type { Problem } from './problems.ts';

export interface ReadReceipt {
  /** Undefined when nothing can be held against it. */
  readonly receipt?: Receipt;
  readonly problems: readonly Problem[];
}

/** Reads the bytes stored under a receipt's key. */
export function readReceipt(key: string, body: Buffer): ReadReceipt {
  let value: unknown;
  try {
    value = JSON.parse(body.toString());
  } catch {
    return { problems: [{ kind: 'receipt.unreadable', key, message: `its ${body.length} bytes are not JSON` }] };
  }
  if (!isReceipt(value)) {
    const { instancePath: path = '', keyword = '' } = isReceipt.errors?.[0] ?? {};
    return { problems: [{ kind: 'receipt.unreadable', key, message: `not what its schema says: ${keyword} at "${path}"` }] };
  }
  const problems: Problem[] = [];
  if (!receiptBytes(value).equals(body)) {
    problems.push({ kind: 'receipt.edited', key, message: 'the same values would be written otherwise' });
  }
  return { receipt: value, problems };
}

/** Why a receipt does not belong where it is; undefined when it does. */
export function misplacement(key: string, receipt: Receipt): Problem | undefined {
  const id = objectId(receipt.source);
  if (receipt.object_id !== id) {
    return { kind: 'receipt.misplaced', key, message: `its source makes object id ${id}, it says ${receipt.object_id}` };
  }
  const place = receiptKey(receipt);
  return place === key ? undefined : { kind: 'receipt.misplaced', key, message: `its place is ${place}` };
}

/** What a receipt says against itself. */
export function contradictions(key: string, receipt: Receipt): Problem[] {
  const unequal = laws(receipt).filter(([, a, , b]) => a !== b);
  const before = new Set<string>();
  const problems = receipt.outputs.flatMap((output) => {
    const problem = before.has(output.key) ? misnamed(output.key, 'is listed twice') : misnaming(receipt, output);
    before.add(output.key);
    return problem ?? [];
  });
  problems.push(...gaps(key, receipt));
  if (unequal.length > 0) {
    const message = unequal.map(([left, a, right, b]) => `${left} ${a}, ${right} ${b}`).join('; ');
    problems.push({ kind: 'receipt.unbalanced', key, message });
  }
  return problems;
}

type Law = readonly [left: string, a: number, right: string, b: number];

function laws({ source, counts, outputs, object_fault: fault }: Receipt): Law[] {
  const below = (folder: string) => outputs.filter((output) => output.key.startsWith(folder));
  return [
    ['size of the source', source.size, 'bytes in', counts.bytes_in],
    [
      'bytes decompressed',
      counts.bytes_decompressed,
      'in + between records',
      counts.bytes_in_records + counts.bytes_between_records,
    ],
    ['bytes out', counts.bytes_out, 'of outputs', sum(outputs, 'bytes')],
    ['records', counts.records, 'valid + rejected', counts.valid + counts.rejected],
    ['valid', counts.valid, 'lines of events', sum(below('events/'), 'records')],
    ['rejected', counts.rejected, 'lines of rejects', sum(below('rejects/'), 'records')],
    ['rejected', counts.rejected, 'by code', total(counts.by_code)],
    // What an object ended with is its last reject, and no replay takes that away.
    ['object faults', fault === undefined ? 0 : 1, 'rejects for one', total(ofObject(counts.by_code))],
    ...(fault === undefined ? [] : [[`object fault ${fault}`, 1, 'rejects for it', counts.by_code[fault] ?? 0] as const]),
    ['valid', counts.valid, 'by event', total(counts.by_event)],
    ['valid', counts.valid, 'by category', total(counts.by_category)],
    ['valid', counts.valid, 'by generation', total(counts.by_generation)],
  ];
}

function sum(outputs: readonly OutputEntry[], column: 'records' | 'bytes'): number {
  return outputs.reduce((all, output) => all + output[column], 0);
}

function total(counts: Counts): number {
  return Object.values(counts).reduce((all, count) => all + count, 0);
}

function ofObject(codes: Counts): Counts {
  return Object.fromEntries(Object.entries(codes).filter(([code]) => code.startsWith('object.')));
}

function misnaming({ object_id: id, source }: Receipt, { key, partition }: OutputEntry): Problem | undefined {
  const name = readPartKey(key);
  if (name === undefined || name.id !== id) return misnamed(key, `not a key of object ${id}`);
  const isRejects = name.folder === `rejects/${partition}`;
  if (!isRejects && name.folder !== `events/${partition}`)
    return misnamed(key, `not in partition ${partition}, as its receipt says`);
  const day = dayOf(source.last_modified);
  return isRejects && partition !== day ? misnamed(key, `rejects of this object belong into ${day}`) : undefined;
}

function misnamed(key: string, message: string): Problem {
  return { kind: 'output.misnamed', key, message };
}

/** A replay retires parts and leaves out names that are taken, so gaps say nothing once there was one. */
function gaps(key: string, { object_id: id, outputs, attempt }: Receipt): Problem[] {
  if (attempt > 1) return [];
  const sequences = new Map<string, Set<number>>();
  for (const output of outputs) {
    const name = readPartKey(output.key);
    if (name === undefined) continue;
    sequences.set(name.folder, (sequences.get(name.folder) ?? new Set()).add(name.sequence));
  }
  return [...sequences].flatMap(([folder, found]): Problem[] => {
    const count = found.size;
    const missing = Array.from({ length: count }, (_, sequence) => sequence).find((sequence) => !found.has(sequence));
    if (missing === undefined) return [];
    const part = `${folder}/${id}-${String(missing).padStart(4, '0')}`;
    return [{ kind: 'output.gap', key, message: `lists ${count} parts in ${folder}, but not ${part}` }];
  });
}
