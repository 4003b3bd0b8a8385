/** The saved queries of Athena, run in DuckDB over what a run wrote, and held against the receipts and the lines themselves. */
import assert from 'node:assert/strict';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { DuckDBConnection, type DuckDBValue } from '@duckdb/node-api';
import type { ColumnType } from '../infra/columns.ts';
import { QUERIES, queryResources } from '../infra/queries.ts';
import { TABLES } from '../infra/tables.ts';
import { generateRecords } from '../src/generate/batch.ts';
import { addCounts } from '../src/output/summary.ts';
import type { NormalizedEvent, Receipt, Reject } from '../src/types.ts';
import { createViews, toDuckDb } from './support/athena.ts';
import { linesIn } from './support/objects.ts';
import { filesBelow, receiptsIn, runInto, SAMPLES } from './support/runs.ts';

const EVERY_DAY = '0000-00-00';
const ours = TABLES.filter((table) => table.schema !== undefined);

type Row = { readonly [column: string]: unknown };

let folder: string;
let out: string;
let connection: DuckDBConnection;
let events: readonly (NormalizedEvent & { readonly folder: string })[];
let rejects: readonly Reject[];
let receipts: readonly Receipt[];

before(async () => {
  connection = await DuckDBConnection.create();
  folder = await mkdtemp(join(tmpdir(), 'winnow-test-'));
  out = join(folder, 'out');
  const input = join(folder, 'input');
  await cp(SAMPLES, input, { recursive: true });
  const records = [...generateRecords({ events: 400, seed: 8, broken: 0.05 })].map(({ text }) => Buffer.from(text));
  const batch = Buffer.concat(records.flatMap((record) => [record, Buffer.from('\n')]));
  await writeFile(join(input, 'batch.ndjson'), batch);
  await writeFile(join(input, 'the-same-again.ndjson'), batch);
  await runInto(out, [input]);
  receipts = await receiptsIn(out);
  const paths = await filesBelow(out);
  const read = async <T>(prefix: string) => {
    const lines = paths
      .filter((path) => path.startsWith(prefix))
      .map(async (path) => linesIn<T>(path, await readFile(join(out, path))).map((line) => ({ ...line, folder: path })));
    return (await Promise.all(lines)).flat();
  };
  events = await read<NormalizedEvent>('events/');
  rejects = await read<Reject>('rejects/');
  await createViews(connection, out, ours);
});
after(async () => {
  connection.closeSync();
  await rm(folder, { recursive: true });
});

/** The rows of a saved query, its numbers as numbers. */
async function ask(name: string, ...parameters: readonly string[]): Promise<Row[]> {
  const query = QUERIES.find((saved) => saved.name === name) ?? assert.fail(name);
  assert.equal(parameters.length, query.parameters.length);
  const reader = await connection.runAndReadAll(toDuckDb(query.sql), [...parameters] as DuckDBValue[]);
  return reader
    .getRowObjectsJson()
    .map((row) => Object.fromEntries(Object.entries(row).map(([column, value]) => [column, asNumber(value)])));
}

/** DuckDB gives large integers as text. */
function asNumber(value: unknown): unknown {
  return typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value;
}

/** How often each name occurs. */
function countBy<T>(items: readonly T[], nameOf: (item: T) => string): { readonly [name: string]: number } {
  return addCounts(items.map((item) => ({ [nameOf(item)]: 1 })));
}

const dated = () => events.filter(({ time }) => time !== undefined);

describe('each saved query', () => {
  for (const { name, parameters, sql } of QUERIES) {
    test(`${name}: has as many parameters as it names, and no variable of the framework`, () => {
      assert.equal(sql.split('?').length - 1, parameters.length);
      assert.doesNotMatch(sql, /\$\{/);
      const resource = Object.values(queryResources()).find((of) => JSON.stringify(of).includes(`"${name}"`));
      const { Properties } = resource as { readonly Properties: { readonly Description: string; readonly Name: string } };
      assert.ok(Properties.Description.length <= 1024 && Properties.Name.length <= 128);
    });
  }

  test('names the members of a list of structs in their order, for Athena goes by that', () => {
    const { columns } = TABLES.find(({ name }) => name === 'receipts') ?? assert.fail();
    const outputs = columns.get('outputs') as ColumnType & { readonly kind: 'array' };
    const fields = outputs.items.kind === 'struct' ? [...outputs.items.fields.keys()] : [];
    const unnested = QUERIES.flatMap(({ sql }) => [...sql.matchAll(/UNNEST\(outputs\) AS \w+ \((.+?)\)/g)]);
    assert.ok(unnested.length > 0);
    for (const [, names] of unnested) assert.equal(names, fields.join(', '));
  });
});

test('events_per_rule', async () => {
  const rows = await ask('events_per_rule', EVERY_DAY);
  const wanted = countBy(dated(), ({ agent }) => String(agent?.['rule_id'] ?? null));
  assert.deepEqual(
    addCounts(rows.map(({ rule_id, events: count }) => ({ [String(rule_id)]: Number(count) }))),
    addCounts([wanted]),
  );
  const [first] = rows;
  const ofFirst = dated().filter(({ agent }) => (agent?.['rule_id'] ?? null) === first?.['rule_id']);
  assert.equal(first?.['hosts'], new Set(ofFirst.flatMap(({ host }) => host ?? [])).size);
  assert.equal(
    first?.['last_seen'],
    ofFirst
      .map(({ time }) => time ?? '')
      .sort()
      .at(-1),
  );
});

test('a first day leaves out what was before', async () => {
  const day =
    dated()
      .map(({ time }) => time?.slice(0, 10) ?? '')
      .sort()
      .at(-1) ?? '';
  const total = (rows: readonly Row[]) => rows.reduce((sum, { events: count }) => sum + Number(count), 0);
  const late = dated().filter(({ time }) => (time ?? '') >= day).length;
  assert.ok(late > 0 && late < dated().length);
  assert.equal(total(await ask('events_per_rule', day)), late);
});

test('top_processes_of_rule', async () => {
  const rule = String(
    Object.entries(countBy(dated(), ({ agent }) => String(agent?.['rule_id']))).sort(([, a], [, b]) => b - a)[0]?.[0],
  );
  const executable = (process: unknown) => ((process as Row | undefined)?.['executable'] as Row | undefined)?.['path'] ?? null;
  const wanted = countBy(
    dated().filter(({ agent }) => agent?.['rule_id'] === rule),
    ({ process }) => {
      const { parent, ancestors: [nearest] = [] } = (process ?? {}) as { parent?: Row; ancestors?: Row[] };
      return JSON.stringify([executable(process), executable(parent) ?? executable(nearest)]);
    },
  );
  const rows = await ask('top_processes_of_rule', EVERY_DAY, rule);
  const got = rows.map((row) => ({ [JSON.stringify([row['executable'], row['parent']])]: Number(row['events']) }));
  assert.deepEqual(addCounts(got), Object.fromEntries(Object.entries(addCounts([wanted])).slice(0, 100)));
});

test('host_timeline', async () => {
  const { host = '', time = '' } = dated().find((event) => event.host !== undefined) ?? assert.fail();
  const rows = await ask('host_timeline', time.slice(0, 10), host);
  const wanted = dated().filter((event) => event.host === host && event.time?.startsWith(time.slice(0, 10)));
  assert.deepEqual(rows.map(({ event_id }) => event_id).sort(), wanted.map(({ event_id }) => event_id).sort());
  const times = rows.map((row) => Date.parse(String(row['time'])));
  assert.ok(times.every((each, index) => each >= (times[index - 1] ?? each)));
});

test('rejects_by_code', async () => {
  const rows = await ask('rejects_by_code', EVERY_DAY);
  assert.deepEqual(
    addCounts(rows.map(({ code, records }) => ({ [String(code)]: Number(records) }))),
    addCounts(receipts.map(({ counts }) => counts.by_code)),
  );
  for (const { code, stage, objects } of rows) {
    const ofCode = rejects.filter((reject) => reject.code === code);
    assert.deepEqual([stage, objects], [ofCode[0]?.stage, new Set(ofCode.map(({ source }) => source.key)).size]);
  }
});

test('drift_by_agent_version', async () => {
  const rows = await ask('drift_by_agent_version', EVERY_DAY);
  assert.ok(rows.length > 0);
  const wanted = dated().flatMap((event) =>
    Object.keys(event.extra ?? {}).map((pointer) => `${event.agent?.['version'] ?? null} ${pointer}`),
  );
  assert.deepEqual(
    addCounts(rows.map((row) => ({ [`${row['agent_version']} ${row['pointer']}`]: Number(row['events']) }))),
    addCounts([countBy(wanted, (key) => key)]),
  );
});

test('objects_without_receipts', async () => {
  const [lost, ...kept] = receipts;
  const listed = [
    ...kept.map(({ source }) => source),
    { ...lost?.source, etag: 'f00d' },
    { bucket: 'file', key: 'new.ndjson', etag: 'a', size: 1 },
  ];
  const rows = listed.map(({ bucket, key, etag, size }) => ({
    bucket,
    key,
    size: Math.max(1, size ?? 0),
    last_modified_date: '2026-11-22 00:00:00',
    e_tag: `"${etag}"`,
    dt: '2026-11-22-01-00',
  }));
  const older = { ...rows[0], key: 'gone.ndjson', dt: '2026-11-21-01-00' };
  await writeFile(join(folder, 'inventory.json'), JSON.stringify([...rows, older]));
  await connection.run(`CREATE VIEW input_inventory AS FROM read_json('${join(folder, 'inventory.json')}')`);
  const missing = (await ask('objects_without_receipts')).map(({ key }) => key);
  assert.deepEqual(missing.sort(), [lost?.source.key, 'new.ndjson'].sort());
});

test('balance_by_day', async () => {
  const rows = await ask('balance_by_day', EVERY_DAY);
  const days = Map.groupBy(receipts, ({ source }) => source.last_modified.slice(0, 10));
  assert.deepEqual(
    rows.map(({ dt }) => dt),
    [...days.keys()].sort(),
  );
  for (const row of rows) {
    const ofDay = days.get(String(row['dt'])) ?? [];
    const sum = (read: (counts: Receipt['counts']) => number) => ofDay.reduce((total, { counts }) => total + read(counts), 0);
    assert.equal(row['objects'], ofDay.length);
    assert.equal(row['unfinished'], 0);
    assert.equal(
      row['records'],
      sum(({ records }) => records),
    );
    assert.equal(Number(row['valid']) + Number(row['rejected']), row['records']);
    assert.equal(
      row['bytes_in'],
      sum(({ bytes_in }) => bytes_in),
    );
    assert.equal(
      row['bytes_out'],
      sum(({ bytes_out }) => bytes_out),
    );
  }
});

test('events_outside_the_calendar', async () => {
  const rows = await ask('events_outside_the_calendar', EVERY_DAY);
  const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
  const outside = events.filter(({ time }) => time === undefined || time < '2020-01-01' || time.slice(0, 10) > tomorrow);
  assert.ok(outside.length > 0);
  assert.deepEqual(
    addCounts(rows.map((row) => ({ [String(row['partition_path'])]: Number(row['events']) }))),
    addCounts([countBy(outside, (event) => event.folder.split('/').slice(1, -1).join('/'))]),
  );
});

test('events_in_several_objects', async () => {
  const rows = await ask('events_in_several_objects', EVERY_DAY);
  const copies = Object.entries(countBy(dated(), ({ event_id }) => event_id)).filter(([, count]) => count > 1);
  assert.ok(copies.length > 300);
  assert.deepEqual(Object.fromEntries(rows.map((row) => [row['event_id'], row['copies']])), Object.fromEntries(copies));
  const twice = rows.find((row) => row['one_key'] === 'batch.ndjson');
  assert.equal(twice?.['another_key'], 'the-same-again.ndjson');
});
