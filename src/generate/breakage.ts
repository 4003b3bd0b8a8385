/** Ways to break a good event, one per reject code: the result must be refused with exactly that code. */
import { EVENT_TYPES } from '../event-types.ts';
import type { RejectCode } from '../reject-codes.ts';
import { type Conformance, SETTINGS } from '../settings.ts';
import type { JsonObject } from '../types.ts';
import { type EnvelopeName, intakePayload, wrap } from './envelope.ts';
import type { Random } from './random.ts';
import type { Variety } from './render.ts';
import type { Story } from './story.ts';

/** A good event and all it takes to write it down. */
export interface GoodEvent extends Variety {
  readonly event: JsonObject;
  readonly story: Story;
  readonly envelope: EnvelopeName;
}

interface Breakage {
  /** Which events can be broken this way; without it all can. */
  readonly suits?: (variety: Variety, conformance: Conformance) => boolean;
  /** The record's text, or its bytes where they are not text. */
  readonly apply: (good: GoodEvent, random: Random) => string | Uint8Array;
  /** Loosest conformance that refuses the record. `compat` knows no values or conditions: agents broke all of them. */
  readonly conformance: Conformance;
  /** Still one record of its own where no line break ends it. */
  readonly anyFraming?: true;
}

type BreakableCode = Exclude<RejectCode, `object.${string}` | 'internal.error'>;

const DEEPER_THAN_ALLOWED = SETTINGS.max_depth.default + 6;

const BREAKAGES: { readonly [code in BreakableCode]: Breakage } = {
  'record.too_large': {
    conformance: 'compat',
    anyFraming: true,
    apply: (good, random) => append(wrapped(good, random), `"core":"${'A'.repeat(SETTINGS.max_record_bytes.default)}"`),
  },
  'json.encoding': { conformance: 'compat', apply: latin1 },
  'json.syntax': { conformance: 'compat', apply: spoilt },
  'json.truncated': { conformance: 'compat', apply: (good, random) => cutInsideText(wrapped(good, random), random) },
  'json.too_deep': {
    conformance: 'compat',
    anyFraming: true,
    apply: (good, random) =>
      append(wrapped(good, random), `"nested":${'['.repeat(DEEPER_THAN_ALLOWED)}${']'.repeat(DEEPER_THAN_ALLOWED)}`),
  },
  'json.duplicate_key': {
    conformance: 'compat',
    anyFraming: true,
    apply: (good, random) => {
      const text = wrapped(good, random);
      return append(text, `${/"[^"]+"/.exec(text)?.[0] ?? '""'}:"a second time"`);
    },
  },
  'json.not_object': {
    conformance: 'compat',
    apply: (_, random) =>
      random.pick(['null', 'true', String(random.int(1, 9_999_999)), JSON.stringify(`stray text ${random.hex(12)}`)]),
  },
  'envelope.unknown': {
    conformance: 'compat',
    anyFraming: true,
    apply: ({ story }, random) =>
      JSON.stringify({ level: 'info', msg: 'GET /health 200', request_id: random.uuid(), host: story.host }),
  },
  'envelope.message_truncated': {
    conformance: 'compat',
    anyFraming: true,
    apply: (good, random) => inMessage(good, random, cutInsideText(JSON.stringify(good.event), random)),
  },
  'envelope.message_syntax': {
    conformance: 'compat',
    anyFraming: true,
    apply: (good, random) => inMessage(good, random, JSON.stringify(good.event).replace('":', '"=>')),
  },
  'envelope.container_members': { conformance: 'compat', apply: (_, random) => `{"Records":[],"collector":"${random.uuid()}"}` },
  'schema.required': {
    conformance: 'compat',
    anyFraming: true,
    suits: (variety, conformance) => demandedPath(variety) !== undefined && hasRules(variety, conformance),
    apply: (good, random) => wrapped({ ...good, event: without(good.event, (demandedPath(good) ?? '').split('/')) }, random),
  },
  'schema.type': {
    conformance: 'compat',
    anyFraming: true,
    apply: (good, random) => wrapped({ ...good, event: mistyped(good) }, random),
  },
  'schema.format': {
    conformance: 'compat',
    anyFraming: true,
    suits: hasRules,
    apply: (good, random) => wrapped({ ...good, event: misdated(good.event), envelope: keepingDate(good) }, random),
  },
  'schema.value': {
    conformance: 'documented',
    anyFraming: true,
    suits: ({ type, generation }) => type === 'exit' && ['single-platform', 'linux', 'windows'].includes(generation),
    apply: (good, random) => wrapped({ ...good, event: { ...good.event, exit: { cause: 'VANISHED', code: 0 } } }, random),
  },
  'schema.condition': {
    conformance: 'documented',
    anyFraming: true,
    suits: ({ type, generation }) => generation === '2021' && ['open', 'rmdir', 'unlink', 'rename', 'exec'].includes(type),
    apply: (good, random) => wrapped({ ...good, event: unpaired(good.event) }, random),
  },
};

export const BREAKABLE_CODES = Object.keys(BREAKAGES) as readonly BreakableCode[];

/** Codes that settings with this conformance can give to a broken record, in any framing or in lines only. */
export function breakableCodes(conformance: Conformance, framing: 'lines' | 'any'): readonly RejectCode[] {
  return BREAKABLE_CODES.filter((code) => {
    const { conformance: needed, anyFraming } = BREAKAGES[code];
    return (needed === 'compat' || conformance === 'documented') && (framing === 'lines' || anyFraming === true);
  });
}

/** Whether an event of this type and generation can be broken so that this code refuses it. */
export function canBreak(code: RejectCode, variety: Variety, conformance: Conformance = 'compat'): boolean {
  const breakage = breakageOf(code);
  return breakage !== undefined && (breakage.suits?.(variety, conformance) ?? true);
}

/** Breaks a good event: the record that comes back must be refused with exactly `code`. */
export function breakEvent(code: RejectCode, good: GoodEvent, random: Random): string | Uint8Array {
  const breakage = breakageOf(code);
  if (breakage === undefined || !canBreak(code, good)) {
    throw new RangeError(`${code} cannot be made from ${good.generation} ${good.type}`);
  }
  return breakage.apply(good, random);
}

function breakageOf(code: RejectCode): Breakage | undefined {
  return Object.hasOwn(BREAKAGES, code) ? BREAKAGES[code as BreakableCode] : undefined;
}

function wrapped({ envelope, event, story }: GoodEvent, random: Random): string {
  return wrap(envelope, event, random, story);
}

function append(text: string, member: string): string {
  return `${text.slice(0, -1)},${member}}`;
}

function inMessage({ story, envelope }: GoodEvent, random: Random, message: string): string {
  return JSON.stringify(intakePayload(envelope === 'collector' ? 'collector' : 'intake', message, random, story));
}

/** A letter of another encoding inside a text: no byte of UTF-8 is 0xFF. */
function latin1(good: GoodEvent, random: Random): Uint8Array {
  const bytes = Buffer.from(wrapped(good, random));
  const quote = bytes.indexOf('":"');
  return Buffer.concat([bytes.subarray(0, quote + 3), Buffer.from([0xff]), bytes.subarray(quote + 3)]);
}

function spoilt(good: GoodEvent, random: Random): string {
  const text = wrapped(good, random);
  switch (random.int(0, 3)) {
    case 0:
      return text.replace(/"(\w+)":/, '$1:');
    case 1:
      return append(text, '"load":NaN');
    case 2:
      return append(text, '"path":"C:\\Temp"');
    default:
      return `2026-11-22 08:15:${random.int(10, 59)} UTC | SYS-PROBE | WARN | lost ${random.int(1, 99_999)} events`;
  }
}

/**
 * Cuts inside a text. A cut between two members would be as good alone, but in a batch the next line could go on with it:
 * only an open text shows for certain at its line break.
 */
function cutInsideText(text: string, random: Random): string {
  const from = Math.floor(text.length * (0.3 + random.real() * 0.4));
  const found = /:\s*\\?"[^"\\]{3}/.exec(text.slice(from)) ?? /:\s*\\?"[^"\\]{3}/.exec(text);
  if (found === null) throw new Error('the event holds no text to cut');
  const start = text.startsWith(found[0], from + found.index) ? from + found.index : found.index;
  return text.slice(0, start + found[0].length - 1);
}

/** To the letter, 2021 had one payload for all types and dates were any text. */
function hasRules({ generation }: Variety, conformance: Conformance): boolean {
  return conformance === 'compat' || !['2020', '2021'].includes(generation);
}

/** The first path that every agent of the generation writes for the type, where leaving it out leaves the generation clear. */
function demandedPath({ type, generation }: Variety): string | undefined {
  const found = EVENT_TYPES.find(({ name, generations }) => name === type && generations.includes(generation));
  if (found === undefined) return undefined;
  // The first agents of these years wrote mount and exit in the older way, so nothing of theirs is sure.
  if (generation === 'single-platform' && found.requiresIn2021 !== undefined) return undefined;
  const early = generation === '2020' || generation === '2021';
  return ((early && found.requiresIn2021) || found.requires)[0];
}

function without(value: JsonObject, [key = '', ...rest]: readonly string[]): JsonObject {
  const { [key]: member, ...others } = value;
  return rest.length === 0 ? others : { ...value, [key]: without(member as JsonObject, rest) };
}

function mistyped({ event, generation }: GoodEvent): JsonObject {
  if (generation === 'custom') return { ...event, agent: { ...(event['agent'] as JsonObject), version: 7 } };
  const process = event['process'] as JsonObject;
  return { ...event, process: { ...process, pid: String(process['pid']) } };
}

/** The way web servers write dates. Events of 2020 have none at the root. */
function misdated(event: JsonObject): JsonObject {
  const date = '22/Nov/2026:08:15:04 +0000';
  if (event['date'] !== undefined) return { ...event, date };
  return { ...event, process: { ...(event['process'] as JsonObject), exec_time: date } };
}

/** An archive line may take the date out of the event, and the fault with it. */
function keepingDate({ envelope }: GoodEvent): EnvelopeName {
  return envelope === 'archive' ? 'bare' : envelope;
}

/** The documentation of 2021 wants a container and the file's path inside it together or not at all. */
function unpaired(event: JsonObject): JsonObject {
  const file = event['file'] as JsonObject;
  return {
    ...event,
    file:
      event['container'] === undefined
        ? { ...file, container_path: '/docker/overlay2/merged' }
        : without(file, ['container_path']),
  };
}
