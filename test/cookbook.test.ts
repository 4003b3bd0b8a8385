/** The SQL that the pages show, run over a run: by DuckDB with the views of the cookbook, and with the columns that Athena has. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { DuckDBConnection } from '@duckdb/node-api';
import { TABLES } from '../infra/tables.ts';
import { generateRecords } from '../src/generate/batch.ts';
import { createViews, toDuckDb } from './support/athena.ts';
import { blocksOf, readPage } from './support/pages.ts';
import { runInto, SAMPLES } from './support/runs.ts';

let folder: string;
let duckDb: DuckDBConnection;
let athena: DuckDBConnection;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'winnow-test-'));
  const records = [...generateRecords({ events: 1000, seed: 5, broken: 0.1 })].map(({ text }) => Buffer.from(text));
  await writeFile(join(folder, 'batch.ndjson'), Buffer.concat(records.flatMap((record) => [record, Buffer.from('\n')])));
  await runInto(join(folder, 'out'), [SAMPLES, join(folder, 'batch.ndjson')]);
  [duckDb, athena] = [await DuckDBConnection.create(), await DuckDBConnection.create()];
  const ours = TABLES.filter((table) => table.schema !== undefined);
  await createViews(athena, join(folder, 'out'), ours);
});
after(async () => {
  duckDb.closeSync();
  athena.closeSync();
  await rm(folder, { recursive: true });
});

const sqlOf = (page: string): string[] =>
  blocksOf(readPage(page))
    .filter(({ language }) => language === 'sql')
    .map(({ text }) => text.trim());

async function ask(connection: DuckDBConnection, sql: string): Promise<readonly object[]> {
  const placed = toDuckDb(sql).replaceAll("'out/", `'${folder}/out/`);
  return (await connection.runAndReadAll(placed)).getRowObjectsJson();
}

/** What a query is about, for people who read the outcome. */
const nameOf = (sql: string): string => sql.replaceAll(/\s+/g, ' ').slice(0, 100);

describe('the cookbook', () => {
  const [setup = '', ...queries] = sqlOf('docs/cookbook.md');
  before(() => ask(duckDb, setup));

  test('is full', () => {
    assert.ok(queries.length > 12);
    assert.match(setup, /^-- DuckDB\nCREATE VIEW events /);
  });

  for (const sql of queries) {
    const [, only] = /^-- (DuckDB|Athena)\n/.exec(sql) ?? [];
    test(`${only ?? 'both'}: ${nameOf(sql.replace(/^--.*\n/, ''))}`, async () => {
      const engines = { DuckDB: duckDb, Athena: athena };
      const asked = Object.entries(engines).filter(([engine]) => only === undefined || only === engine);
      const [rows = [], same = rows] = await Promise.all(asked.map(([, connection]) => ask(connection, sql)));
      assert.ok(rows.length > 0, 'no rows');
      assert.deepEqual(rows, same);
    });
  }
});

for (const page of ['README.md', 'docs/quick-start.md']) {
  test(`the query of ${page}`, async () => {
    const [sql = '', ...more] = sqlOf(page);
    assert.deepEqual(more, []);
    assert.ok((await ask(duckDb, sql)).length > 1);
  });
}
