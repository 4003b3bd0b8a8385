/** Which generation has which key, according to schemas/input/ and what conformance `compat` adds to it. */
import { RELAXATIONS, relax, type Schema } from '../schemas/compat.ts';
import { readInputSchema } from '../schemas/plan.ts';
import { CUSTOM_EVENT_TYPES } from '../src/event-types.ts';
import { customTable, eventTable } from '../src/normalize/event.ts';
import type { Context } from '../src/normalize/fields.ts';

/** Columns of the map. 2020 and 2021 share their schemas. */
export const COLUMNS = ['2020 and 2021', 'single-platform', 'linux', 'windows', 'custom'] as const;
export type Column = (typeof COLUMNS)[number];

const SCHEMAS = {
  '2020 and 2021': ['2021', '2021-agent'],
  'single-platform': ['single-platform'],
  linux: ['linux'],
  windows: ['windows'],
  custom: ['custom'],
} as const satisfies { readonly [column in Column]: readonly string[] };

export interface Availability {
  /** Whether a generation's schema has the key in that context. */
  has(column: Column, table: Context, key: string): boolean;
  /** Keys of a schema that no table has: documented, and yet they would end under `extra`. */
  readonly withoutPlace: readonly string[];
}

export async function readAvailability(): Promise<Availability> {
  const found = new Set<string>();
  const withoutPlace: string[] = [];

  /** Marks the keys of an object that are read by a table, and of the objects inside it. */
  function mark(column: Column, table: Context, schema: Schema, root: Schema, path: string, seen: ReadonlySet<string>): void {
    for (const [key, property] of Object.entries(propertiesOf(schema, root))) {
      const id = `${column} ${table.name} ${key}`;
      const field = table.fields.get(key);
      if (field === undefined) withoutPlace.push(`${column}: ${path}/${key}`);
      found.add(id);
      if (field?.context === undefined || property === true || seen.has(id)) continue;
      const value = resolve(property, root);
      const object = (value['items'] as Schema | undefined) ?? value;
      mark(column, field.context, object, root, `${path}/${key}`, new Set([...seen, id]));
    }
  }

  for (const column of COLUMNS) {
    for (const name of SCHEMAS[column]) {
      const documented = await readInputSchema(name);
      const schema = relax(documented, RELAXATIONS[name] ?? []);
      mark(column, eventTable, schema, schema, '', new Set());
      if (name !== 'custom') continue;
      const defs = schema['$defs'] as { readonly [def: string]: Schema };
      for (const type of CUSTOM_EVENT_TYPES) mark(column, customTable, defs[type.name] ?? {}, schema, '', new Set());
    }
  }
  return { has: (column, table, key) => found.has(`${column} ${table.name} ${key}`), withoutPlace };
}

/** The properties of an object, those of the schemas that it refers to included. */
function propertiesOf(schema: Schema, root: Schema): { readonly [key: string]: Schema | true } {
  const own = resolve(schema, root);
  const parts = (own['allOf'] ?? []) as readonly Schema[];
  return Object.assign({}, ...parts.map((part) => propertiesOf(part, root)), own['properties']);
}

function resolve(schema: Schema, root: Schema): Schema {
  const reference = schema['$ref'];
  if (typeof reference !== 'string') return schema;
  const defs = root['$defs'] as { readonly [def: string]: Schema };
  return resolve(defs[reference.replace('#/$defs/', '')] ?? {}, root);
}
