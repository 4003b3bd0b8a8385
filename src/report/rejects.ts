/** Why records were refused, as far as only the rejects themselves tell it, with a few examples. */
import { isObject } from '../json.ts';
import { isRejectCode, type RejectCode } from '../reject-codes.ts';
import type { FaultDetail, JsonObject } from '../types.ts';
import { faultPlace, withoutPlace } from './fault-place.ts';
import { byName, createTable, MOST_ROWS, type Ranking } from './table.ts';

export interface PathRow {
  readonly code: string;
  /** JSON Pointer; indexes of lists are `*`. */
  readonly path: string;
  readonly keyword: string;
  readonly count: number;
  /** Of the first one that was met, and without its place. */
  readonly expected?: string;
  readonly found?: string;
}

export interface RejectExample {
  readonly code: RejectCode;
  readonly source: { readonly name: string; readonly record: number; readonly line: number; readonly offset: number };
  readonly errors: readonly FaultDetail[];
  readonly event_name?: string;
  readonly rule_id?: string;
  /** The part of the original that the first fault is in, or its beginning; its secrets masked. */
  readonly raw: string;
  /** How many characters of the original are before that part. */
  readonly raw_from: number;
  /** Whether more follows. */
  readonly raw_cut: boolean;
  /** The original is no UTF-8; each of its bytes is one character here. */
  readonly binary?: true;
}

export interface FromRejects {
  readonly by_path: { readonly rows: readonly PathRow[]; readonly others?: { readonly names: number; readonly count: number } };
  readonly by_rule: Ranking<'count'>;
  readonly by_event: Ranking<'count'>;
  readonly by_generation: Ranking<'count'>;
  readonly examples: readonly RejectExample[];
}

/** Of each code. */
const MOST_EXAMPLES = 3;
const MOST_ERRORS = 5;
const LONGEST_RAW = 600;
/** Of that, before the fault. */
const BEFORE_FAULT = 300;
const LONGEST_TEXT = 200;
/** Of most rejects: they are refused before anybody knows their rule. */
const UNKNOWN = '(unknown)';
const MOST_DETAILS = 20_000;

/** Adds up lines of rejects. Without `mask`, which takes the secrets out of a text, there are no examples. */
export function createRejectsFold(mask: ((text: string) => string) | undefined) {
  const paths = createTable(['count']);
  const details = new Map<string, FaultDetail>();
  const rules = createTable(['count']);
  const events = createTable(['count']);
  const generations = createTable(['count']);
  const examples = new Map<RejectCode, Map<string, RejectExample>>();

  /** Counts each mistake of a reject once, and gives a name to the first. */
  function addPaths(code: RejectCode, errors: readonly FaultDetail[]): string {
    const met = new Map<string, FaultDetail>();
    for (const error of errors) {
      const name = JSON.stringify([code, withoutIndexes(error.path), error.keyword]);
      if (!met.has(name)) met.set(name, error);
    }
    for (const [name, error] of met) {
      paths.add(name, { count: 1 });
      if (!details.has(name) && details.size < MOST_DETAILS) details.set(name, error);
    }
    const [first = ''] = met.keys();
    return first;
  }

  function offerExample(reject: JsonObject, code: RejectCode, errors: readonly FaultDetail[], kind: string): void {
    const ofCode = examples.get(code) ?? new Map<string, RejectExample>();
    examples.set(code, ofCode);
    // Different mistakes tell more than the same one again.
    if (mask === undefined || ofCode.size === MOST_EXAMPLES || ofCode.has(kind)) return;
    const example = exampleOf(reject, code, errors, mask);
    if (example) ofCode.set(kind, example);
  }

  return {
    /** A line that is no reject is left out: finding those is what `winnow verify` is for. */
    add(reject: JsonObject): void {
      const { code } = reject;
      if (!isRejectCode(code)) return;
      const errors = errorsOf(reject);
      rules.add(textOf(reject['rule_id']), { count: 1 });
      events.add(textOf(reject['event_name']), { count: 1 });
      generations.add(textOf(reject['generation']), { count: 1 });
      offerExample(reject, code, errors, addPaths(code, errors));
    },
    result(): FromRejects {
      const { rows, others } = paths.ranking('count', MOST_ROWS);
      return {
        by_path: { rows: rows.map(({ name, count }) => pathRow(name, count, details.get(name))), ...(others && { others }) },
        by_rule: rules.ranking('count', MOST_ROWS),
        by_event: events.ranking('count', MOST_ROWS),
        by_generation: generations.ranking('count', MOST_ROWS),
        examples: [...examples].sort(([a], [b]) => byName(a, b)).flatMap(([, ofCode]) => [...ofCode.values()]),
      };
    },
  };
}

function errorsOf({ errors }: JsonObject): readonly FaultDetail[] {
  if (!Array.isArray(errors)) return [];
  return errors.filter(isObject).map(({ path, keyword, expected, found }) => ({
    path: cut(path),
    keyword: cut(keyword),
    ...(expected !== undefined && { expected: cut(expected) }),
    ...(found !== undefined && { found: cut(found) }),
  }));
}

function pathRow(name: string, count: number, detail: FaultDetail | undefined): PathRow {
  const [code, path, keyword]: [string, string, string] = JSON.parse(name);
  const { expected, found } = detail ?? {};
  return {
    code,
    path,
    keyword,
    count,
    ...(expected !== undefined && { expected: withoutPlace(expected) }),
    ...(found !== undefined && { found }),
  };
}

function exampleOf(
  { source, raw, raw_encoding: encoding, raw_truncated: wasCut, event_name: event, rule_id: rule }: JsonObject,
  code: RejectCode,
  errors: readonly FaultDetail[],
  mask: (text: string) => string,
): RejectExample | undefined {
  if (!isObject(source) || typeof raw !== 'string') return undefined;
  const isBinary = encoding === 'base64';
  // All of it is masked before it is cut: half a secret does not look like one.
  const text = mask(isBinary ? Buffer.from(raw, 'base64').toString('latin1') : raw);
  const [fault] = errors;
  const place = fault === undefined ? 0 : faultPlace(text, fault);
  const from = place < LONGEST_RAW ? 0 : place - BEFORE_FAULT;
  return {
    code,
    source: {
      name: `${cut(source['bucket'])}/${String(source['key'])}`,
      record: Number(source['record']),
      line: Number(source['line']),
      offset: Number(source['offset']),
    },
    errors: errors.slice(0, MOST_ERRORS),
    ...(event !== undefined && { event_name: cut(event) }),
    ...(rule !== undefined && { rule_id: cut(rule) }),
    raw: text.slice(from, from + LONGEST_RAW),
    raw_from: from,
    raw_cut: text.length > from + LONGEST_RAW || wasCut === true,
    ...(isBinary && { binary: true }),
  };
}

function withoutIndexes(pointer: string): string {
  return pointer.replace(/\/\d+(?=\/|$)/g, '/*');
}

function textOf(value: unknown): string {
  return typeof value === 'string' && value !== '' ? cut(value) : UNKNOWN;
}

function cut(value: unknown): string {
  return String(value).slice(0, LONGEST_TEXT);
}
