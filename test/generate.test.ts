import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { CUSTOM_EVENT_TYPES, EVENT_TYPES } from '../src/event-types.ts';
import { type BatchOptions, type GeneratedRecord, generateRecords } from '../src/generate/batch.ts';
import { BREAKABLE_CODES, breakableCodes } from '../src/generate/breakage.ts';
import { createBase } from '../src/generate/copies.ts';
import { ENVELOPES } from '../src/generate/envelope.ts';
import { makeFile } from '../src/generate/linux-story.ts';
import { createRandom } from '../src/generate/random.ts';
import { renderEvent, VARIETIES } from '../src/generate/render.ts';
import { tellStory } from '../src/generate/size.ts';
import { VALIDATORS } from '../src/generated/validators.js';
import { REJECT_CODE_NAMES } from '../src/reject-codes.ts';
import { CONFORMANCES } from '../src/settings.ts';
import type { Generation, JsonObject } from '../src/types.ts';

const AT = { seconds: 1_795_334_400, nanos: 123_456_789 };

function textOf({ text }: GeneratedRecord): string {
  return typeof text === 'string' ? text : Buffer.from(text).toString();
}

function batch(options: BatchOptions): GeneratedRecord[] {
  return [...generateRecords(options)];
}

test('the same seed gives the same bytes, another seed gives others', () => {
  const made = (seed: number) =>
    batch({ events: 400, seed, bases: 150, broken: 0.2, envelopes: ENVELOPES }).map(textOf).join('\n');
  assert.equal(made(7), made(7));
  assert.notEqual(made(7), made(8));
});

test('every event type appears in every generation that has it, and in no other', () => {
  const seen = new Set(batch({ events: VARIETIES.length }).map(({ type, generation }) => `${generation} ${type}`));
  const wanted = [
    ...EVENT_TYPES.flatMap(({ name, generations }) => generations.map((generation) => `${generation} ${name}`)),
    ...CUSTOM_EVENT_TYPES.map(({ name }) => `custom ${name}`),
  ];
  assert.deepEqual([...seen].sort(), [...new Set(wanted)].sort());
});

test('records differ from each other, copies of base events and small vocabularies included', () => {
  for (const options of [
    { bases: 200 },
    { bases: 50, types: ['open'] },
    { types: ['heartbeat'] },
    { envelopes: ['archive'], bases: 60 },
  ] as const) {
    const texts = batch({ events: 6000, ...options }).map(textOf);
    assert.equal(new Set(texts).size, texts.length, JSON.stringify(options));
  }
});

test('events have about the size that was asked for, one by one various', () => {
  for (const generation of ['2021', 'single-platform', 'linux', 'windows'] as const) {
    const sizes = batch({ events: 2000, generations: [generation], bytes: 9 * 1024, bases: 500 }).map(({ text }) => text.length);
    const mean = sizes.reduce((sum, size) => sum + size, 0) / sizes.length;
    assert.ok(Math.abs(mean / (9 * 1024) - 1) < 0.1, `${generation}: ${mean}`);
    assert.ok(new Set(sizes).size > 300, generation);
  }
});

test('every valid record is JSON that passes the validator of its generation and type', () => {
  for (const conformance of CONFORMANCES) {
    for (const record of batch({ events: 3000, bases: 1000, conformance })) {
      const { base, byName } = VALIDATORS[conformance][record.generation];
      const validator = byName.get(record.type) ?? base;
      assert.ok(
        validator(JSON.parse(textOf(record))),
        `${conformance} ${record.generation} ${record.type} ${JSON.stringify(validator.errors)}`,
      );
    }
  }
});

const SCHEMAS: { readonly [schema: string]: readonly Generation[] } = {
  '2021-agent': ['2020', '2021'],
  'single-platform': ['single-platform'],
  linux: ['linux'],
  windows: ['windows'],
};

interface Schema {
  readonly $ref?: string;
  readonly properties?: { readonly [key: string]: Schema };
  readonly items?: Schema;
  readonly $defs?: { readonly [name: string]: Schema };
}

for (const [name, generations] of Object.entries(SCHEMAS)) {
  test(`every field of ${name}.schema.json occurs`, async () => {
    const schema: Schema = JSON.parse(await readFile(new URL(`../schemas/input/${name}.schema.json`, import.meta.url), 'utf8'));
    const fields = new Set(fieldsOf('', schema));
    for (const [def, content] of Object.entries(schema.$defs ?? {}))
      for (const field of fieldsOf(def, content)) fields.add(field);
    for (const record of generateRecords({ events: 5000, bases: 5000, seed: 11, generations })) {
      for (const field of occurring(schema, '', schema, JSON.parse(textOf(record)))) fields.delete(field);
    }
    assert.deepEqual([...fields], []);
  });
}

function fieldsOf(def: string, { properties = {} }: Schema): string[] {
  return Object.keys(properties).map((key) => `${def}/${key}`);
}

function* occurring(root: Schema, def: string, schema: Schema, value: unknown): Iterable<string> {
  if (schema.$ref !== undefined) {
    const name = schema.$ref.replace('#/$defs/', '');
    yield* occurring(root, name, root.$defs?.[name] ?? {}, value);
  } else if (Array.isArray(value)) {
    for (const item of value) yield* occurring(root, def, schema.items ?? {}, item);
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, member] of Object.entries(value)) {
      const property = schema.properties?.[key];
      if (property === undefined) continue;
      yield `${def}/${key}`;
      yield* occurring(root, `${def}/${key}`, property, member);
    }
  }
}

test('integers beyond 2^53 are written with all digits', () => {
  const texts = batch({ events: 3000, generations: ['linux', 'single-platform'] })
    .map(textOf)
    .join('\n');
  assert.match(texts, /"inode":18446744073709551615\b/);
  assert.match(texts, /"span_id":1\d{18}\b/);
});

test('one story can be told in several generations', () => {
  const told = tellStory(createRandom(3), 'linux', AT, 3);
  assert.equal(told.platform, 'linux');
  const story = { ...told, file: makeFile(createRandom(4), AT, '/etc/shadow', false) };
  const [early, late] = (['2021', 'linux'] as const).map((generation) => {
    const event = renderEvent('open', generation, createRandom(5), story, { documented: true });
    return JSON.parse(JSON.stringify(event)) as { [key: string]: JsonObject };
  });
  assert.equal(early?.['file']?.['path'], '/etc/shadow');
  for (const [context, keys] of [
    ['file', ['path', 'inode', 'user']],
    ['process', ['pid', 'comm', 'args', 'exec_time']],
    ['usr', ['id']],
  ] as const) {
    for (const key of keys) assert.deepEqual(early?.[context]?.[key], late?.[context]?.[key], `${context}.${key}`);
  }
  assert.equal(early?.['date'], late?.['date']);
});

test('copies differ only in digits, as often as they say', () => {
  const [record] = batch({ events: 1, types: ['open'], generations: ['linux'] });
  assert.ok(record);
  const base = createBase(Buffer.from(record.text));
  assert.ok(base.copies > 1000);
  const random = createRandom(1);
  const copies = [1, 2, base.copies].map((number) => Buffer.from(base.copy(number, random)).toString());
  assert.equal(new Set([textOf(record), ...copies]).size, 4);
  for (const copy of copies) assert.deepEqual(Object.keys(JSON.parse(copy)), Object.keys(JSON.parse(textOf(record))));
});

test('there is a way to break a record for every code that a record can get', () => {
  const recordCodes = REJECT_CODE_NAMES.filter((code) => !code.startsWith('object.') && code !== 'internal.error');
  assert.deepEqual([...BREAKABLE_CODES].sort(), [...recordCodes].sort());
  for (const code of breakableCodes('documented', 'lines')) {
    const [record] = batch({ events: 1, broken: 1, codes: [code], conformance: 'documented' });
    assert.equal(record?.expect, code);
  }
});

test('events broken against the schema have the code that the validator’s keywords stand for', () => {
  const keywords = { 'schema.required': 'required', 'schema.type': 'type', 'schema.format': 'format' } as const;
  for (const [code, keyword] of Object.entries(keywords)) {
    for (const record of generateRecords({ events: 150, broken: 1, codes: [code as keyof typeof keywords] })) {
      const { base, byName } = VALIDATORS.compat[record.generation];
      const validator = byName.get(record.type) ?? base;
      assert.equal(validator(JSON.parse(textOf(record))), false, `${code} ${record.generation} ${record.type}`);
      assert.deepEqual(
        [...new Set(validator.errors?.map((error) => error.keyword))].filter((found) => found !== 'anyOf'),
        [keyword],
      );
    }
  }
});
