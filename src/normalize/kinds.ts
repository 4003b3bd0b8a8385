/** How values are read: text, numbers, times, lists and objects with tables. A value that is not of its kind is kept. */
import { areTexts, isObject, rawDigits } from '../json.ts';
import { isUnset, toUtc } from '../rfc3339.ts';
import type { JsonObject } from '../types.ts';
import { type Context, type Kind, keep, readFields, within } from './fields.ts';

export const text: Kind = {
  type: 'text',
  asIs: 'string',
  read: (value, place, key) => (typeof value === 'string' ? value : keep(value, place, key)),
};

/** A whole number of any size. */
export const integer: Kind = {
  type: 'integer',
  asIs: 'number',
  read: (value, place, key) =>
    Number.isInteger(value) || /^-?\d+$/.test(rawDigits(value) ?? '') ? value : keep(value, place, key),
};

export const boolean: Kind = {
  type: 'boolean',
  asIs: 'boolean',
  read: (value, place, key) => (typeof value === 'boolean' ? value : keep(value, place, key)),
};

export const texts: Kind = {
  type: 'texts',
  read: (value, place, key) => {
    if (!Array.isArray(value)) return keep(value, place, key);
    if (areTexts(value)) return value;
    return value.filter((item, index) => typeof item === 'string' || keep(item, within(place, key), index));
  },
};

/** An RFC 3339 time, in UTC with the digits it came with. Year 0001 is Go's zero time and means that there is none. */
export const time: Kind = {
  type: 'time',
  read: (value, place, key) => {
    const utc = typeof value === 'string' ? toUtc(value) : undefined;
    if (utc === undefined) return keep(value, place, key);
    return isUnset(value as string) ? undefined : utc;
  },
};

/** An id that is text today and was a 64-bit number before. */
export const idText: Kind = {
  type: 'text',
  asIs: 'string',
  read: (value, place, key) => {
    if (typeof value === 'string') return value;
    return Number.isInteger(value) ? String(value) : (rawDigits(value) ?? keep(value, place, key));
  },
};

/** JSON of a type that no source states. */
export const anything: Kind = { type: 'any', read: (value) => value };

/** Free JSON: its keys are the user's, not the agent's. */
export const freeObject: Kind = {
  type: 'json',
  read: (value, place, key) => (isObject(value) ? value : keep(value, place, key)),
};

/** A list whose items are free JSON. */
export const freeList: Kind = {
  type: 'jsons',
  read: (value, place, key) => (Array.isArray(value) ? value : keep(value, place, key)),
};

/** An object with a table of its own; one without anything in it is not written. */
export function object(table: Context): Kind {
  return {
    type: 'object',
    context: table,
    read: (value, place, key) =>
      isObject(value) ? unlessEmpty(readFields(table, value, within(place, key))) : keep(value, place, key),
  };
}

export function unlessEmpty(value: JsonObject): JsonObject | undefined {
  for (const _ in value) return value;
  return undefined;
}

/** A list of what `kind` reads; items that it does not are left out. */
export function list(kind: Kind): Kind {
  return {
    type: 'objects',
    ...(kind.context && { context: kind.context }),
    read: (value, place, key) => {
      if (!Array.isArray(value)) return keep(value, place, key);
      const at = within(place, key);
      const items: unknown[] = [];
      for (let index = 0; index < value.length; index++) {
        const item = kind.read(value[index], at, index);
        if (item !== undefined) items.push(item);
      }
      return items;
    },
  };
}
