/** The account of one object. Its presence means that every output it lists is stored. */
import { hash } from 'node:crypto';
import type { RejectCode } from '../reject-codes.ts';
import { affectsOutput, SETTING_NAMES, type Settings } from '../settings.ts';
import type { ObjectInfo, OutputEntry, Receipt } from '../types.ts';
import { VERSION } from '../version.ts';
import { objectId } from './naming.ts';
import type { TallySnapshot } from './tally.ts';

/** A run writes an object's first receipt; replays count on from there. */
const FIRST_ATTEMPT = 1;

/** What is known of an object up to some record: all of it, or up to where an attempt was stopped. */
export interface Account {
  readonly records: number;
  readonly bytesDecompressed: number;
  readonly bytesInRecords: number;
  readonly bytesBetweenRecords: number;
  readonly tally: TallySnapshot;
  readonly outputs: readonly OutputEntry[];
}

export interface ReceiptFacts {
  readonly info: ObjectInfo;
  readonly settings: Settings;
  readonly account: Account;
  readonly objectFault?: RejectCode | undefined;
  /** Given when the attempt was stopped: where the next one goes on. */
  readonly resume?: Receipt['resume'];
  readonly startedMs: number;
  readonly endedMs: number;
}

/** Writes up the account. Throws when it does not balance: then something was lost, and nobody may think otherwise. */
export function receiptOf({ info, settings, account, objectFault, resume, startedMs, endedMs }: ReceiptFacts): Receipt {
  const { drift, ...counts } = account.tally;
  const { records, bytesDecompressed, bytesInRecords, bytesBetweenRecords } = account;
  const outputs = inKeyOrder(account.outputs);
  balance('records read', records, 'valid + rejected', counts.valid + counts.rejected);
  balance('bytes decompressed', bytesDecompressed, 'in + between records', bytesInRecords + bytesBetweenRecords);
  balance('records read', records, 'lines written', sum(outputs, 'records'));
  return {
    schema_version: 1,
    object_id: objectId(info),
    source: {
      bucket: info.bucket,
      key: info.key,
      etag: info.etag,
      size: info.size,
      last_modified: info.lastModified,
      ...(info.versionId !== undefined && { version_id: info.versionId }),
    },
    settings_digest: settingsDigest(settings),
    status: resume ? 'partial' : 'complete',
    ...(resume && { resume }),
    attempt: FIRST_ATTEMPT,
    ...(objectFault !== undefined && { object_fault: objectFault }),
    counts: {
      bytes_in: info.size,
      bytes_decompressed: bytesDecompressed,
      bytes_in_records: bytesInRecords,
      bytes_between_records: bytesBetweenRecords,
      bytes_out: sum(outputs, 'bytes'),
      records,
      ...counts,
    },
    drift,
    outputs,
    timings: { started_at: new Date(startedMs).toISOString(), duration_ms: Math.round(endedMs - startedMs) },
  };
}

/**
 * Writes up what a replay made of a receipt: other outputs, and other counts of what is in them. Settings and timings stay those
 * of the run, so that a later delivery under its settings finds the object done. Throws when the account does not balance.
 */
export function replayedReceipt(before: Receipt, { drift, ...counts }: TallySnapshot, listed: readonly OutputEntry[]): Receipt {
  const outputs = inKeyOrder(listed);
  balance('records read', before.counts.records, 'valid + rejected', counts.valid + counts.rejected);
  balance('records read', before.counts.records, 'lines written', sum(outputs, 'records'));
  const { retired: _, ...lasting } = before;
  return {
    ...lasting,
    attempt: before.attempt + 1,
    counts: { ...before.counts, bytes_out: sum(outputs, 'bytes'), ...counts },
    drift,
    outputs,
  };
}

/** The account that a receipt of a stopped attempt gives, for the next attempt to go on from. */
export function accountIn({ counts, drift, outputs }: Receipt): Account {
  const {
    bytes_decompressed,
    bytes_in_records,
    bytes_between_records,
    records,
    bytes_in: _in,
    bytes_out: _out,
    ...rest
  } = counts;
  return {
    records,
    bytesDecompressed: bytes_decompressed,
    bytesInRecords: bytes_in_records,
    bytesBetweenRecords: bytes_between_records,
    tally: { ...rest, drift },
    outputs,
  };
}

/** Tells whether two receipts were made under the same rules: the settings, and the program and compressor that applied them. */
export function settingsDigest(settings: Settings): string {
  const relevant = SETTING_NAMES.filter(affectsOutput).map((name) => [name, settings[name]]);
  const rules = { winnow: VERSION, zstd: process.versions.zstd, zlib: process.versions.zlib, ...Object.fromEntries(relevant) };
  return hash('sha256', JSON.stringify(rules), 'hex').slice(0, 32);
}

function inKeyOrder(outputs: readonly OutputEntry[]): readonly OutputEntry[] {
  return outputs.toSorted((a, b) => (a.key < b.key ? -1 : 1));
}

function sum(outputs: readonly OutputEntry[], column: 'records' | 'bytes'): number {
  return outputs.reduce((total, output) => total + output[column], 0);
}

function balance(left: string, a: number, right: string, b: number): void {
  if (a !== b) throw new Error(`the account does not balance: ${left} ${a}, ${right} ${b}`);
}
