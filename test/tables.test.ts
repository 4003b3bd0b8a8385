/** The tables of the catalog are the schemas, and read what a run writes: nothing is missing, nothing is another value. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { zstdDecompressSync } from 'node:zlib';
import { DuckDBConnection } from '@duckdb/node-api';
import { type ColumnType, glueType } from '../infra/columns.ts';
import { generateTemplates } from '../infra/generate.ts';
import { TABLES, type Table } from '../infra/tables.ts';
import { CATEGORY_SLUGS } from '../src/event-types.ts';
import { generateRecords } from '../src/generate/batch.ts';
import { ENVELOPES } from '../src/generate/envelope.ts';
import { SETTINGS } from '../src/settings.ts';
import { below, readTable } from './support/athena.ts';
import { readOutputSchema } from './support/closed-schemas.ts';
import { filesBelow, runInto, SAMPLES } from './support/runs.ts';

type Schema = { readonly [keyword: string]: unknown };

const ours = TABLES.flatMap((table) => (table.schema ? [{ ...table, schema: table.schema }] : []));
const tableOf = (name: string): Table => TABLES.find((table) => table.name === name) ?? assert.fail(name);

describe('the templates', () => {
  for (const [name, text] of generateTemplates()) {
    test(`infra/${name} is that of the code as it is now`, () => {
      const written = readFileSync(new URL(`../infra/${name}`, import.meta.url), 'utf8');
      assert.ok(written === text, 'run node infra/generate.ts');
    });
  }
});

describe('the columns of a table', () => {
  for (const { name, schema, columns, partitions } of ours) {
    test(`${name}: those of its schema, member by member`, () => {
      const { $defs = {}, ...root } = readOutputSchema(schema) as Schema & {
        readonly $defs?: { readonly [name: string]: Schema };
      };
      const seen = new Set<string>();
      compare({ kind: 'struct', fields: columns }, root, '');
      if (schema === 'normalized-event') assert.ok(seen.has('/process/ancestors/*/executable/hashes/*'), 'to the very leaves');

      function compare(type: ColumnType, described: unknown, path: string): void {
        seen.add(path);
        const of = resolve(described);
        if (type.kind === 'struct') {
          assert.equal(of['additionalProperties'], false, path);
          const properties = of['properties'] as Schema;
          assert.deepEqual([...type.fields.keys()], Object.keys(properties), path);
          for (const [member, field] of type.fields) compare(field, properties[member], `${path}/${member}`);
        } else if (type.kind === 'map') {
          assert.equal(of['properties'], undefined, path);
          compare(type.values, of['additionalProperties'], `${path}/*`);
        } else if (type.kind === 'array') compare(type.items, of['items'], `${path}/*`);
        else assert.ok(allowed(type, of, path), `${path}: ${type.kind} for ${JSON.stringify(of)}`);
      }

      function resolve(described: unknown): Schema {
        if (described === true) return {};
        const reference = (described as Schema)['$ref'];
        return typeof reference === 'string' ? ($defs[reference.slice('#/$defs/'.length)] as Schema) : (described as Schema);
      }
    });

    test(`${name}: within what Glue and the SerDe take`, () => {
      for (const [column, type] of columns) {
        assert.ok(glueType(type).length <= 131_072, column);
        assert.match(glueType(type), /^[a-z0-9_<>:,]+$/, 'keys are read in their own case, and Hive writes names in lower case');
      }
      for (const partition of partitions) assert.ok(!columns.has(partition.name));
    });
  }

  /** What a value of a plain column may be by its schema. */
  function allowed(type: ColumnType, of: Schema, path: string): boolean {
    const values = 'const' in of ? [of['const']] : ((of['enum'] ?? []) as readonly unknown[]);
    const is = (kind: string) => of['type'] === kind || (values.length > 0 && values.every((value) => typeof value === kind));
    if (type.kind === 'bigint') return of['type'] === 'integer' || values.every(Number.isSafeInteger);
    if (type.kind === 'boolean') return is('boolean');
    // Anything at all, or a whole event within an event.
    if (type.kind === 'json')
      return Object.keys(of).length === 0 || /^\/custom\/(?:triggering_event|test_events\/\*)$/.test(path);
    return (
      type.kind === 'text' &&
      (is('string') || (of['type'] === 'integer' && /\/(?:inode|offset|length|data_size|packet_count)$/.test(path)))
    );
  }

  test('partitions are those of the default settings, with every value but the one for nothing', () => {
    assert.deepEqual(
      tableOf('events').partitions.map(({ name }) => name),
      SETTINGS.partition.default,
    );
    const [, category] = tableOf('events').partitions;
    assert.deepEqual(category?.projection['values']?.split(','), Object.values(CATEGORY_SLUGS));
  });
});

describe('DuckDB reads a run with exactly these columns and types', () => {
  let folder: string;
  let out: string;
  let connection: DuckDBConnection;
  before(async () => {
    connection = await DuckDBConnection.create();
    folder = await mkdtemp(join(tmpdir(), 'winnow-test-'));
    out = join(folder, 'out');
    const records = generateRecords({ events: 1500, seed: 5, envelopes: ENVELOPES, broken: 0.05 });
    const batch = join(folder, 'generated.ndjson');
    await writeFile(batch, Buffer.concat([...records].flatMap(({ text }) => [Buffer.from(text), Buffer.from('\n')])));
    await runInto(out, [SAMPLES, batch]);
  });
  after(async () => {
    connection.closeSync();
    await rm(folder, { recursive: true });
  });

  for (const table of ours) {
    test(table.name, async () => {
      const lines = await linesOf(table);
      assert.ok(lines.length > 0);
      const columns = [...table.columns.keys()].map((name) => `"${name}"`).join(', ');
      const reader = await connection.runAndReadAll(
        `SELECT CAST(to_json(line) AS VARCHAR) FROM (SELECT ${columns} FROM ${readTable(out, table)}) AS line`,
      );
      const rows = reader.getRows().map(([row]) => String(row));
      assert.equal(rows.length, lines.length);
      const wanted = lines.map((line) => asRead({ kind: 'struct', fields: table.columns }, exact(line)));
      assert.deepEqual(byText(rows.map((row) => withoutNulls(exact(row)))), byText(wanted));
    });

    test(`${table.name}: every column that is somewhere in the lines is as often in the table`, async () => {
      const lines = (await linesOf(table)).map((line) => JSON.parse(line) as Schema);
      const counts = [...table.columns.keys()].map((name) => `count("${name}") AS "${name}"`).join(', ');
      const reader = await connection.runAndReadAll(`SELECT ${counts} FROM ${readTable(out, table)}`);
      const [row = {}] = reader.getRowObjects();
      const wanted = [...table.columns.keys()].map((name) => [name, lines.filter((line) => name in line).length]);
      assert.deepEqual(
        Object.entries(row).map(([name, count]) => [name, Number(count)]),
        wanted,
      );
    });
  }

  test('nothing lies outside the tables but what is said to', async () => {
    const files = (await filesBelow(out)).filter((path) => path.startsWith('events/'));
    const days = files.map((path) => /dt=([^/]+)/.exec(path)?.[1] ?? '');
    assert.ok(days.includes('__HIVE_DEFAULT_PARTITION__'), 'the samples hold an event without a time');
    for (const path of files)
      assert.match(path, /^events\/dt=(?:\d{4}-\d\d-\d\d|__HIVE_DEFAULT_PARTITION__)\/category=[a-z_]+\/[^/]+$/);
  });

  async function linesOf({ location }: Table): Promise<string[]> {
    const prefix = below(location);
    const paths = (await filesBelow(out)).filter((path) => path.startsWith(prefix));
    const texts = paths.map(async (path) => {
      const bytes = await readFile(join(out, path));
      return (path.endsWith('.zst') ? zstdDecompressSync(bytes) : bytes).toString();
    });
    return (await Promise.all(texts)).flatMap((text) => text.trimEnd().split('\n'));
  }
});

/** JSON with every number as its own text behind a mark, so that no digit is lost in comparing. */
function exact(text: string): unknown {
  const reviver = (_: string, value: unknown, context?: { readonly source?: string }) =>
    typeof value === 'number' ? { number: context?.source } : value;
  return JSON.parse(text, reviver as (key: string, value: unknown) => unknown);
}

/** What a column of this type is to hold for a value: free-form values and very wide numbers as text. */
function asRead(type: ColumnType, value: unknown): unknown {
  if (type.kind === 'struct') {
    return fromEntries(value, (name) => type.fields.get(name) ?? assert.fail(`no column for ${name}`));
  }
  if (type.kind === 'map') return fromEntries(value, () => type.values);
  if (type.kind === 'array') return (value as readonly unknown[]).map((item) => asRead(type.items, item));
  if (type.kind === 'text' || type.kind === 'json') return typeof value === 'string' ? value : jsonOf(value);
  return value;
}

function fromEntries(value: unknown, typeOf: (name: string) => ColumnType): unknown {
  const entries = Object.entries(value as Schema).map(([name, of]) => [name, asRead(typeOf(name), of)]);
  return Object.fromEntries(entries);
}

/** The text of a value that `exact` has read. */
function jsonOf(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(jsonOf).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if ('number' in value && Object.keys(value).length === 1) return String(value.number);
  return `{${Object.entries(value)
    .map(([name, of]) => `${JSON.stringify(name)}:${jsonOf(of)}`)
    .join(',')}}`;
}

/** A row without the columns that its line does not have. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, of]) => of !== null);
  return Object.fromEntries(entries.map(([name, of]) => [name, withoutNulls(of)]));
}

function byText(rows: readonly unknown[]): unknown[] {
  const keyed = rows.map((row) => [JSON.stringify(row, sorted), row] as const);
  return keyed.sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
}

function sorted(_: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
