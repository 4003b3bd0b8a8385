import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { zstdDecompressSync } from 'node:zlib';
import { generateSchemas, OUTPUT_SCHEMAS } from '../schemas/generate.ts';
import { contextsOf, outputFields } from '../schemas/normalized-event.ts';
import { generateRecords } from '../src/generate/batch.ts';
import { ENVELOPES } from '../src/generate/envelope.ts';
import { eventTable } from '../src/normalize/event.ts';
import { processObject } from '../src/process.ts';
import { REJECT_CODE_NAMES, REJECT_CODES, STAGES } from '../src/reject-codes.ts';
import { readSettings, SETTING_NAMES } from '../src/settings.ts';
import { localSource } from '../src/stores/local.ts';
import { GENERATIONS, type Receipt, type Reject } from '../src/types.ts';
import { closedSchema, readOutputSchema } from './support/closed-schemas.ts';
import { normalized } from './support/judged.ts';
import { memoryStore } from './support/objects.ts';

type Schema = { readonly [keyword: string]: unknown };
type Properties = { readonly [name: string]: Schema | true };

const SAMPLES = fileURLToPath(new URL('../samples/', import.meta.url));
const assertEvent = closedSchema('normalized-event');

describe('the generated schemas', () => {
  it('are those of the code as it is now', () => {
    for (const [name, text] of generateSchemas()) {
      assert.ok(readFileSync(new URL(name, OUTPUT_SCHEMAS), 'utf8') === text, `${name}: run node schemas/generate.ts`);
    }
  });

  const schema = readOutputSchema('normalized-event');
  const defs = schema['$defs'] as { readonly [name: string]: Schema };
  const propertiesOf = (name: string) => Object.keys(defs[name]?.['properties'] as Properties).sort();

  it('have each field of each table, and no other', () => {
    for (const table of contextsOf().values()) {
      assert.deepEqual(propertiesOf(table.name), [...outputFields(table).keys()].sort(), table.name);
      // A key that moves into a sibling must have its place there.
      for (const [key, { into, to }] of table.fields) {
        if (into !== undefined) assert.ok(propertiesOf(table.fields.get(into)?.context?.name ?? '').includes(to), key);
      }
    }
    const shared = ['time', 'tags', 'extra', 'envelope', 'source'];
    assert.deepEqual(Object.keys(defs).sort(), [...contextsOf().keys(), ...shared].sort());
    const fixed = ['schema_version', 'event_id', 'time_ms', 'platform', 'generation', 'host', 'status', 'tags', 'custom'];
    assert.deepEqual(
      Object.keys(schema['properties'] as Properties).sort(),
      [...outputFields(eventTable).keys(), ...fixed, 'extra', 'envelope', 'source'].sort(),
    );
  });

  it('are closed wherever the keys are not the user’s own', () => {
    const open = new Set<string>();
    for (const [path, node] of nodes(schema, '')) {
      if (node['properties'] !== undefined) assert.equal(node['additionalProperties'], false, path);
      else if (node['type'] === 'object') open.add(path.replace(/.*\//, ''));
    }
    assert.deepEqual([...open].sort(), ['extra', 'hashes', 'k8s_extra', 'per_event', 'proc', 'tags', 'test_events', 'variables']);
  });
});

/** Every schema inside a schema, with its place. */
function* nodes(schema: Schema, path: string): Generator<readonly [string, Schema]> {
  yield [path, schema];
  for (const group of ['properties', '$defs'] as const) {
    for (const [name, node] of Object.entries((schema[group] ?? {}) as Properties)) {
      if (node !== true) yield* nodes(node, `${path}/${name}`);
    }
  }
  const items = schema['items'];
  if (typeof items === 'object') yield* nodes(items as Schema, `${path}/items`);
}

describe('normalized events', () => {
  it('of every type, generation and envelope fit the closed schema', () => {
    for (const { text, type, generation } of generateRecords({ events: 3000, seed: 11, envelopes: ENVELOPES })) {
      const { event } = normalized(text);
      assertEvent(event, `${generation} ${type}`);
      // The generator knows no key that the tables do not know: what agents write has a place.
      assert.equal(event.extra, undefined, `${generation} ${type}: ${JSON.stringify(event.extra)}`);
    }
  });

  it('are refused with a member that is not in the contract, at any depth', () => {
    const [record] = generateRecords({ events: 1, seed: 3, generations: ['linux'], types: ['open'] });
    const { event } = normalized(record?.text ?? '');
    assert.throws(() => assertEvent({ ...event, other: 1 }), /additional/);
    assert.throws(() => assertEvent({ ...event, evt: { ...event.evt, other: 1 } }), /additional/);
    assert.throws(() => assertEvent({ ...event, time_ms: 'soon' }), /integer/);
    const { event_id: _id, ...anonymous } = event;
    assert.throws(() => assertEvent(anonymous), /event_id/);
  });
});

describe('what a run over the samples writes', () => {
  const store = memoryStore();
  const written = store.stored;
  const receipts: Receipt[] = [];
  before(async () => {
    const source = await localSource(SAMPLES);
    const settings = readSettings([]);
    for await (const ref of source.list()) {
      const { receipt } = await processObject(ref, { source, store, settings, now: () => 1_795_334_400_000.5 });
      receipts.push(receipt);
    }
  });
  const lines = (folder: string): unknown[] =>
    [...written]
      .filter(([key]) => key.startsWith(folder))
      .flatMap(([, bytes]) => zstdDecompressSync(bytes).toString().trimEnd().split('\n'))
      .map((line) => JSON.parse(line));

  it('fits the schemas: events', () => {
    const events = lines('events/');
    assert.ok(events.length > 150);
    for (const event of events) assertEvent(event);
  });

  it('fits the schemas: rejects, of every code that a record can have', () => {
    const assertReject = closedSchema('reject');
    const rejects = lines('rejects/') as Reject[];
    for (const reject of rejects) {
      assertReject(reject);
      assert.equal(reject.stage, REJECT_CODES[reject.code].stage);
    }
    const codes = new Set<string>(rejects.map(({ code }) => code));
    assert.ok(
      REJECT_CODE_NAMES.filter((code) => /^(json|envelope)\./.test(code)).every((code) => codes.has(code)),
      [...codes].join(),
    );
  });

  it('fits the schemas: receipts', () => {
    const assertReceipt = closedSchema('receipt');
    const stored = [...written].filter(([key]) => key.startsWith('receipts/')).map(([, bytes]) => JSON.parse(bytes.toString()));
    assert.equal(stored.length, receipts.length);
    for (const receipt of stored) assertReceipt(receipt);
    assertReceipt({ ...stored[0], object_fault: 'object.truncated', source: { ...stored[0].source, version_id: '3' } });
    const partial = { ...stored[0], status: 'partial', resume: { record: 7, offset: 900, attempts: 1 } };
    assertReceipt({ ...partial, attempt: 2, retired: ['events/a.ndjson'] });
    assert.throws(() => assertReceipt({ ...partial, resume: undefined }), /resume/);
    assert.throws(() => assertReceipt({ ...partial, status: 'complete' }), /resume/);
    assert.throws(() => assertReceipt({ ...stored[0], mood: 'good' }), /additional/);
    assert.throws(() => assertReceipt({ ...stored[0], counts: { ...stored[0].counts, by_code: { unheard_of: 1 } } }));
  });
});

describe('the schemas written by hand', () => {
  it('list the codes, stages and generations of the code', () => {
    const at = (name: 'reject' | 'receipt', ...path: readonly string[]) =>
      path.reduce((node, key) => node[key] as Schema, readOutputSchema(name) as Schema);
    assert.deepEqual(at('reject', 'properties', 'code', 'enum'), REJECT_CODE_NAMES);
    assert.deepEqual(at('reject', 'properties', 'stage', 'enum'), STAGES);
    assert.deepEqual(at('reject', 'properties', 'generation', 'enum'), GENERATIONS);
    assert.deepEqual(at('receipt', 'properties', 'object_fault', 'enum'), REJECT_CODE_NAMES);
    const counts = at('receipt', 'properties', 'counts', 'properties');
    for (const [name, names] of Object.entries({ by_code: REJECT_CODE_NAMES, by_generation: GENERATIONS })) {
      assert.deepEqual((counts[name] as Schema)['propertyNames'], { enum: names });
    }
  });
});

describe('the schema of settings', () => {
  const assertSettings = closedSchema('settings');

  it('accepts the defaults and whatever the program accepts', () => {
    assertSettings({ ...readSettings([]) });
    const given = { origin: '--codec', name: 'codec', value: 'gzip' };
    assertSettings({ ...readSettings([given, { ...given, name: 'partition', value: 'hour,name' }]) });
    assert.deepEqual(Object.keys(readOutputSchema('settings')['properties'] as Properties), ['$schema', ...SETTING_NAMES]);
  });
});
