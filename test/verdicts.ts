/** What the tests of the validate stage say about one event in one line. */
import assert from 'node:assert/strict';
import type { Conformance } from '../src/settings.ts';
import type { Fault, JsonObject } from '../src/types.ts';
import { type ValidateVerdict, validate } from '../src/validate/validate.ts';

export function check(event: JsonObject, conformance: Conformance = 'compat', maxErrors = 20): ValidateVerdict {
  return validate(event, { conformance, maxErrors });
}

export function faultOf(event: JsonObject, conformance: Conformance = 'compat', maxErrors = 20): Fault {
  const verdict = check(event, conformance, maxErrors);
  assert.ok(!verdict.ok, 'should have been refused');
  return verdict.fault;
}

export function assertValid(event: JsonObject, conformance: Conformance = 'compat'): void {
  const verdict = check(event, conformance);
  assert.ok(verdict.ok, verdict.ok ? '' : JSON.stringify(verdict.fault, null, 1));
}

/** The object at a path of keys, to change something in it. */
export function at(event: JsonObject, ...keys: readonly (string | number)[]): JsonObject {
  return keys.reduce((value: JsonObject, key) => value[key] as JsonObject, event);
}

export function changed(event: JsonObject, path: readonly (string | number)[], members: JsonObject): JsonObject {
  Object.assign(at(event, ...path), members);
  return event;
}
