/**
 * What must be found again of an event, told without the normalizer: the scalars and empty values of the input, as often as
 * they occur, less the exceptions that docs/fields.md lists under "What is not in the output". Each rule here is one of them.
 */
import { define, isSameJson, json } from '../../src/json.ts';
import type { JsonObject } from '../../src/types.ts';

/** One leaf: the forms of which one must be found, or that it may be absent. */
export interface Leaf {
  readonly path: string;
  readonly forms: readonly string[];
  readonly optional: boolean;
}

/** Keys that no table knows, so whatever is in them must be found. Names that trip JavaScript or JSON Pointer are among them. */
export const STRANGE_KEYS = ['__proto__', 'constructor', 'toString', 'a/b', 'm~n', '~1', '/', '', '0', 'x_new'];

/** JSON with every number as the text it came in. */
export function parseExact(text: string): unknown {
  return json.parse(text, (_key, value, { source }) => (typeof value === 'number' ? json.rawJSON(source ?? '') : value));
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !json.isRawJSON(value);
}

/** A scalar or empty value as text; equal numbers are equal texts, however they are spelled. */
export function leafText(value: unknown): string {
  if (json.isRawJSON(value)) return `number ${canonicalNumber(value.rawJSON)}`;
  return JSON.stringify(value);
}

function canonicalNumber(token: string): string {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/i.exec(token) ?? [];
  const digits = (whole + fraction).replace(/^0+(?=\d)/, '');
  const trimmed = digits.replace(/0+$/, '');
  return trimmed === '' ? '0' : `${sign}${trimmed}e${Number(exponent) - fraction.length + digits.length - trimmed.length}`;
}

/** Whether two values are the same JSON, however their numbers are spelled. */
export function isSameValue(a: unknown, b: unknown): boolean {
  return isSameJson(withCanonicalNumbers(a), withCanonicalNumbers(b));
}

function withCanonicalNumbers(value: unknown): unknown {
  if (json.isRawJSON(value)) return leafText(value);
  if (Array.isArray(value)) return value.map(withCanonicalNumbers);
  if (!isJsonObject(value)) return value;
  const copy: JsonObject = {};
  for (const key of Object.keys(value)) define(copy, key, withCanonicalNumbers(value[key]));
  return copy;
}

const TIME_KEYS = ['date', 'timestamp', 'created_at', 'discarded_until'];

function isTimeKey(key: string): boolean {
  return key.endsWith('_time') || TIME_KEYS.includes(key);
}

/** A time in UTC with its digits; undefined for a text that is none. */
export function inUtc(text: string): string | undefined {
  const match = /^(\d{4}-\d\d-\d\d)t(\d\d:\d\d):(\d\d(?:\.\d+)?)(z|[+-]\d\d:\d\d)$/i.exec(text);
  if (match === null) return undefined;
  const [, date, minute, seconds, zone = ''] = match;
  return `${new Date(`${date}T${minute}:00${zone.toUpperCase()}`).toISOString().slice(0, 16)}:${seconds}Z`;
}

/** The leaves of an event. */
export function leavesOf(event: JsonObject): Leaf[] {
  return [...walk(event, [], isJsonObject(event['evt']) ? event['evt']['name'] : undefined, false)];
}

/** `isOfWorker`: whether the value is the credentials of a kernel worker, which has none. */
function* walk(
  value: unknown,
  path: readonly string[],
  eventName: unknown,
  optional: boolean,
  isOfWorker = false,
): Generator<Leaf> {
  const key = path.at(-1) ?? '';
  if (Array.isArray(value) && value.length > 0) {
    for (const [index, item] of value.entries()) yield* walk(item, [...path, String(index)], eventName, optional);
  } else if (isJsonObject(value) && Object.keys(value).length > 0) {
    // A whole event inside one of the agent's own.
    const inner = isJsonObject(value['evt']) && path.length > 0 ? value['evt']['name'] : eventName;
    const absent = path.some((name) => STRANGE_KEYS.includes(name) && name !== '0') ? [] : mayBeAbsent(value, path, inner);
    for (const [name, member] of Object.entries(value)) {
      const isNothing = (member === null || isEmptyObject(member)) && !STRANGE_KEYS.includes(name);
      const isFiller = isOfWorker && (isZero(member) || isEmptyList(member));
      const ofWorker = name === 'credentials' && value['is_kworker'] === true;
      yield* walk(member, [...path, name], inner, optional || absent.includes(name) || isNothing || isFiller, ofWorker);
    }
  } else {
    const isUnset = typeof value === 'string' && isTimeKey(key) && value.startsWith('0001-') && inUtc(value) !== undefined;
    const isFiller = (key === 'tty' && value === 'null') || (key === 'hashes' && isEmptyList(value)) || isEmptyObject(value);
    const strange = path.some((name, index) => STRANGE_KEYS.includes(name) && !(name === '0' && index > 0));
    yield { path: path.join('/'), forms: formsOf(value, path), optional: optional || isUnset || (isFiller && !strange) };
  }
}

function formsOf(value: unknown, path: readonly string[]): readonly string[] {
  const [parent, key] = [path.at(-2), path.at(-1) ?? ''];
  const own = leafText(value);
  if (typeof value === 'string' && isTimeKey(key)) return [own, JSON.stringify(inUtc(value) ?? value)];
  // Ids are text in the output, however they were written.
  const isId = parent === 'dd' || ['_id', 'trace_id', 'span_id'].includes(key);
  if (json.isRawJSON(value) && isId) return [own, `"${value.rawJSON}"`, `"${Number(value.rawJSON)}"`];
  return [own];
}

function isEmptyObject(value: unknown): boolean {
  return isJsonObject(value) && Object.keys(value).length === 0;
}

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}

function isZero(value: unknown): boolean {
  return json.isRawJSON(value) && canonicalNumber(value.rawJSON) === '0';
}

function isInteger(value: unknown): boolean {
  return json.isRawJSON(value) && (/^-?\d+$/.test(value.rawJSON) || Number.isSafeInteger(Number(value.rawJSON)));
}

/** Members of an object that may be missing from the output, because they say nothing or say it twice. */
function mayBeAbsent(object: JsonObject, path: readonly string[], eventName: unknown): readonly string[] {
  const place = path.slice(-2).join('/');
  const zeroOwner = ['uid', 'gid'].filter((key) => isZero(object[key]));
  const absent: string[] = [];
  const isFile = path.at(-1) === 'file' || place === 'file/destination';
  const isPartial = typeof object['path'] !== 'string' && !isInteger(object['inode']);
  if (isFile && (eventName === 'mount' || (isPartial && eventName !== 'chown'))) absent.push(...zeroOwner);
  if (['mount/mp', 'mount/root', 'mount/mountpoint', 'mount/source'].includes(place)) absent.push(...zeroOwner);
  if (object['is_kworker'] === true) absent.push(...zeroOwner);
  if (Array.isArray(object['ancestors']) && isSameValue(object['ancestors'][0], object['parent'])) absent.push('parent');
  if (object['name'] === object['comm']) absent.push('name');
  const executable = isJsonObject(object['executable']) ? object['executable'] : {};
  for (const key of ['path', 'container_path', 'inode', 'mount_id', 'filesystem']) {
    if (isSameValue(object[`executable_${key}`], executable[key])) absent.push(`executable_${key}`);
  }
  if (path.at(-1) === 'usr') {
    const names = Object.keys(object).filter((key) => ['id', 'user', 'name'].includes(key));
    absent.push(...names.filter((key, index) => names.slice(0, index).some((other) => object[other] === object[key])));
  }
  return [...absent, ...absentOfMount(object, path)];
}

/** The two objects and the two dotted keys of a mount tell the same two paths, sometimes crosswise. */
function absentOfMount(object: JsonObject, path: readonly string[]): readonly string[] {
  const key = path.at(-1);
  if (key !== 'mount') return [];
  const pathOf = (name: string) => (isJsonObject(object[name]) ? object[name]['path'] : undefined);
  const pathsOfObjects = ['mp', 'root', 'mountpoint', 'source'].map(pathOf);
  return ['mountpoint.path', 'source.path'].filter((name) => object[name] !== undefined && pathsOfObjects.includes(object[name]));
}
