/** Bytes to JSON, losing nothing: encoding, depth and digits are checked before anyone relies on the value. */
import { isUtf8 } from 'node:buffer';
import { countMembers, isObject } from '../json.ts';
import type { Fault, JsonObject, Shape, Verdict } from '../types.ts';
import { exactValue } from './numbers.ts';
import { findSyntaxFault } from './syntax.ts';

export interface Parsed {
  /** Numbers as JavaScript has them. */
  readonly plain: JsonObject;
  /** Numbers with every digit; the same object as `plain` when no number needs it. */
  readonly exact: JsonObject;
  /** Members in the text. When the value has fewer, a duplicate key hid one: see `duplicateKey`. */
  readonly members: number;
}

/**
 * Parses one record, or the text inside an envelope. `shape` comes from the scan of the same bytes.
 * Faults: json.encoding, json.too_deep, json.syntax, json.truncated, json.not_object.
 */
export function parse(bytes: Buffer, shape: Shape, maxDepth: number): Verdict<Parsed> {
  if (!isUtf8(bytes)) return refuse({ code: 'json.encoding', errors: [{ path: '', keyword: 'encoding', expected: 'UTF-8' }] });
  if (shape.depth > maxDepth) {
    const found = `${shape.depth} levels`;
    return refuse({
      code: 'json.too_deep',
      errors: [{ path: '', keyword: 'maxDepth', expected: `at most ${maxDepth} levels`, found }],
    });
  }
  const text = bytes.toString('utf8');
  let plain: unknown;
  try {
    plain = JSON.parse(text);
  } catch {
    return refuse(syntaxFault(text));
  }
  if (!isObject(plain)) {
    return refuse({
      code: 'json.not_object',
      errors: [{ path: '', keyword: 'type', expected: 'object', found: typeName(plain) }],
    });
  }
  return { ok: true, plain, exact: shape.exact ? exactValue(bytes, text, plain) : plain, members: shape.members };
}

/** What is wrong when some object of a text had a key twice. Counting takes a walk over the value, so nobody counts twice. */
export function duplicateKey(plain: JsonObject, members: number): Fault | undefined {
  if (countMembers(plain) === members) return undefined;
  return { code: 'json.duplicate_key', errors: [{ path: '', keyword: 'uniqueKeys' }] };
}

function refuse(fault: Fault): { readonly ok: false; readonly fault: Fault } {
  return { ok: false, fault };
}

function syntaxFault(text: string): Fault {
  const { truncated, offset, expected } = findSyntaxFault(text);
  const found = truncated ? 'the end of the record' : 'something else';
  return {
    code: truncated ? 'json.truncated' : 'json.syntax',
    errors: [{ path: '', keyword: 'syntax', expected: `${expected} at byte ${offset}`, found }],
  };
}

function typeName(value: unknown): string {
  return value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
}
