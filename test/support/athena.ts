/** Athena's tables and queries, as DuckDB has them: the same columns and types, the same text of the queries. */
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { Columns, ColumnType } from '../../infra/columns.ts';
import type { Table } from '../../infra/tables.ts';

/** A type as DuckDB writes it. */
export function duckType(type: ColumnType): string {
  switch (type.kind) {
    case 'array':
      return `${duckType(type.items)}[]`;
    case 'map':
      return `MAP(VARCHAR, ${duckType(type.values)})`;
    case 'struct':
      return `STRUCT(${[...type.fields].map(([name, of]) => `"${name}" ${duckType(of)}`).join(', ')})`;
    case 'text':
    case 'json':
      return 'VARCHAR';
    default:
      return type.kind.toUpperCase();
  }
}

/** The place of a table below that of outputs. */
export function below(location: string): string {
  return location.slice(location.indexOf('}/') + 2);
}

/** The files of a table below a folder of outputs, read with the columns of the table and no others. */
export function readTable(out: string, { location, columns, partitions }: Table): string {
  const folder = below(location);
  return readJson(join(out, folder, '**', '*.*json*'), columns, partitions.length > 0);
}

function readJson(files: string, columns: Columns, partitioned: boolean): string {
  const types = [...columns].map(([name, type]) => `"${name}": '${duckType(type).replaceAll("'", "''")}'`);
  const options = [
    `columns = {${types.join(', ')}}`,
    "format = 'newline_delimited'",
    'maximum_object_size = 33554432',
    `hive_partitioning = ${partitioned}`,
    'hive_types_autocast = false',
  ];
  return `read_json('${files}', ${options.join(', ')})`;
}

/** Makes a view of each table that has files. */
export async function createViews(connection: DuckDBConnection, out: string, tables: readonly Table[]): Promise<void> {
  for (const table of tables) await connection.run(`CREATE OR REPLACE VIEW ${table.name} AS FROM ${readTable(out, table)}`);
}

/** Athena takes a list of structs apart into the columns named behind it; DuckDB when told so, and it knows their names. */
export function toDuckDb(sql: string): string {
  return sql.replace(/UNNEST\((\w+)\) AS (\w+) \(\w+(?:, \w+)+\)/g, 'LATERAL (SELECT unnest($1, max_depth := 2)) AS $2');
}
