/**
 * The order of the stages, and nothing else: object → decompress → split → parse → unwrap → validate → normalize →
 * partition → parts → receipt. Everything per record is a plain function call; only chunks and parts are awaited.
 */
import { decompress, ObjectFault } from './intake/decompress.ts';
import { parse } from './intake/parse.ts';
import { createSplitter } from './intake/split.ts';
import { unwrap } from './intake/unwrap.ts';
import { isObject } from './json.ts';
import { normalize } from './normalize/normalize.ts';
import { dayOf, objectId, receiptKey } from './output/naming.ts';
import { partitioner } from './output/partition.ts';
import { createParts } from './output/parts.ts';
import { receiptOf } from './output/receipt.ts';
import { type Known, rejectOf } from './output/reject.ts';
import { createTally } from './output/tally.ts';
import type { RejectCode } from './reject-codes.ts';
import type { Settings } from './settings.ts';
import type { Sink, Source } from './stores/port.ts';
import type {
  CwsEvent,
  EventSource,
  Fault,
  JsonObject,
  NormalizedEvent,
  ObjectInfo,
  ObjectRef,
  RawRecord,
  Receipt,
} from './types.ts';
import { validate } from './validate/validate.ts';

export interface PipelineDeps {
  readonly source: Source;
  readonly sink: Sink;
  readonly settings: Settings;
  /** Milliseconds since 1970. Used for the receipt's timings and for nothing else. */
  readonly now: () => number;
  /** Called with each valid event and the bytes it came from; both are good only during the call. */
  readonly onEvent?: (event: NormalizedEvent, record: RawRecord) => void;
}

/** What became of a record. */
export type Judgement =
  | { readonly ok: true; readonly event: NormalizedEvent; readonly known: boolean }
  | { readonly ok: false; readonly fault: Fault; readonly known: Known };

/** An object may always decompress to this much, however small it is. */
const ALWAYS_ALLOWED_BYTES = 16 * 1024 * 1024;

/**
 * Takes one object to its receipt. Refused records and a damaged object end up in the receipt; throws `StoreError` when
 * the object cannot be opened or read, or an output cannot be written, and then leaves no receipt.
 */
export async function processObject(ref: ObjectRef, deps: PipelineDeps): Promise<Receipt> {
  const { sink, settings } = deps;
  const startedMs = deps.now();
  const object = await deps.source.open(ref);
  const { info } = object;
  const rejectsFolder = `rejects/${dayOf(info.lastModified)}`;
  const partitionOf = partitioner(settings.partition);
  const tally = createTally(settings.max_count_keys);
  const parts = createParts({
    objectId: objectId(info),
    codec: settings.codec,
    compressionLevel: settings.compression_level,
    maxPartBytes: settings.max_part_bytes,
    maxOpenParts: settings.max_open_parts,
    maxBufferBytes: settings.max_buffer_bytes,
    put: (key, body) => sink.put(key, body),
  });
  let records = 0;

  function settleRecord(record: RawRecord): void {
    records++;
    const source = sourceOf(info, record);
    const judgement = judge(record, source, settings);
    if (judgement.ok) {
      const { event, known } = judgement;
      parts.write(`events/${partitionOf(event)}`, JSON.stringify(event));
      tally.valid(event, known);
      deps.onEvent?.(event, record);
    } else {
      parts.write(rejectsFolder, JSON.stringify(rejectOf(record, judgement.fault, source, judgement.known)));
      tally.rejected(judgement.fault.code);
    }
  }

  const limits = { maxRecordBytes: settings.max_record_bytes, maxRawBytes: settings.max_reject_raw_bytes };
  const splitter = createSplitter(limits, settleRecord);
  let bytesDecompressed = 0;
  let objectFault: RejectCode | undefined;
  try {
    for await (const chunk of decompress(() => object.read(), mostBytes(info, settings))) {
      bytesDecompressed += chunk.length;
      splitter.push(chunk);
      await parts.settle();
    }
    splitter.end();
  } catch (error) {
    if (!(error instanceof ObjectFault)) throw error;
    objectFault = error.code;
    splitter.end({ code: error.code, errors: [{ path: '', keyword: 'object', found: `byte ${error.offset} decompressed` }] });
  }
  const receipt = receiptOf({
    info,
    settings,
    tally,
    bytesDecompressed,
    bytesInRecords: splitter.account.inRecords,
    bytesBetweenRecords: splitter.account.betweenRecords,
    records,
    outputs: await parts.finish(),
    objectFault,
    startedMs,
    endedMs: deps.now(),
  });
  await sink.put(receiptKey(receipt), [Buffer.from(`${JSON.stringify(receipt, null, 2)}\n`)]);
  return receipt;
}

/** Parses, unwraps, validates and normalizes one record. A bug in Winnow costs the record, not the batch. */
export function judge(record: RawRecord, source: EventSource, settings: Settings): Judgement {
  try {
    return judgeOrThrow(record, source, settings);
  } catch (error) {
    // Only the kind of error: its message may quote the record.
    const found = error instanceof Error ? error.name : 'unknown';
    return { ok: false, fault: { code: 'internal.error', errors: [{ path: '', keyword: 'internal', found }] }, known: {} };
  }
}

function judgeOrThrow(record: RawRecord, source: EventSource, settings: Settings): Judgement {
  if (record.fault) return { ok: false, fault: record.fault, known: {} };
  const parsed = parse(record.bytes, record.shape, settings.max_depth);
  if (!parsed.ok) return { ok: false, fault: parsed.fault, known: {} };
  const event = unwrap(parsed, record.bytes, settings.max_depth);
  if (!event.ok) return { ok: false, fault: event.fault, known: {} };
  const verdict = validate(event.plain, { conformance: settings.conformance, maxErrors: settings.max_errors_per_reject });
  if (!verdict.ok) return { ok: false, fault: verdict.fault, known: { identity: verdict.identity, ...ruleIdOf(event) } };
  return { ok: true, event: normalize(event, verdict.identity, source), known: verdict.identity.known };
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
