/** The account of one object. Its presence means that every output it lists is stored. */
import { hash } from 'node:crypto';
import type { Settings } from '../settings.ts';
import type { ObjectInfo, OutputEntry, Receipt } from '../types.ts';
import { VERSION } from '../version.ts';
import { objectId } from './naming.ts';
import type { Tally } from './tally.ts';

export interface ReceiptFacts {
  readonly info: ObjectInfo;
  readonly settings: Settings;
  readonly tally: Tally;
  readonly bytesDecompressed: number;
  readonly bytesInRecords: number;
  readonly bytesBetweenRecords: number;
  readonly records: number;
  readonly outputs: readonly OutputEntry[];
  readonly objectFault: Receipt['object_fault'];
  readonly startedMs: number;
  readonly endedMs: number;
}

/** Writes up the account. Throws when it does not balance: then something was lost, and nobody may think otherwise. */
export function receiptOf(facts: ReceiptFacts): Receipt {
  const { info, tally, outputs } = facts;
  const { valid, rejected } = tally.totals;
  balance('records read', facts.records, 'valid + rejected', valid + rejected);
  balance(
    'bytes decompressed',
    facts.bytesDecompressed,
    'in + between records',
    facts.bytesInRecords + facts.bytesBetweenRecords,
  );
  balance('records read', facts.records, 'lines written', sum(outputs, 'records'));
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
    settings_digest: settingsDigest(facts.settings),
    status: 'complete',
    ...(facts.objectFault !== undefined && { object_fault: facts.objectFault }),
    counts: {
      bytes_in: info.size,
      bytes_decompressed: facts.bytesDecompressed,
      bytes_in_records: facts.bytesInRecords,
      bytes_between_records: facts.bytesBetweenRecords,
      bytes_out: sum(outputs, 'bytes'),
      records: facts.records,
      valid,
      rejected,
      ...tally.counts(),
    },
    drift: tally.drift(),
    outputs,
    timings: { started_at: new Date(facts.startedMs).toISOString(), duration_ms: Math.round(facts.endedMs - facts.startedMs) },
  };
}

/** Tells whether two receipts were made under the same rules: the settings, and the program and compressor that applied them. */
export function settingsDigest(settings: Settings): string {
  const rules = { winnow: VERSION, zstd: process.versions.zstd, zlib: process.versions.zlib, ...settings };
  return hash('sha256', JSON.stringify(rules), 'hex').slice(0, 32);
}

function sum(outputs: readonly OutputEntry[], column: 'records' | 'bytes'): number {
  return outputs.reduce((total, output) => total + output[column], 0);
}

function balance(left: string, a: number, right: string, b: number): void {
  if (a !== b) throw new Error(`the account does not balance: ${left} ${a}, ${right} ${b}`);
}
