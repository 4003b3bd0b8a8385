/**
 * The columns of a table, from the closed JSON Schema of its lines: what a line may hold has a column, and nothing else has one.
 * Types are Hive's, as the Glue catalog has them.
 */

type Schema = { readonly [keyword: string]: unknown };

export type ColumnType =
  | { readonly kind: 'text' | 'json' | 'bigint' | 'boolean' | 'timestamp' }
  | { readonly kind: 'array'; readonly items: ColumnType }
  | { readonly kind: 'map'; readonly values: ColumnType }
  | { readonly kind: 'struct'; readonly fields: ReadonlyMap<string, ColumnType> };

export type Columns = ReadonlyMap<string, ColumnType>;

/**
 * Unsigned 64-bit numbers that do pass 2^63: inodes of some file systems, what a program hands to mmap, sensible or not, and
 * counters. They are text. A bigint cannot hold them, and not every JSON SerDe knows decimals: the OpenX one of old does not.
 * To reckon with one, `CAST(… AS decimal(20, 0))`.
 */
const WIDE: ReadonlySet<string> = new Set([
  'file.inode',
  'file_details.inode',
  'mmap.offset',
  'mmap.length',
  'network_stats.data_size',
  'network_stats.packet_count',
]);

/**
 * Whole events within an event of the agent's own. As structs they would be the larger part of the catalog, each with every
 * column once more, so they are JSON text; `json_extract` reads them.
 */
const NESTED_EVENT = 'event';

/** The columns of the lines that a schema describes, in its order. */
export function columnsOf(schema: Schema): Columns {
  const defs = (schema['$defs'] ?? {}) as { readonly [name: string]: Schema };
  return fieldsOf(schema, '');

  function fieldsOf(object: Schema, owner: string): Columns {
    const properties = Object.entries(object['properties'] as { readonly [name: string]: Schema | true });
    return new Map(properties.map(([name, of]) => [name, WIDE.has(`${owner}.${name}`) ? { kind: 'text' } : typeOf(of, owner)]));
  }

  function typeOf(of: Schema | true, owner: string): ColumnType {
    if (of === true) return { kind: 'json' };
    const { $ref: reference, type, additionalProperties: members, items } = of;
    if (typeof reference === 'string') {
      const name = reference.replace('#/$defs/', '');
      const target = defs[name];
      if (target === undefined) throw new Error(`${reference} leads nowhere`);
      return name === NESTED_EVENT ? { kind: 'json' } : typeOf(target, name);
    }
    if (type === 'object' && of['properties'] !== undefined) return { kind: 'struct', fields: fieldsOf(of, owner) };
    if (type === 'object') {
      // Keys are not known beforehand. Where values are anything, each is JSON text: a map finds a key without parsing.
      return { kind: 'map', values: typeOf((members ?? true) as Schema | true, owner) };
    }
    if (type === 'array') return { kind: 'array', items: typeOf((items ?? true) as Schema | true, owner) };
    if (type === 'integer') return { kind: 'bigint' };
    if (type === 'boolean') return { kind: 'boolean' };
    if (type === 'string') return { kind: 'text' };
    const [example] = 'const' in of ? [of['const']] : ((of['enum'] ?? []) as readonly unknown[]);
    if (typeof example === 'string') return { kind: 'text' };
    if (typeof example === 'boolean') return { kind: 'boolean' };
    if (Number.isSafeInteger(example)) return { kind: 'bigint' };
    throw new Error(`no column for ${JSON.stringify(of)}`);
  }
}

/** A type as Glue and Athena's DDL write it. */
export function glueType(type: ColumnType): string {
  switch (type.kind) {
    case 'array':
      return `array<${glueType(type.items)}>`;
    case 'map':
      return `map<string,${glueType(type.values)}>`;
    case 'struct':
      return `struct<${[...type.fields].map(([name, of]) => `${name}:${glueType(of)}`).join(',')}>`;
    case 'text':
    case 'json':
      return 'string';
    default:
      return type.kind;
  }
}
