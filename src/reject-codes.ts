/**
 * The closed catalogue of reject codes. Everything that names a code reads it from here: the type, `winnow explain`,
 * docs/rejects.md (generated) and the receipt's `by_code`.
 */

export const STAGES = ['decompress', 'split', 'parse', 'unwrap', 'validate', 'normalize'] as const;
export type Stage = (typeof STAGES)[number];

/** How a reject may still become events: by judging it again, by reading its object again, or only by what the sender sends anew. */
type Again =
  | {
      readonly by: 'replay' | 'run';
      /** What may judge it otherwise. */
      readonly when: string;
      readonly flags?: string;
    }
  | { readonly by: 'sender' };

/** No version and no setting of Winnow can make an event of it. */
const BY_SENDER = { by: 'sender' } as const;
const BY_SCHEMA = {
  by: 'replay',
  when: 'under conformance compat, or with a version of Winnow whose schemas accept it',
  flags: '--conformance compat',
} as const;

interface Explanation {
  readonly stage: Stage;
  /** What happened, in one sentence. */
  readonly what: string;
  /** The usual reason. */
  readonly why: string;
  /** Who can mend it, and how. */
  readonly fix: string;
  readonly again: Again;
}

export const REJECT_CODES = {
  'object.corrupt': {
    stage: 'decompress',
    what: 'The compressed object is damaged from this offset on; every record before it was processed.',
    why: 'A broken upload or copy, a bad disk, or bytes after the end of the compressed data that are not compressed data.',
    fix: 'Whoever writes the object: upload what is missing. All of it again is another object, with the records before the damage there twice.',
    again: BY_SENDER,
  },
  'object.truncated': {
    stage: 'decompress',
    what: 'The compressed object ends before its data does; every record before the cut was processed.',
    why: 'An upload that was cut off, or a writer that was killed before it closed the file.',
    fix: 'Whoever writes the object: upload what is missing. All of it again is another object, with the records before the cut there twice.',
    again: BY_SENDER,
  },
  'object.too_large': {
    stage: 'decompress',
    what: 'The object decompresses to more bytes, or at a higher ratio, than the settings allow; every record before the limit was processed.',
    why: 'A decompression bomb, or a batch larger than anyone planned for.',
    fix: 'The operator: raise max_decompressed_bytes or max_decompress_ratio if the object is genuine, or write smaller batches.',
    again: { by: 'run', when: 'under a higher limit', flags: '--max-decompressed-bytes <size>' },
  },
  'record.too_large': {
    stage: 'split',
    what: 'One record is longer than max_record_bytes. `raw` holds its beginning; `source` says where all of it is.',
    why: 'A missing line break or closing bracket, a file that is not a batch of events, or a very deep process tree.',
    fix: 'The operator: raise max_record_bytes if the record is genuine; otherwise whoever writes the object.',
    again: { by: 'run', when: 'under a higher limit', flags: '--max-record-bytes <size>' },
  },
  'json.encoding': {
    stage: 'parse',
    what: 'The record is not valid UTF-8. `raw` holds its bytes in base64.',
    why: 'A file in another encoding, binary data, or bytes damaged on the way. Agents write only valid UTF-8.',
    fix: 'Whoever writes the object: store JSON as UTF-8.',
    again: BY_SENDER,
  },
  'json.syntax': {
    stage: 'parse',
    what: 'The record is not JSON; the error says at which byte of it.',
    why: 'Text or log lines mixed into the batch, or a writer that does not escape.',
    fix: 'Whoever writes the object.',
    again: BY_SENDER,
  },
  'json.truncated': {
    stage: 'parse',
    what: 'The record begins as JSON and stops before it is complete.',
    why: 'The producer was cut off, or a collector limits the length of a line.',
    fix: 'Whoever writes the object: raise the length limit of the collector, or let it drop cut lines itself.',
    again: BY_SENDER,
  },
  'json.too_deep': {
    stage: 'parse',
    what: 'The record nests objects and arrays deeper than max_depth.',
    why: 'Genuine events stay below 16 levels; this is usually an attack or a bug in the producer.',
    fix: 'The operator: raise max_depth if the record is genuine, and replay.',
    again: { by: 'replay', when: 'under a higher limit', flags: '--max-depth <levels>' },
  },
  'json.duplicate_key': {
    stage: 'parse',
    what: 'An object in the record has the same key twice, and JSON does not say which value counts.',
    why: 'A collector that adds a field the event already has.',
    fix: 'Whoever writes the object: keep one value. Winnow does not choose, because the other one would be lost in silence.',
    again: BY_SENDER,
  },
  'json.not_object': {
    stage: 'parse',
    what: 'The record is valid JSON but not an object, so it cannot be an event.',
    why: 'A list inside a list, or a stray text, number or null in the batch.',
    fix: 'Whoever writes the object.',
    again: BY_SENDER,
  },
  'envelope.unknown': {
    stage: 'unwrap',
    what: 'The record is a JSON object but neither a CWS event nor an envelope with one inside.',
    why: 'Other logs share the prefix, or a collector wraps events in a way that Winnow does not know.',
    fix: 'The operator: filter the prefix to CWS events. A new kind of envelope is a feature request.',
    again: { by: 'replay', when: 'with a version of Winnow that knows the envelope' },
  },
  'envelope.message_truncated': {
    stage: 'unwrap',
    what: 'The message of the envelope begins as a JSON event and stops before it is complete.',
    why: 'The log intake cuts a log at 1 MB, and an event with a deep process tree can be longer.',
    fix: 'The owner of the agent policy: the event is gone beyond the cut; a rule with fewer ancestors or variables stays below it.',
    again: BY_SENDER,
  },
  'envelope.message_syntax': {
    stage: 'unwrap',
    what: 'The message of the envelope looks like a JSON event but is not JSON.',
    why: 'A collector that rewrote or escaped the message.',
    fix: 'Whoever runs the collector: pass the message on untouched.',
    again: BY_SENDER,
  },
  'envelope.container_members': {
    stage: 'unwrap',
    what: 'A {"Records": […]} or {"events": […]} wrapper holds members beside its list; the list was processed, these were not.',
    why: 'A collector that adds data of its own to the wrapper.',
    fix: 'Whoever writes the object: put only the list in the wrapper, or write one event a line.',
    again: BY_SENDER,
  },
  'schema.required': {
    stage: 'validate',
    what: 'A key is missing that every agent of this generation writes for this type of event.',
    why: 'A collector that drops fields, or an event that was cut and closed again.',
    fix: 'Whoever runs the collector. If genuine agents omit it, the schema is wrong: once it is mended, replay.',
    again: BY_SCHEMA,
  },
  'schema.type': {
    stage: 'validate',
    what: 'A value has another JSON type than the generation of this event allows.',
    why: 'A collector that turns numbers into text or lists into text.',
    fix: 'Whoever runs the collector: pass types on unchanged.',
    again: BY_SCHEMA,
  },
  'schema.format': {
    stage: 'validate',
    what: 'A time is not an RFC 3339 timestamp.',
    why: 'A collector that rewrote a date in another notation.',
    fix: 'Whoever runs the collector: leave times as the agent wrote them.',
    again: BY_SCHEMA,
  },
  'schema.value': {
    stage: 'validate',
    what: 'A value has the right type but is not one that the generation of this event allows.',
    why: 'An edited event, or conformance `documented` on events that agents wrote in their own way.',
    fix: 'Whoever writes the object; or replay under conformance `compat`.',
    again: BY_SCHEMA,
  },
  'schema.condition': {
    stage: 'validate',
    what: 'Keys that belong together do not all occur, or a key occurs without what it depends on.',
    why: 'Conformance `documented`: the 2021 documentation ties container to container paths and ppid to pid.',
    fix: 'Replay under conformance `compat`, which accepts what agents really sent.',
    again: { by: 'replay', when: 'under conformance compat', flags: '--conformance compat' },
  },
  'internal.error': {
    stage: 'normalize',
    what: 'Winnow itself failed on this record; the rest of the batch went on.',
    why: 'A bug in Winnow.',
    fix: 'Please report it with the shape of the record; after the fix, replay.',
    again: { by: 'replay', when: 'with a version of Winnow in which the bug is mended' },
  },
} as const satisfies Record<string, Explanation>;

export type RejectCode = keyof typeof REJECT_CODES;

export const REJECT_CODE_NAMES = Object.keys(REJECT_CODES) as readonly RejectCode[];

/** Whether something read from a file is a code. */
export function isRejectCode(value: unknown): value is RejectCode {
  return typeof value === 'string' && Object.hasOwn(REJECT_CODES, value);
}

/** The catalogue entry of a code; the code decides the stage, so the two cannot disagree. */
export function explanation(code: RejectCode): Explanation {
  return REJECT_CODES[code];
}

/** Whether a reject with this code stands for one record, and not for what is missing from its object or beside its list. */
export function standsForRecord(code: RejectCode): boolean {
  return explanation(code).stage !== 'decompress' && code !== 'envelope.container_members';
}

/** How to try again: the command, if there is one that can help, and what makes another verdict possible. */
export function tryAgain(code: RejectCode): { readonly command?: string; readonly when: string } {
  const again: Again = explanation(code).again;
  if (again.by === 'sender')
    return {
      when: 'only by the sender, who has to mend it and send it again: no version and no setting of Winnow can make an event of it',
    };
  const flags = again.flags === undefined ? '' : ` ${again.flags}`;
  const command = again.by === 'replay' ? `winnow replay <out> --code ${code}` : 'winnow run <place> --out <out> --force';
  return { command: command + flags, when: again.when };
}
