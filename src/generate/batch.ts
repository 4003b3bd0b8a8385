/** Batches: as many records as wanted, one after another, from one seed. */
import type { RejectCode } from '../reject-codes.ts';
import type { Conformance } from '../settings.ts';
import type { Generation } from '../types.ts';
import { breakableCodes, breakEvent, canBreak } from './breakage.ts';
import { type Base, createBase, skeleton } from './copies.ts';
import { type EnvelopeName, wrap } from './envelope.ts';
import { fraction } from './instant.ts';
import { createRandom, type Random } from './random.ts';
import { VARIETIES, type Variety } from './render.ts';
import { type ToldEvent, tellEvent } from './size.ts';

export interface GeneratedRecord extends Variety {
  /** JSON in UTF-8; bytes that are not text only where that is the fault. */
  readonly text: string | Uint8Array;
  readonly envelope: EnvelopeName;
  /** `valid`, or the code that must refuse it. */
  readonly expect: 'valid' | RejectCode;
}

export interface BatchOptions {
  readonly events: number;
  readonly seed?: number;
  /** Empty or absent: all. */
  readonly generations?: readonly Generation[];
  readonly types?: readonly string[];
  readonly envelopes?: readonly EnvelopeName[];
  /** About how long an event is, envelope excluded. Without it events have their natural 1 to 15 KB. */
  readonly bytes?: number;
  /** Share of broken records, from 0 to 1. */
  readonly broken?: number;
  /** Codes to break records for. By default those that settings of `conformance` give in one line each, `record.too_large` excepted. */
  readonly codes?: readonly RejectCode[];
  readonly conformance?: Conformance;
  /** Whether the framing keeps lines: without lines only records that are JSON can be broken. */
  readonly lines?: boolean;
  /** First second of the batch, since 1970. */
  readonly from?: number;
  /** How many seconds the batch covers. */
  readonly seconds?: number;
  /** How many base events are written in full before copies of them are made. */
  readonly bases?: number;
}

/** 2026-11-22T08:00:00Z. */
const FROM = 1_795_334_400;
const HOUR = 3600;
const BASES = 2048;
/** Some of the agent's own events have few words to choose from. */
const ATTEMPTS = 20;
const BARE: readonly EnvelopeName[] = ['bare'];

/** Which records the options ask for; throws a RangeError that says what does not fit together. */
export function varietiesOf({
  generations = [],
  types = [],
  conformance = 'compat',
}: Pick<BatchOptions, 'generations' | 'types' | 'conformance'>): readonly Variety[] {
  const chosen = VARIETIES.filter(
    (variety) =>
      (generations.length === 0 || generations.includes(variety.generation)) &&
      (types.length === 0 || types.includes(variety.type)) &&
      (conformance === 'compat' || isDocumented(variety)),
  );
  const missing = types.filter((type) => !chosen.some((variety) => variety.type === type));
  if (missing.length > 0 || chosen.length === 0)
    throw new RangeError(`the event type ${missing.join(', ')} is in none of the generations, or not as documented`);
  return chosen;
}

/** Types whose events agents of 2021 could not write as documented: without a file, or with half of one. */
const NEVER_AS_DOCUMENTED = ['mount', 'umount', 'fork', 'exit', 'setuid', 'setgid', 'capset'];

function isDocumented({ type, generation }: Variety): boolean {
  return generation !== '2020' && !(generation === '2021' && NEVER_AS_DOCUMENTED.includes(type));
}

/** Yields the records of a batch. The same options give the same records; each record differs from all others. */
export function* generateRecords(options: BatchOptions): Iterable<GeneratedRecord> {
  const { events, broken = 0 } = options;
  const random = createRandom(options.seed ?? 1);
  const varieties = varietiesOf(options);
  const good = goodRecords(options, varieties, random.fork());
  const bad = badRecords(options, varieties, random.fork());
  for (let index = 0; index < events; index++) yield broken > 0 && random.chance(broken) ? bad() : good();
}

function goodRecords(options: BatchOptions, varieties: readonly Variety[], random: Random): () => GeneratedRecord {
  const limit = options.bases ?? BASES;
  const bases: { readonly base: Base; readonly record: GeneratedRecord; used: number }[] = [];
  const skeletons = new Set<string>();
  let made = 0;
  const write = (): GeneratedRecord | undefined => {
    const variety = varieties[made++ % varieties.length] as Variety;
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const envelope = random.pick(options.envelopes ?? BARE);
      const { event, story } = makeEvent(options, variety, random);
      const bytes = Buffer.from(wrap(envelope, event, random, story));
      const shape = skeleton(bytes);
      // A second base of this shape could give a copy that the first has given.
      if (skeletons.has(shape)) continue;
      skeletons.add(shape);
      const record: GeneratedRecord = { ...variety, text: bytes, envelope, expect: 'valid' };
      const base = createBase(bytes);
      if (base.copies > 0) bases.push({ base, record, used: 0 });
      return record;
    }
    return undefined;
  };
  return () => {
    const written = made < limit || bases.length === 0 ? write() : undefined;
    if (written !== undefined) return written;
    const usable = bases.length > 0 ? random.pick(bases) : undefined;
    if (usable === undefined || usable.used >= usable.base.copies)
      throw new RangeError('too many events of too few kinds: no more differ');
    usable.used++;
    return { ...usable.record, text: usable.base.copy(usable.used, random) };
  };
}

function badRecords(options: BatchOptions, varieties: readonly Variety[], random: Random): () => GeneratedRecord {
  const possible = options.codes ?? defaultCodes(options);
  const codes = possible.filter((code) => varieties.some((variety) => canBreak(code, variety, options.conformance)));
  const impossible = options.codes?.filter((code) => !codes.includes(code)) ?? [];
  if (impossible.length > 0) throw new RangeError(`none of the chosen events can be broken for ${impossible.join(', ')}`);
  const suited = new Map(
    codes.map((code) => [code, varieties.filter((variety) => canBreak(code, variety, options.conformance))]),
  );
  return () => {
    const code = random.pick(codes);
    const variety = random.pick(suited.get(code) ?? []);
    const envelope = random.pick(options.envelopes ?? BARE);
    const good = makeEvent(options, variety, random, true);
    return { ...variety, envelope, text: breakEvent(code, { ...variety, ...good, envelope }, random), expect: code };
  };
}

/** A record of 8 MiB now and then would make every small batch a large one, so it has to be asked for. */
function defaultCodes({ conformance = 'compat', lines = true }: BatchOptions): readonly RejectCode[] {
  return breakableCodes(conformance, lines ? 'lines' : 'any').filter((code) => code !== 'record.too_large');
}

function makeEvent(
  { from = FROM, seconds = HOUR, bytes, conformance }: BatchOptions,
  variety: Variety,
  random: Random,
  faultless = false,
): ToldEvent {
  const at = { seconds: from + random.int(0, seconds - 1), nanos: fraction(random) };
  return tellEvent(variety, random, at, bytes, faultless || conformance === 'documented' ? { documented: true } : {});
}
