/**
 * The order of the stages, and nothing else: object → decompress → split → parse → unwrap → validate → normalize →
 * redact → partition → parts. Everything per record is a plain function call; only chunks and parts are awaited.
 */
import { decompress, ObjectFault } from './intake/decompress.ts';
import { duplicateKey, parse } from './intake/parse.ts';
import { createSplitter } from './intake/split.ts';
import { unwrap } from './intake/unwrap.ts';
import { isObject } from './json.ts';
import { eventId, normalize } from './normalize/normalize.ts';
import { dayOf, objectId } from './output/naming.ts';
import { partitioner } from './output/partition.ts';
import { createParts } from './output/parts.ts';
import type { Account } from './output/receipt.ts';
import { type Known, rejectOf } from './output/reject.ts';
import { createTally } from './output/tally.ts';
import { maskedLine } from './redact/event.ts';
import { createRedactor } from './redact/redact.ts';
import type { RejectCode } from './reject-codes.ts';
import type { Settings } from './settings.ts';
import { StoppedError, untilStopped } from './stop.ts';
import type { OpenObject, Store } from './stores/port.ts';
import type { CwsEvent, EventSource, Fault, JsonObject, NormalizedEvent, ObjectInfo, RawRecord } from './types.ts';
import { validate } from './validate/validate.ts';

/** What became of a record. */
export type Judgement =
  | { readonly ok: true; readonly event: NormalizedEvent; readonly known: boolean }
  | { readonly ok: false; readonly fault: Fault; readonly known: Known };

export interface StageDeps {
  readonly store: Pick<Store, 'put'>;
  readonly settings: Settings;
  readonly signal?: AbortSignal | undefined;
  readonly onEvent?: (event: NormalizedEvent, record: RawRecord) => void;
  readonly onTime?: (timeMs: number) => void;
  readonly onProgress?: (progress: Progress) => void;
}

/** How far an object is: records so far, those of an attempt that was taken up again included. */
export interface Progress {
  readonly records: number;
  readonly rejected: number;
}

/** What became of an object. */
export interface StagesRun {
  readonly account: Account;
  /** Why the object could not be read to its end. */
  readonly objectFault?: RejectCode | undefined;
  /** False when the signal came: then the account ends where nothing that was stored depends on what follows. */
  readonly isWhole: boolean;
  /** Keys of what was stored beyond the account, or is being stored. */
  readonly beyond: readonly string[];
}

/** An object may always decompress to this much, however small it is. */
const ALWAYS_ALLOWED_BYTES = 16 * 1024 * 1024;

/** The account of an object of which nothing has been read. */
export const NOTHING_YET: Account = {
  records: 0,
  bytesDecompressed: 0,
  bytesInRecords: 0,
  bytesBetweenRecords: 0,
  tally: createTally(0).snapshot(),
  outputs: [],
};

/**
 * Runs an object through the stages, from where the account of an earlier attempt ends. Throws `StoreError` when it cannot be
 * read or an output cannot be written.
 */
export async function runStages(object: OpenObject, from: Account, deps: StageDeps): Promise<StagesRun> {
  const { store, settings, signal } = deps;
  const { info } = object;
  const rejectsFolder = `rejects/${dayOf(info.lastModified)}`;
  const partitionOf = partitioner(settings.partition);
  const redact = createRedactor(settings.redact_patterns);
  const tally = createTally(settings.max_count_keys, from.tally);
  const parts = createParts({
    ...partLimits(settings),
    objectId: objectId(info),
    put: (key, body) => store.put(key, body),
    earlier: from.outputs,
  });
  let { records, bytesInRecords } = from;

  function masked(text: string): string {
    const redaction = redact(text);
    tally.redacted(redaction.count);
    return redaction.text;
  }

  function settleRecord(record: RawRecord): void {
    if (record.index < from.records) return;
    records++;
    bytesInRecords += record.length;
    const source = sourceOf(info, record);
    const judgement = judge(record, source, settings);
    if (judgement.ok) {
      const { event, known } = judgement;
      const line = settings.redact === 'all' ? maskedLine(event, masked) : JSON.stringify(event);
      parts.write(`events/${partitionOf(event)}`, line);
      tally.valid(event, known);
      if (settings.redact !== 'all') deps.onEvent?.(event, record);
      if (event.time_ms !== undefined) deps.onTime?.(event.time_ms);
    } else {
      const { fault, known } = judgement;
      const mask = settings.redact === 'none' ? unmasked : masked;
      parts.write(rejectsFolder, JSON.stringify(rejectOf(record, fault, source, known, mask)));
      tally.rejected(fault.code);
    }
    if (signal !== undefined && parts.isClosed()) reached = accountAt(record.offset + record.length);
  }

  /** Everything so far; its last parts may not be stored yet, so only their number is known. */
  function accountAt(bytesDecompressed: number) {
    const bytesBetweenRecords = bytesDecompressed - bytesInRecords;
    return {
      records,
      bytesDecompressed,
      bytesInRecords,
      bytesBetweenRecords,
      tally: tally.snapshot(),
      parts: parts.keys().length,
    };
  }

  const limits = { maxRecordBytes: settings.max_record_bytes, maxRawBytes: settings.max_reject_raw_bytes };
  const splitter = createSplitter(limits, settleRecord);
  let bytesDecompressed = 0;
  let reached: ReturnType<typeof accountAt> | undefined;
  let sure = reached;

  async function readAll(): Promise<ObjectFault | undefined> {
    const chunks = decompress(() => object.read(), mostBytes(info, settings));
    try {
      for (let next = await untilStopped(chunks.next(), signal); !next.done; next = await untilStopped(chunks.next(), signal)) {
        bytesDecompressed += next.value.length;
        splitter.push(next.value);
        deps.onProgress?.({ records, rejected: tally.totals.rejected });
        await untilStopped(parts.settle(), signal);
        sure = reached;
      }
      return undefined;
    } catch (error) {
      if (error instanceof ObjectFault) return error;
      throw error;
    } finally {
      // Lets go of the object. Not waited for, because it may hang; and whatever it says, the outcome is known.
      void chunks.return(undefined).catch(() => {});
    }
  }

  const accountOf = ({ parts: count, ...rest }: ReturnType<typeof accountAt>): Account => ({
    ...rest,
    outputs: parts.closed().slice(0, count),
  });
  try {
    const damage = await readAll();
    splitter.end(damage && objectFault(damage));
    await untilStopped(parts.finish(), signal);
    return { account: accountOf(accountAt(bytesDecompressed)), objectFault: damage?.code, isWhole: true, beyond: [] };
  } catch (error) {
    if (!(error instanceof StoppedError)) throw error;
    const account = sure ? accountOf(sure) : from;
    return { account, isWhole: false, beyond: parts.keys().slice(account.outputs.length) };
  }
}

/** What the settings say of parts. */
export function partLimits(settings: Settings) {
  return {
    codec: settings.codec,
    compressionLevel: settings.compression_level,
    maxPartBytes: settings.max_part_bytes,
    maxOpenParts: settings.max_open_parts,
    maxBufferBytes: settings.max_buffer_bytes,
  };
}

function unmasked(text: string): string {
  return text;
}

function objectFault({ code, offset }: ObjectFault): Fault {
  return { code, errors: [{ path: '', keyword: 'object', found: `byte ${offset} decompressed` }] };
}

/**
 * Parses, unwraps, validates and normalizes one record. A bug in Winnow costs the record, not the batch. `id` is the event's
 * when the record is masked and does not tell it any more.
 */
export function judge(record: RawRecord, source: EventSource, settings: Settings, id?: string): Judgement {
  try {
    return judgeOrThrow(record, source, settings, id);
  } catch (error) {
    // Only the kind of error: its message may quote the record.
    const found = error instanceof Error ? error.name : 'unknown';
    return { ok: false, fault: { code: 'internal.error', errors: [{ path: '', keyword: 'internal', found }] }, known: {} };
  }
}

function judgeOrThrow(record: RawRecord, source: EventSource, settings: Settings, id: string | undefined): Judgement {
  if (record.fault) return { ok: false, fault: record.fault, known: {} };
  const parsed = parse(record.bytes, record.shape, settings.max_depth);
  if (!parsed.ok) return { ok: false, fault: parsed.fault, known: {} };
  const event = unwrap(parsed, record.bytes, settings.max_depth);
  if (!event.ok) return { ok: false, fault: event.fault, known: {} };
  const verdict = validate(event.plain, { conformance: settings.conformance, maxErrors: settings.max_errors_per_reject });
  if (event.members !== undefined && event.members !== verdict.members) {
    const fault = duplicateKey(event.plain, event.members);
    if (fault !== undefined) return { ok: false, fault, known: { eventId: id ?? eventId(event.text) } };
  }
  if (!verdict.ok)
    return {
      ok: false,
      fault: verdict.fault,
      known: { identity: verdict.identity, ...ruleIdOf(event), eventId: id ?? eventId(event.text) },
    };
  return { ok: true, event: normalize(event, verdict.identity, source, id), known: verdict.identity.known };
}

function ruleIdOf(event: CwsEvent): { readonly ruleId?: string } {
  const agent = event.plain['agent'];
  const ruleId = isObject(agent) ? (agent as JsonObject)['rule_id'] : undefined;
  return typeof ruleId === 'string' ? { ruleId } : {};
}

function sourceOf(info: ObjectInfo, record: RawRecord): EventSource {
  return { bucket: info.bucket, key: info.key, etag: info.etag, record: record.index, offset: record.offset };
}

function mostBytes(info: ObjectInfo, settings: Settings): number {
  return Math.min(settings.max_decompressed_bytes, Math.max(ALWAYS_ALLOWED_BYTES, settings.max_decompress_ratio * info.size));
}
