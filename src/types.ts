/**
 * The nouns every stage speaks of. Stages take and give these values and nothing else; none of them is
 * changed once it has been handed on.
 */
import type { RejectCode, Stage } from './reject-codes.ts';

/** A JSON object as it came through the door: keys are known only after validation. */
export type JsonObject = { [key: string]: unknown };

/** Names one object in a bucket. A local file is in bucket `file`, its key the path relative to the root given. */
export interface ObjectRef {
  readonly bucket: string;
  readonly key: string;
  readonly versionId?: string;
}

/** What the store says of an object when it is opened. `etag` comes without quotes; times are RFC 3339 in UTC. */
export interface ObjectInfo extends ObjectRef {
  readonly etag: string;
  readonly size: number;
  readonly lastModified: string;
}

/** What one pass over a record's bytes tells before anything is parsed. */
export interface Shape {
  /** Members of all objects in the text, counted before a parser can merge duplicate keys. */
  readonly members: number;
  /** Deepest nesting of objects and arrays; the record itself is 1. */
  readonly depth: number;
  /** Whether some number might not survive a JavaScript number. */
  readonly exact: boolean;
}

/** One record cut out of an object: its bytes and its place, nothing parsed. */
export interface RawRecord {
  /** Counts from 0 within the object. */
  readonly index: number;
  /** Line on which the record starts, from 1. */
  readonly line: number;
  /** Byte offset in the decompressed object. */
  readonly offset: number;
  /** Byte length in the decompressed object; more than `bytes` holds when `fault` says it was too large. */
  readonly length: number;
  readonly bytes: Buffer;
  readonly shape: Shape;
  readonly fault?: Fault;
}

/** One thing wrong with a record. Names paths, keywords and types, never a value. */
export interface FaultDetail {
  /** JSON Pointer into the event, or into the envelope while it is unopened; empty for the record itself. */
  readonly path: string;
  readonly keyword: string;
  readonly expected?: string;
  readonly found?: string;
}

/** Why a record was refused. A value, not an exception: the batch goes on. */
export interface Fault {
  readonly code: RejectCode;
  readonly errors: readonly FaultDetail[];
}

export type Verdict<T> = ({ readonly ok: true } & T) | { readonly ok: false; readonly fault: Fault };

/** What the wrapping around an event said; every field as it came, nothing interpreted but names. */
export interface Envelope {
  readonly kind: EnvelopeKind;
  readonly host?: unknown;
  readonly service?: unknown;
  readonly status?: unknown;
  readonly tags?: unknown;
  readonly timestamp?: unknown;
  readonly id?: unknown;
  readonly source?: unknown;
  readonly message?: unknown;
  readonly trace_id?: unknown;
  readonly span_id?: unknown;
  /** What members above are called in the envelope, where that differs. */
  readonly names?: { readonly [member: string]: string };
  /** Members of the envelope that Winnow does not know, by name. */
  readonly unknown?: JsonObject;
}

export const ENVELOPE_KINDS = ['bare', 'intake', 'archive'] as const;
export type EnvelopeKind = (typeof ENVELOPE_KINDS)[number];

/** An event out of its envelope. */
export interface CwsEvent {
  /** Numbers as JavaScript has them: what validators understand. */
  readonly plain: JsonObject;
  /** The same event with every digit: numbers that a double cannot hold are `JSON.rawJSON` values. */
  readonly exact: JsonObject;
  /** The event's own JSON text in UTF-8, envelope excluded: what `event_id` is made from. */
  readonly text: Uint8Array;
  readonly envelope: Envelope;
  /** Members in the event's text, while nobody has compared them with those of `plain`. */
  readonly members?: number;
}

export const GENERATIONS = ['2020', '2021', 'single-platform', 'linux', 'windows', 'custom'] as const;
/** Which of the formats of docs/generations.md an event is written in. The payload carries no version key. */
export type Generation = (typeof GENERATIONS)[number];

export type Platform = 'linux' | 'windows';

/** The identity of a validated event: what later stages need to know without looking again. */
export interface EventIdentity {
  readonly generation: Generation;
  /** `evt.name`, or the rule id of a custom agent event. */
  readonly name: string | undefined;
  /** Whether `name` is in the table of event types. An unknown one is drift, not a reject. */
  readonly known: boolean;
}

/** Where an output came from: the object, the record in it, and its offset in the decompressed bytes. */
export interface EventSource {
  readonly bucket: string;
  readonly key: string;
  readonly etag: string;
  readonly record: number;
  readonly offset: number;
}

/** One event in schema_version 1; the closed contract is schemas/output/normalized-event.schema.json. */
export interface NormalizedEvent extends JsonObject {
  readonly schema_version: 1;
  readonly event_id: string;
  readonly time?: string;
  readonly time_ms?: number;
  readonly platform?: Platform;
  readonly generation: Generation;
  readonly evt?: JsonObject;
  readonly agent?: JsonObject;
  readonly host?: string;
  readonly service?: string;
  readonly extra?: { readonly [pointer: string]: unknown };
  readonly source: EventSource;
}

/** One line of a rejects file; the closed contract is schemas/output/reject.schema.json. */
export interface Reject {
  readonly code: RejectCode;
  readonly stage: Stage;
  readonly source: EventSource & { readonly line: number; readonly length: number };
  readonly errors: readonly FaultDetail[];
  readonly event_name?: string;
  readonly rule_id?: string;
  readonly generation?: Generation;
  readonly attempt: number;
  /** Of the event as it was before redaction, when there is an event: what a replay gives it. */
  readonly event_id?: string;
  /** The original text, its secrets masked as the settings say; base64 when `raw_encoding` says so. */
  readonly raw: string;
  readonly raw_encoding?: 'base64';
  /** Present when `raw` holds only the first bytes of the record. */
  readonly raw_truncated?: true;
}

/** One output object as the receipt lists it. `records` counts lines; `bytes` and `sha256` are of the stored object. */
export interface OutputEntry {
  readonly key: string;
  readonly partition: string;
  readonly records: number;
  readonly bytes: number;
  readonly sha256: string;
}

export type Counts = { readonly [name: string]: number };

/** Something the event carried that Winnow's tables do not know. */
export interface DriftEntry {
  readonly count: number;
  readonly first_seen_agent_version?: string;
}

/** The account of one input object; the closed contract is schemas/output/receipt.schema.json. Written last. */
export interface Receipt {
  readonly schema_version: 1;
  readonly object_id: string;
  readonly source: {
    readonly bucket: string;
    readonly key: string;
    readonly etag: string;
    readonly size: number;
    readonly last_modified: string;
    readonly version_id?: string;
  };
  readonly settings_digest: string;
  /** `partial`: the attempt was stopped; everything here is an account of the records before `resume` alone. */
  readonly status: 'complete' | 'partial';
  /**
   * Where the next attempt goes on: the number of the first record that is not accounted for, the offset behind the last one
   * that is, and how many attempts have ended here.
   */
  readonly resume?: { readonly record: number; readonly offset: number; readonly attempts: number };
  /** 1, and 1 more for each replay that changed something. */
  readonly attempt: number;
  /** Outputs that this receipt replaces and that are about to be removed: whoever finds them here removes them. */
  readonly retired?: readonly string[];
  /** Present when the object itself could not be read to its end. */
  readonly object_fault?: RejectCode;
  readonly counts: {
    readonly bytes_in: number;
    readonly bytes_decompressed: number;
    readonly bytes_in_records: number;
    readonly bytes_between_records: number;
    readonly bytes_out: number;
    readonly records: number;
    readonly valid: number;
    readonly rejected: number;
    /** Secrets masked in the outputs. */
    readonly redacted: number;
    readonly by_code: Counts;
    readonly by_event: Counts;
    readonly by_category: Counts;
    readonly by_generation: Counts;
  };
  readonly drift: { readonly [pointer: string]: DriftEntry };
  readonly outputs: readonly OutputEntry[];
  /** The only part that differs between two runs. */
  readonly timings: { readonly started_at: string; readonly duration_ms: number };
}
