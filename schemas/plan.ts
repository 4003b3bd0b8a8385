/**
 * Which validators there are: for every conformance and generation a base, and one for each event type that must carry
 * contexts of its own. All of it follows from schemas/input/, schemas/compat.ts and the table of event types, so a new
 * row in that table is all a new type needs.
 */
import { readFile } from 'node:fs/promises';
import { CUSTOM_EVENT_TYPES, EVENT_TYPES, type EventType } from '../src/event-types.ts';
import { CONFORMANCES, type Conformance } from '../src/settings.ts';
import { GENERATIONS, type Generation } from '../src/types.ts';
import { RELAXATIONS, relax, type Schema } from './compat.ts';

export const INPUT_SCHEMAS = ['2021', '2021-agent', 'single-platform', 'linux', 'windows', 'custom'] as const;
type InputSchema = (typeof INPUT_SCHEMAS)[number];

/** The documented schema of a generation. What 2020 wrote was never documented; it is held to the text of 2021. */
const DOCUMENTED: { readonly [generation in Generation]: InputSchema } = {
  '2020': '2021',
  '2021': '2021',
  'single-platform': 'single-platform',
  linux: 'linux',
  windows: 'windows',
  custom: 'custom',
};

/** What agents of a generation really wrote. */
const GENUINE: { readonly [generation in Generation]: InputSchema } = {
  ...DOCUMENTED,
  '2020': '2021-agent',
  '2021': '2021-agent',
};

/** `$id` of the validators of one generation: its base, and its event types by name. */
export interface GenerationPlan {
  readonly base: string;
  readonly byName: { readonly [name: string]: string };
  /** What each type must carry, as alternative lists of paths; the same demands as in `byName`. */
  readonly demands: { readonly [name: string]: Demands };
}

/** Paths split at their slashes; one of the lists must be there whole. */
export type Demands = readonly (readonly (readonly string[])[])[];

export interface Plan {
  /** Every schema by `$id`; types with the same demands share one. */
  readonly schemas: ReadonlyMap<string, Schema>;
  readonly validators: { readonly [conformance in Conformance]: { readonly [generation in Generation]: GenerationPlan } };
}

/** Reads one file of schemas/input/. */
export async function readInputSchema(name: InputSchema): Promise<Schema> {
  return JSON.parse(await readFile(new URL(`./input/${name}.schema.json`, import.meta.url), 'utf8'));
}

/** Reads schemas/input/ and says which validators to compile from it. */
export async function plan(): Promise<Plan> {
  const schemas = new Map<string, Schema>();
  const documented = new Map<InputSchema, Schema>();
  for (const name of INPUT_SCHEMAS) documented.set(name, await readInputSchema(name));

  const baseOf = (conformance: Conformance, generation: Generation): string => {
    const name = conformance === 'compat' ? GENUINE[generation] : DOCUMENTED[generation];
    const schema = documented.get(name) ?? {};
    // Custom events were never documented in full: both conformances hold them to what agents wrote.
    const relaxed = conformance === 'compat' || generation === 'custom';
    return keep(schemas, relaxed ? relax(schema, RELAXATIONS[name] ?? []) : schema);
  };
  const generationPlan = (conformance: Conformance, generation: Generation): GenerationPlan => {
    const base = baseOf(conformance, generation);
    const byName: { [name: string]: string } = {};
    for (const [name, schema] of typeSchemas(base, conformance, generation)) byName[name] = keep(schemas, schema);
    const demanded = generation === 'custom' ? [] : typesThatDemand(conformance, generation);
    const split = (paths: readonly string[]): string[][] => paths.map((path) => path.split('/'));
    return { base, byName, demands: Object.fromEntries(demanded.map(([{ name }, lists]) => [name, lists.map(split)])) };
  };
  const validators = byKey(CONFORMANCES, (conformance) =>
    byKey(GENERATIONS, (generation) => generationPlan(conformance, generation)),
  );
  return { schemas, validators };
}

/** The types of a generation that ask for more than its base does. */
function* typeSchemas(base: string, conformance: Conformance, generation: Generation): Generator<[string, Schema]> {
  if (generation === 'custom') {
    for (const { name } of CUSTOM_EVENT_TYPES) {
      yield [name, { $id: `${base}~${name}`, $ref: base, allOf: [{ $ref: `${base}#/$defs/${name}` }] }];
    }
    return;
  }
  for (const [type, alternatives] of typesThatDemand(conformance, generation)) {
    const [first, ...others] = alternatives.map(required);
    const id = `${base}~${alternatives.map((paths) => paths.join('+').replaceAll('/', '.')).join(',')}`;
    yield [type.name, { $id: id, $ref: base, ...(others.length === 0 ? first : { anyOf: [first, ...others] }) }];
  }
}

function typesThatDemand(conformance: Conformance, generation: Generation): [EventType, readonly (readonly string[])[]][] {
  return EVENT_TYPES.filter((type) => type.generations.includes(generation))
    .map((type): [EventType, readonly (readonly string[])[]] => [type, demands(type, conformance, generation)])
    .filter(([, alternatives]) => alternatives.every((paths) => paths.length > 0));
}

/** The paths a type must carry, as alternatives. */
function demands(type: EventType, conformance: Conformance, generation: Generation): readonly (readonly string[])[] {
  const early = type.requiresIn2021 ?? type.requires;
  if (generation === '2020' || generation === '2021') {
    // The documentation of 2021 knows one payload for all types: its container conditional even allows `open` without a file.
    return [conformance === 'documented' ? [] : early];
  }
  // The generation begins in mid-2021, and its first agents still wrote mount and exit the old way.
  if (conformance === 'compat' && generation === 'single-platform' && early !== type.requires) return [type.requires, early];
  return [type.requires];
}

/** A schema that demands every key along the paths. */
function required(paths: readonly string[]): Schema {
  const heads = [...new Set(paths.map((path) => path.split('/')[0] ?? ''))];
  const properties: Schema = {};
  for (const head of heads) {
    const tails = paths.filter((path) => path.startsWith(`${head}/`)).map((path) => path.slice(head.length + 1));
    if (tails.length > 0) properties[head] = required(tails);
  }
  return { type: 'object', required: heads, ...(Object.keys(properties).length > 0 ? { properties } : {}) };
}

function keep(schemas: Map<string, Schema>, schema: Schema): string {
  const id = String(schema['$id']);
  schemas.set(id, schema);
  return id;
}

function byKey<K extends string, V>(keys: readonly K[], make: (key: K) => V): { readonly [key in K]: V } {
  return Object.fromEntries(keys.map((key) => [key, make(key)])) as { [key in K]: V };
}
