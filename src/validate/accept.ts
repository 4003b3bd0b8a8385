/**
 * Says of most valid events that they are valid, in one walk over the keys they have. It only ever accepts: whatever it does
 * not accept, ajv decides. The tables are made from the schemas that ajv is given, and a test holds the two together.
 */
import type { KeySpec, TableSpecs } from '../generated/validators.js';
import { areTexts, countMembers } from '../json.ts';
import { isRfc3339 } from '../rfc3339.ts';
import type { JsonObject } from '../types.ts';

/** An object's keys: what each may be, and how many must be there. */
export interface Table {
  required: number;
  readonly keys: Map<string, Key>;
}

interface Key {
  readonly types: number;
  readonly isRequired: boolean;
  readonly table: Table | undefined;
  readonly items: Key | undefined;
}

/** The bits of schemas/tables.ts. */
const NULL = 1;
const BOOLEAN = 2;
const INTEGER = 4;
const NUMBER = 8;
const STRING = 16;
const ARRAY = 32;
const OBJECT = 64;
const TIME = 128;

/** Links the tables of one generation; gives that of a whole event. */
export function linkTables(specs: TableSpecs): Table {
  const tables = new Map(Object.keys(specs).map((name): [string, Table] => [name, { required: 0, keys: new Map() }]));
  const link = (spec: KeySpec, isRequired: boolean): Key => ({
    types: spec.types,
    isRequired,
    table: spec.table === undefined ? undefined : tables.get(spec.table),
    items: spec.items && link(spec.items, false),
  });
  for (const [name, { required, keys }] of Object.entries(specs)) {
    const table = tables.get(name) as Table;
    table.required = required.length;
    for (const [key, spec] of Object.entries(keys)) table.keys.set(key, link(spec, required.includes(key)));
  }
  return tables.get('#') as Table;
}

/** Members met by the walk. */
let members = 0;

/** When everything fits that the table knows, how many members the event has in all its objects; else undefined. */
export function acceptedMembers(event: JsonObject, table: Table): number | undefined {
  members = 0;
  return accepts(event, table) ? members : undefined;
}

/** Whether every key that the table knows fits it, and every required one is there. */
function accepts(object: JsonObject, table: Table): boolean {
  let missing = table.required;
  for (const name in object) {
    members++;
    const key = table.keys.get(name);
    const value = object[name];
    if (key === undefined) passOver(value);
    else if (!fits(value, key)) return false;
    else if (key.isRequired) missing--;
  }
  return missing === 0;
}

function passOver(value: unknown): void {
  if (typeof value === 'object' && value !== null) members += countMembers(value);
}

function fits(value: unknown, key: Key): boolean {
  const { types } = key;
  switch (typeof value) {
    case 'string':
      return (types & STRING) !== 0 || ((types & TIME) !== 0 && isRfc3339(value));
    case 'number':
      return (types & NUMBER) !== 0 || ((types & INTEGER) !== 0 && Number.isInteger(value));
    case 'boolean':
      return (types & BOOLEAN) !== 0;
    default:
      if (value === null) return (types & NULL) !== 0;
      if (Array.isArray(value)) return (types & ARRAY) !== 0 && fitsItems(value, value, key);
      if ((types & OBJECT) === 0) return false;
      if (key.table !== undefined) return accepts(value as JsonObject, key.table);
      return fitsItems(value as JsonObject, Object.values(value as JsonObject), key);
  }
}

/** What is in a list, or in an object whose keys may be anything. */
function fitsItems(whole: object, items: readonly unknown[], { items: item }: Key): boolean {
  if (item === undefined) passOver(whole);
  else if (!Array.isArray(whole)) members += items.length;
  return item === undefined || fitAll(items, item);
}

function fitAll(items: readonly unknown[], key: Key): boolean {
  if (key.types === STRING) return areTexts(items);
  for (const item of items) if (!fits(item, key)) return false;
  return true;
}

/** Whether one of the alternatives is there: lists of paths such as `file/destination`, each split at its slashes. */
export function carries(event: JsonObject, alternatives: readonly (readonly (readonly string[])[])[]): boolean {
  return alternatives.some((paths) => paths.every((path) => isThere(event, path)));
}

function isThere(event: JsonObject, path: readonly string[]): boolean {
  let value: unknown = event;
  for (const key of path) {
    if (typeof value !== 'object' || value === null || Array.isArray(value) || !Object.hasOwn(value, key)) return false;
    value = (value as JsonObject)[key];
    if (value === undefined) return false;
  }
  return true;
}
