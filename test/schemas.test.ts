import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { relax, type Schema } from '../schemas/compat.ts';
import { compile, compileReceipt, createAjv } from '../schemas/compile.ts';
import { INPUT_SCHEMAS, plan, readInputSchema } from '../schemas/plan.ts';
import { branchOr, slim } from '../schemas/slim.ts';
import { CUSTOM_EVENT_TYPES, EVENT_TYPES } from '../src/event-types.ts';
import { type SchemaError, VALIDATORS, type Validator } from '../src/generated/validators.js';
import type { JsonObject } from '../src/types.ts';
import { KEYWORD_CODES, PRECEDENCE, WRAPPERS } from '../src/validate/fault.ts';

const COUNTS = [
  { name: 'linux', defs: 60, fields: 389, root: 36, required: 104 },
  { name: 'windows', defs: 13, fields: 63, root: 11, required: 3 },
  { name: 'single-platform', defs: 35, fields: 220, root: 22, required: 65 },
  // Its contexts are all definitions. Process 1 is why ppid is not among the 58 that are required outright.
  { name: '2021', defs: 16, fields: 71, root: 0, required: 58 },
] as const;

/** Described by the documentation of 2021, demanded by nothing in it. */
const NEVER_REFERRED_TO = ['agent_context', 'container_context'];
const STRUCTURE = [
  '$schema',
  '$id',
  '$comment',
  '$defs',
  '$ref',
  'title',
  'properties',
  'items',
  'additionalProperties',
  'allOf',
  'nullable',
];

const schemas = new Map<string, Schema>();
for (const name of INPUT_SCHEMAS) schemas.set(name, await readInputSchema(name));
const todo = await plan();

describe('input schemas', () => {
  for (const { name, ...expected } of COUNTS) {
    it(`${name} has every definition and field that was documented`, () => {
      const schema = schemas.get(name) ?? {};
      const defs = Object.values(schema['$defs'] as Schema) as Schema[];
      const counted = {
        defs: defs.length,
        fields: defs.flatMap((def) => Object.keys(def['properties'] ?? {})).length,
        root: Object.keys(schema['properties'] ?? {}).length,
        required: defs.flatMap((def) => def['required'] ?? []).length,
      };
      assert.deepEqual(counted, expected);
    });
  }

  for (const [name, schema] of schemas) {
    it(`${name}: every reference resolves and no definition is left over`, () => {
      const defs = schema['$defs'] as Schema;
      const used = new Set<string>(name === 'custom' ? CUSTOM_EVENT_TYPES.map((type) => type.name) : []);
      for (const node of nodes(schema)) {
        if (typeof node['$ref'] === 'string') used.add(node['$ref'].replace('#/$defs/', ''));
      }
      for (const def of used) assert.ok(def in defs, def);
      const unused = Object.keys(defs).filter((def) => !used.has(def));
      assert.deepEqual(unused, name === '2021' ? NEVER_REFERRED_TO : []);
    });

    it(`${name}: is open, requires only what it describes, and fails on no keyword without a code`, () => {
      for (const node of nodes(schema)) {
        assert.notEqual(node['additionalProperties'], false);
        for (const keyword of Object.keys(node)) {
          assert.ok(KEYWORD_CODES.has(keyword) || WRAPPERS.has(keyword) || STRUCTURE.includes(keyword), keyword);
        }
      }
    });
  }

  it('custom types each of the keys that the table of custom events lists', () => {
    const defs = schemas.get('custom')?.['$defs'] as { [name: string]: Schema };
    for (const { name, keys } of CUSTOM_EVENT_TYPES) {
      const def = defs[name] ?? {};
      const target = typeof def['$ref'] === 'string' ? defs[def['$ref'].replace('#/$defs/', '')] : def;
      assert.deepEqual(Object.keys(target?.['properties'] ?? {}), keys, name);
    }
  });

  it('every keyword code has a rank', () => {
    for (const code of KEYWORD_CODES.values()) assert.ok(PRECEDENCE.includes(code), code);
  });

  it('stops at a relaxation that no longer fits', () => {
    const schema = { $id: 'x', $defs: { A: { type: 'object', required: ['b'], properties: { b: { type: 'string' } } } } };
    assert.throws(() => relax(schema, [{ def: 'B', why: '' }]), /no B/);
    assert.throws(() => relax(schema, [{ def: 'A', optional: ['c'], why: '' }]), /c is not required/);
    assert.throws(() => relax(schema, [{ def: 'A', anyText: ['b'], why: '' }]), /b has no list of values/);
    assert.throws(() => relax(schema, [{ def: 'A', anyText: ['c'], why: '' }]), /no c/);
  });
});

describe('compiled validators', () => {
  it('are those of the schemas as they are now', async () => {
    const { js, dts } = await compile();
    const stale = 'run node schemas/compile.ts';
    assert.ok((await readFile(new URL('../src/generated/validators.js', import.meta.url), 'utf8')) === js, stale);
    assert.ok((await readFile(new URL('../src/generated/validators.d.ts', import.meta.url), 'utf8')) === dts, stale);
    assert.ok(js.length < 400_000, `${js.length} bytes is much for a cold start`);
    assert.doesNotMatch(js, /\brequire\(|\bimport\b/);
  });

  it('of receipts is that of its schema as it is now', async () => {
    const { js, dts } = await compileReceipt();
    const stale = 'run node schemas/compile.ts';
    assert.ok((await readFile(new URL('../src/generated/receipt-validator.js', import.meta.url), 'utf8')) === js, stale);
    assert.ok((await readFile(new URL('../src/generated/receipt-validator.d.ts', import.meta.url), 'utf8')) === dts, stale);
    assert.doesNotMatch(js, /\brequire\(|\bimport\b/);
  });

  it('refuse code of ajv that slimming does not know', () => {
    assert.throws(() => slim('for(let i0=0; i0<data.length; i0++){', 9), /does not know/);
    assert.throws(() => slim('vErrors.push(err0)', 9), /does not know/);
  });

  it('exist for every type that demands something', () => {
    for (const { name, generations, requires } of EVENT_TYPES) {
      for (const generation of generations) {
        if (generation === '2020' || generation === '2021' || requires.length === 0 || name === 'exit') continue;
        assert.ok(VALIDATORS.compat[generation].byName.has(name), `${generation} ${name}`);
      }
    }
  });

  const ajv = createAjv(todo);
  for (const [conformance, generations] of Object.entries(todo.validators)) {
    for (const [generation, { base, byName }] of Object.entries(generations)) {
      const compiled = VALIDATORS[conformance as 'compat'][generation as 'linux'];
      const pairs = new Map<string, Validator>([[base, compiled.base]]);
      for (const [name, id] of Object.entries(byName)) pairs.set(id, compiled.byName.get(name) ?? compiled.base);

      it(`${conformance} ${generation} agree with ajv on every change of an event that has every key`, () => {
        for (const [id, validator] of pairs) {
          const interpreted = ajv.getSchema(id);
          assert.ok(interpreted);
          const event = fullest({ $ref: id }) as JsonObject;
          // At the root the documentation of 2021 has a container only in its conditions.
          event['container'] ??= { id: 'text' };
          assert.ok(validator(event), JSON.stringify(validator.errors));
          // One type is enough of the deep part, which all types share.
          for (const change of everyChange(event, id === base ? 5 : 1)) {
            const expected: readonly SchemaError[] = interpreted(event) ? [] : (interpreted.errors ?? []);
            const actual = validator(event) ? [] : (validator.errors ?? []);
            assert.equal(JSON.stringify(actual.map(plain)), JSON.stringify(expected.map(plain)), `${id} ${change}`);
          }
        }
      });
    }
  }

  it('end soon after as many errors as a reject can list', () => {
    const bad = Array.from({ length: 300_000 }, () => 1);
    const validator = VALIDATORS.compat.linux.base;
    for (const event of [
      { process: { ancestors: bad } },
      { process: { args: bad } },
      { process: { user_session: { k8s_extra: { ...bad } } } },
    ]) {
      assert.equal(validator(event), false);
      assert.ok((validator.errors?.length ?? 0) < 2_000, String(validator.errors?.length));
    }
  });
});

/** An error without what slimming drops. */
function plain(error: SchemaError & { readonly schemaPath?: string }): object {
  return { path: error.instancePath, keyword: branchOr(error.keyword, error.schemaPath ?? ''), params: error.params };
}

/** Every schema in a schema, itself included. */
function* nodes(schema: Schema): Generator<Schema> {
  yield schema;
  const below: unknown[] = [schema['items'], schema['additionalProperties'], schema['if'], schema['then'], schema['else']];
  for (const group of ['properties', '$defs', 'allOf']) below.push(...Object.values(schema[group] ?? {}));
  for (const node of below) {
    if (typeof node === 'object' && node !== null) yield* nodes(node as Schema);
  }
}

/** An event with every key that a schema of the plan describes, and one more in every object. */
function fullest(schema: Schema, root: Schema = {}): unknown {
  const parts: object[] = [];
  const reference = schema['$ref'];
  if (typeof reference === 'string') {
    const [id = '', def] = reference.split('#/$defs/');
    const home = id === '' ? root : (todo.schemas.get(id) ?? {});
    const target = def === undefined ? home : ((home['$defs'] as { [name: string]: Schema })[def] ?? {});
    const value = fullest(target, home);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    parts.push(value);
  }
  for (const part of (schema['allOf'] ?? []) as Schema[]) parts.push(fullest(part, root) as object);
  switch ([schema['type']].flat()[0]) {
    case 'string':
      return schema['format'] === 'date-time' ? '2026-11-22T01:02:03Z' : ([schema['enum']].flat()[0] ?? 'text');
    case 'integer':
      return 2;
    case 'boolean':
      return true;
    case 'array':
      return [fullest((schema['items'] === true ? {} : schema['items']) as Schema, root)];
    default: {
      const properties = Object.entries((schema['properties'] ?? {}) as { [key: string]: Schema | true });
      const known = properties.map(([key, value]) => [key, value === true ? 2 : fullest(value, root)]);
      const free =
        typeof schema['additionalProperties'] === 'object' ? fullest(schema['additionalProperties'] as Schema, root) : null;
      return [...parts, Object.fromEntries(known), { not_in_any_table: free }].reduce(merge, {});
    }
  }
}

function merge(one: object, other: object): object {
  const merged: { [key: string]: unknown } = { ...one };
  for (const [key, value] of Object.entries(other)) {
    const before = merged[key];
    const both =
      typeof before === 'object' && before !== null && !Array.isArray(before) && typeof value === 'object' && value !== null;
    merged[key] = both ? merge(before, value) : value;
  }
  return merged;
}

/** Takes every member of an event away and puts others in its place, one at a time; names each change and undoes it. */
function* everyChange(value: unknown, depth: number, path = ''): Generator<string> {
  if (typeof value !== 'object' || value === null || depth === 0) return;
  const object = value as { [key: string]: unknown };
  for (const key of Object.keys(object)) {
    const original = object[key];
    for (const other of [undefined, null, 'text', -1.5, {}, [1, 'a', 'a']]) {
      object[key] = other;
      yield `${path}/${key}`;
    }
    object[key] = original;
    yield* everyChange(original, depth - 1, `${path}/${key}`);
  }
}
