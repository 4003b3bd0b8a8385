/** The outputs as a query engine sees them: one table, partitioned the way Hive does it. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { DuckDBConnection } from '@duckdb/node-api';
import { CATEGORY_SLUGS, type Category } from '../src/event-types.ts';
import { addCounts } from '../src/output/summary.ts';
import { CODECS } from '../src/settings.ts';
import type { Counts } from '../src/types.ts';
import { receiptsIn, runInto, SAMPLES, withFolder } from './support/runs.ts';

let connection: DuckDBConnection;
before(async () => {
  connection = await DuckDBConnection.create();
});
after(() => connection.closeSync());

/** Reads a grouping query of two columns, a name and a count. */
async function countsOf(query: string): Promise<Counts> {
  const rows = (await connection.runAndReadAll(query)).getRows();
  return addCounts(rows.map(([name, count]) => ({ [String(name)]: Number(count) })));
}

describe('DuckDB counts what the receipts say', () => {
  for (const codec of CODECS) {
    test(`codec ${codec}`, async () => {
      await withFolder(async (out) => {
        await runInto(out, [SAMPLES], { codec });
        const receipts = (await receiptsIn(out)).map(({ counts }) => counts);
        const table = (name: string, partition: string) =>
          `read_json_auto('${join(out, name)}/**/*.ndjson*', hive_partitioning = ${partition}, union_by_name = true, maximum_object_size = 33554432)`;
        const events = table('events', 'true');
        const bySlug = Object.entries(addCounts(receipts.map(({ by_category }) => by_category)));
        assert.deepEqual(
          await countsOf(`SELECT category, count(*) FROM ${events} GROUP BY ALL`),
          addCounts(bySlug.map(([category, count]) => ({ [CATEGORY_SLUGS[category as Category]]: count }))),
        );
        assert.deepEqual(
          await countsOf(`SELECT evt.name, count(*) FROM ${events} GROUP BY ALL`),
          addCounts(receipts.map(({ by_event }) => by_event)),
        );
        assert.deepEqual(
          await countsOf(`SELECT generation, count(*) FROM ${events} GROUP BY ALL`),
          addCounts(receipts.map(({ by_generation }) => by_generation)),
        );
        assert.deepEqual(
          await countsOf(`SELECT code, count(*) FROM ${table('rejects', 'true')} GROUP BY ALL`),
          addCounts(receipts.map(({ by_code }) => by_code)),
        );
      });
    });
  }
});
