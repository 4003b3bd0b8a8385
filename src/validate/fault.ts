/**
 * Turns a validator's errors into a fault: one reject code and the list of what is wrong. Names places, keywords and types
 * and never a value, because rejects are read by more people than events are.
 */
import type { SchemaError } from '../generated/validators.js';
import type { RejectCode } from '../reject-codes.ts';
import type { Fault, FaultDetail, JsonObject } from '../types.ts';

/** Every keyword the input schemas can fail on; the one place that ties them to codes. */
export const KEYWORD_CODES: ReadonlyMap<string, RejectCode> = new Map([
  ['type', 'schema.type'],
  ['required', 'schema.required'],
  ['format', 'schema.format'],
  ['enum', 'schema.value'],
  ['const', 'schema.value'],
  ['minimum', 'schema.value'],
  ['uniqueItems', 'schema.value'],
  ['dependentRequired', 'schema.condition'],
  ['then', 'schema.condition'],
  ['else', 'schema.condition'],
]);

/** Keywords that only repeat that one of the errors below them occurred. */
export const WRAPPERS: ReadonlySet<string> = new Set(['if', 'anyOf']);

/**
 * Of several errors the first of these names the reject, whatever order a validator finds them in: a wrong type is what
 * a collector did, a missing key may follow from it, and a condition fails only in consequence.
 */
export const PRECEDENCE: readonly RejectCode[] = [
  'schema.type',
  'schema.required',
  'schema.format',
  'schema.value',
  'schema.condition',
];

/**
 * The fault of an event that failed: its code over all errors, and the first `maxErrors` of them without repeats. `errors`
 * are read before the validator runs again, and nothing of them is kept.
 */
export function faultOf(errors: readonly SchemaError[], event: JsonObject, maxErrors: number): Fault {
  const details = new Map<string, FaultDetail>();
  let rank = PRECEDENCE.length - 1;
  for (const error of errors) {
    if (WRAPPERS.has(error.keyword)) continue;
    rank = Math.min(rank, rankOf(error.keyword));
    if (details.size >= maxErrors) continue;
    const path = pathOf(error);
    // Two rules can ask the same of one place: the base and the type of an event both want an object, say.
    const place = `${error.keyword} ${path}`;
    if (!details.has(place)) details.set(place, detailOf(error, path, event));
  }
  return { code: PRECEDENCE[rank] ?? 'schema.condition', errors: [...details.values()] };
}

function rankOf(keyword: string): number {
  return PRECEDENCE.indexOf(KEYWORD_CODES.get(keyword) ?? 'schema.condition');
}

/** The pointer to what is wrong; for a missing key, to where it should be. */
function pathOf({ instancePath, params }: SchemaError): string {
  const missing = params['missingProperty'];
  if (typeof missing !== 'string') return instancePath;
  return `${instancePath}/${missing.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

function detailOf({ keyword, params }: SchemaError, path: string, event: JsonObject): FaultDetail {
  return { path, keyword, expected: expectationOf(keyword, params), found: describe(valueAt(event, path)) };
}

/** What the schema asks for: types, allowed values and keys out of the schema, never out of the event. */
function expectationOf(keyword: string, params: SchemaError['params']): string {
  switch (keyword) {
    case 'type':
      return [params['type']].flat().join(' or ');
    case 'format':
      return String(params['format']);
    case 'enum':
      return [params['allowedValues']].flat().join(', ');
    case 'const':
      return String(params['allowedValue']);
    case 'minimum':
      return `${params['comparison']} ${params['limit']}`;
    case 'uniqueItems':
      return 'unique items';
    case 'dependentRequired':
      return `present together with ${params['property']}`;
    default:
      return 'present';
  }
}

/** Type and size of a value, and nothing else of it. */
function describe(value: unknown): string {
  if (value === undefined) return 'absent';
  if (value === null) return 'null';
  if (Array.isArray(value)) return `array of ${value.length}`;
  switch (typeof value) {
    case 'string':
      return `string of ${value.length} characters`;
    case 'number':
      return Number.isInteger(value) ? 'integer' : 'number';
    case 'object':
      return `object of ${Object.keys(value).length}`;
    default:
      return typeof value;
  }
}

/** The value at a JSON Pointer, or undefined. */
function valueAt(event: JsonObject, pointer: string): unknown {
  let value: unknown = event;
  for (const token of pointer.split('/').slice(1)) {
    if (typeof value !== 'object' || value === null) return undefined;
    const key = token.replaceAll('~1', '/').replaceAll('~0', '~');
    value = Object.hasOwn(value, key) ? (value as JsonObject)[key] : undefined;
  }
  return value;
}
