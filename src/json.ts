/** JSON values as V8 has them, and the parts of its `JSON` that TypeScript does not know yet. */
import type { JsonObject } from './types.ts';

interface SourceJson {
  /** Like `JSON.parse`, with the source text of every number, string and literal. */
  parse(text: string, reviver: (key: string, value: unknown, context: { readonly source?: string }) => unknown): unknown;
  /** A number of any size as its text; `JSON.stringify` writes it unchanged. */
  rawJSON(text: string): unknown;
  isRawJSON(value: unknown): value is { readonly rawJSON: string };
}

export const json = JSON as unknown as SourceJson;

/** Whether a value is a JSON object. A number kept as raw text is not one. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !json.isRawJSON(value);
}

/** The JSON object that a text is, if it is one. Numbers that a double cannot hold lose digits. */
export function parseObject(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The digits of a number that is kept as raw text, if the value is one. */
export function rawDigits(value: unknown): string | undefined {
  return typeof value === 'object' && json.isRawJSON(value) ? value.rawJSON : undefined;
}

/** Whether a list holds texts alone. Arguments, environment and capabilities are most of the leaves of an event. */
export function areTexts(items: readonly unknown[]): boolean {
  for (const item of items) if (typeof item !== 'string') return false;
  return true;
}

/** Whether two parsed values are the same JSON, whatever the order of their keys. */
export function isSameJson(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((item, index) => isSameJson(item, b[index]));
  const left = a as JsonObject;
  const right = b as JsonObject;
  let more = 0;
  for (const key in left) {
    // Of what every object inherits, only `__proto__` is an object, and looks like an empty one.
    if (key === '__proto__' && !Object.hasOwn(right, key)) return false;
    if (!isSameJson(left[key], right[key])) return false;
    more++;
  }
  for (const _ in right) more--;
  return more === 0;
}

/** Adds a member whatever its name is: an assignment to `__proto__` would add none. */
export function define(object: JsonObject, key: string, value: unknown): void {
  Object.defineProperty(object, key, { value, enumerable: true, writable: true, configurable: true });
}

/** A key as JSON Pointer writes it. */
export function escapePointer(key: string): string {
  return /[~/]/.test(key) ? key.replaceAll('~', '~0').replaceAll('/', '~1') : key;
}

/** Members of all objects in a parsed value. */
export function countMembers(value: object): number {
  let count = 0;
  if (Array.isArray(value)) {
    for (const item of value) if (typeof item === 'object' && item !== null) count += countMembers(item);
    return count;
  }
  const object = value as JsonObject;
  for (const key in object) {
    count++;
    const member = object[key];
    if (typeof member === 'object' && member !== null) count += countMembers(member);
  }
  return count;
}
