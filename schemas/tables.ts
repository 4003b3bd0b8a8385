/**
 * The part of a schema that can be checked by walking an event once: types, required keys, times. Almost every event is
 * valid, and reading the few dozen keys it has is several times faster than asking for each of the hundreds it may have,
 * as compiled validators do. A schema that says more than that has no table, and ajv alone decides.
 */
import type { Schema } from './compat.ts';

/** Bits of a type mask; src/validate/accept.ts reads them. */
export const TYPE_BITS = { null: 1, boolean: 2, integer: 4, number: 8, string: 16, array: 32, object: 64, time: 128 } as const;
const ANY = 127;

/** Types, then what the members or items are held to. */
export interface KeySpec {
  readonly types: number;
  /** Name of the table of an object. */
  readonly table?: string;
  /** What each item of a list is held to, or each member of an object without a table. */
  readonly items?: KeySpec;
}

export interface TableSpec {
  readonly required: readonly string[];
  readonly keys: { readonly [key: string]: KeySpec };
}

export type TableSpecs = { readonly [table: string]: TableSpec };

/** The name of the table of a whole event. */
export const ROOT = '#';

const ANNOTATIONS = new Set(['$schema', '$id', '$defs', '$comment', 'title', 'description']);
const CHECKED = new Set(['type', 'nullable', 'properties', 'required', 'items', 'additionalProperties', 'format', '$ref']);

/** The tables of a schema by the names of its definitions, or undefined when they could not say all that it says. */
export function tablesOf(schema: Schema): TableSpecs | undefined {
  const definitions = (schema['$defs'] ?? {}) as { readonly [name: string]: Schema };
  const tables: { [name: string]: TableSpec } = {};
  try {
    refuseOthers(schema);
    addTable(ROOT, schema);
  } catch (error) {
    if (error instanceof NotCovered) return undefined;
    throw error;
  }
  return tables;

  function addTable(name: string, object: Schema): string {
    if (tables[name] !== undefined) return name;
    const required = (object['required'] ?? []) as readonly string[];
    const keys: { [key: string]: KeySpec } = {};
    tables[name] = { required, keys };
    for (const [key, property] of Object.entries((object['properties'] ?? {}) as { [key: string]: Schema })) {
      keys[key] = keyOf(`${name}.${key}`, property);
    }
    for (const key of required) keys[key] ??= { types: ANY };
    return name;
  }

  function keyOf(name: string, key: Schema): KeySpec {
    refuseOthers(key);
    const reference = key['$ref'];
    if (typeof reference === 'string') {
      const target = reference.replace(/^.*#\/\$defs\//, '');
      const definition = definitions[target];
      if (definition === undefined || Object.keys(key).length > 1) throw new NotCovered(`${name} refers to ${reference}`);
      return keyOf(target, definition);
    }
    const items = isSchema(key['items'])
      ? key['items']
      : isSchema(key['additionalProperties'])
        ? key['additionalProperties']
        : undefined;
    const hasTable = key['properties'] !== undefined || key['required'] !== undefined;
    if (hasTable && items !== undefined) throw new NotCovered(`${name} has known members and others`);
    return {
      types: typesOf(key),
      ...(hasTable && { table: addTable(name, key) }),
      ...(items && { items: keyOf(`${name}[]`, items) }),
    };
  }
}

/** A schema says something that tables cannot. */
class NotCovered extends Error {}

function typesOf(key: Schema): number {
  const names = [key['type'] ?? []].flat() as (keyof typeof TYPE_BITS)[];
  let types = names.reduce((mask, name) => mask | TYPE_BITS[name], 0) || ANY;
  if (key['nullable'] === true) types |= TYPE_BITS.null;
  if (key['format'] === 'date-time') types = (types & ~TYPE_BITS.string) | TYPE_BITS.time;
  return types;
}

function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null;
}

/** A keyword that tables do not know leaves the schema to ajv. */
function refuseOthers(schema: Schema): void {
  for (const [keyword, value] of Object.entries(schema)) {
    if (value !== undefined && !ANNOTATIONS.has(keyword) && !CHECKED.has(keyword)) throw new NotCovered(keyword);
  }
}
