/**
 * Field tables: each context of an event is a table from the key that agents write to the field that Winnow writes.
 * Reading is total: a value that has no field, or not the type of its field, is kept under `extra` at its JSON Pointer.
 * So no leaf is lost, and what a table writes always fits the closed schema. docs/fields.md is generated from the tables.
 */
import { escapePointer, isSameJson } from '../json.ts';
import type { JsonObject } from '../types.ts';

/** What is gathered while one event is read. */
export interface Reading {
  /** `evt.name`, for the few fields whose meaning depends on it. */
  readonly event: string | undefined;
  /** Whether intake members may stand beside the event's own keys; then the envelope has them already. */
  readonly flat: boolean;
  /** Leaves without a place, by JSON Pointer. */
  extra: JsonObject | undefined;
}

/** Where the object that is being read stands in the event. */
export interface Place {
  /** The object that holds it, and its key there; the event itself has none. Pointers are made only for what is kept. */
  readonly up: Place | undefined;
  readonly key: string | number;
  readonly reading: Reading;
}

export type FieldType =
  | 'text'
  | 'integer'
  | 'boolean'
  | 'texts'
  | 'time'
  | 'json'
  | 'jsons'
  | 'any'
  | 'hashes'
  | 'object'
  | 'objects'
  | 'map'
  | 'never';

/** How a value is read. `undefined` means that nothing is written, because the value went to `extra` or means nothing. */
export interface Kind {
  readonly type: FieldType;
  readonly read: (value: unknown, place: Place, key: string | number) => unknown;
  /** The table of the object, or of each object in the list. */
  readonly context?: Context;
  /** What `typeof` says of values that are written as they are; numbers have to be whole. Saves `read` for most leaves. */
  readonly asIs?: 'string' | 'number' | 'boolean';
}

export interface Field extends Kind {
  /** Name in the output. */
  readonly to: string;
  /** Sibling object that the field moves into. */
  readonly into?: string;
  /** Whether another key is written to the same name. */
  readonly shared: boolean;
  /** `asIs`, for a field that keeps its name. */
  readonly staysAs: Kind['asIs'];
}

export interface Context {
  readonly name: string;
  readonly fields: ReadonlyMap<string, Field>;
  /** What Winnow writes beside the fields, made from them. */
  readonly derived: { readonly [name: string]: FieldType };
}

type FieldSpec = Kind & { readonly to?: string; readonly into?: string };

/** Makes the table of a context. Keys are the agents' names in every generation. */
export function context(
  name: string,
  specs: { readonly [key: string]: FieldSpec },
  derived: { readonly [name: string]: FieldType } = {},
): Context {
  const entries = Object.entries(specs).map(([key, spec]) => [key, { ...spec, to: spec.to ?? key }] as const);
  const fields = entries.map(([key, field]): [string, Field] => {
    const shared = entries.some(([other, { to, into }]) => other !== key && to === field.to && into === field.into);
    const staysAs = field.to === key && field.into === undefined ? field.asIs : undefined;
    return [key, { ...field, shared, staysAs }];
  });
  return { name, fields: new Map(fields), derived };
}

/** The same fact under another key. */
export function renamed(to: string, kind: Kind): FieldSpec {
  return { ...kind, to };
}

/** The same fact, which belongs into a sibling object. */
export function moved(into: string, to: string, kind: Kind): FieldSpec {
  return { ...kind, into, to };
}

/**
 * Reads an object by its table. What has its name and its value already is shared with the input, which is not changed:
 * the objects of a modern event mostly come out as they are. `skip` leaves out one known key.
 */
export function readFields(table: Context, input: JsonObject, place: Place, skip?: string): JsonObject {
  let output = input;
  let isBuilt = false;
  let late: string[] | undefined;
  for (const key in input) {
    const value = input[key];
    const field = table.fields.get(key);
    if (
      !isBuilt &&
      field !== undefined &&
      typeof value === field.staysAs &&
      (typeof value !== 'number' || Number.isInteger(value))
    )
      continue;
    const isRead = field !== undefined && value !== null && key !== skip && field.into === undefined;
    const read = isRead ? field.read(value, place, key) : undefined;
    // While nothing is renamed, no other key can have been written to the same name.
    if (read !== undefined && field?.to === key && !(field.shared && isBuilt)) {
      if (read === value && !isBuilt) continue;
      if (output === input) output = { ...input };
      output[key] = read;
      continue;
    }
    // From here on some key is left out or renamed, so the output is built key by key.
    if (!isBuilt) output = membersBefore(output, key);
    isBuilt = true;
    if (field === undefined) keep(value, place, key);
    else if (isRead && read !== undefined) put(output, field.to, read, value, place, key);
    else if (value !== null && field.into !== undefined) late = [...(late ?? []), key];
  }
  // Members that move into a sibling come last, so that the sibling's own value wins.
  if (late !== undefined) moveIntoSiblings(table, input, late, output, place);
  return output;
}

function membersBefore(object: JsonObject, end: string): JsonObject {
  const members: JsonObject = {};
  for (const key in object) {
    if (key === end) break;
    members[key] = object[key];
  }
  return members;
}

function moveIntoSiblings(table: Context, input: JsonObject, keys: readonly string[], output: JsonObject, place: Place): void {
  for (const key of keys) {
    const { into = '', to, read } = table.fields.get(key) as Field;
    const value = read(input[key], place, key);
    if (value === undefined) continue;
    // A sibling that was read unchanged is still the input's own.
    const sibling = { ...(output[into] as JsonObject | undefined) };
    put(sibling, to, value, input[key], place, key);
    output[into] = sibling;
  }
}

/** Writes a field. Two keys of one fact are said once when they agree; the second is kept as it came when they do not. */
function put(output: JsonObject, to: string, read: unknown, value: unknown, place: Place, key: string): void {
  if (output[to] === undefined) output[to] = read;
  else if (!isSameJson(output[to], read)) keep(value, place, key);
}

/** Keeps a value under `extra`. Always gives undefined: there is nothing to write. */
export function keep(value: unknown, place: Place, key: string | number): undefined {
  place.reading.extra ??= Object.create(null) as JsonObject;
  place.reading.extra[`${pointerOf(place)}/${escapePointer(String(key))}`] = value;
}

function pointerOf({ up, key }: Place): string {
  return up === undefined ? '' : `${pointerOf(up)}/${escapePointer(String(key))}`;
}

/** The place of a member. */
export function within(place: Place, key: string | number): Place {
  return { up: place, key, reading: place.reading };
}
