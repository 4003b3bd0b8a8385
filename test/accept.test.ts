/** The quick walk and ajv must agree: what the walk accepts is valid, and what ajv accepts the walk accepts as well. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { generateRecords } from '../src/generate/batch.ts';
import { VALIDATORS } from '../src/generated/validators.js';
import { countMembers, isObject } from '../src/json.ts';
import type { Generation, JsonObject } from '../src/types.ts';
import { acceptedMembers, carries, linkTables } from '../src/validate/accept.ts';

const QUICK: readonly Generation[] = ['2020', '2021', 'single-platform', 'linux', 'windows'];
const WRONG_VALUES: readonly unknown[] = [
  null,
  true,
  1,
  -1,
  1.5,
  1e300,
  '',
  'text',
  '2026-11-22T08:00:00Z',
  '2026-13-01',
  [],
  [1],
  ['x'],
  [{}],
  {},
  { x: 1 },
];

function quickVerdict(event: JsonObject, generation: Generation, name: string): boolean {
  const spec = VALIDATORS.compat[generation].quick;
  assert.ok(spec, `${generation} has tables`);
  const members = acceptedMembers(event, linkTables(spec.tables));
  if (members !== undefined) assert.equal(members, countMembers(event), `${generation} ${name}: members`);
  return members !== undefined && carries(event, spec.demands[name] ?? [[]]);
}

function ajvVerdict(event: JsonObject, generation: Generation, name: string): boolean {
  const { base, byName } = VALIDATORS.compat[generation];
  return (byName.get(name) ?? base)(event);
}

/** Every place of an event that something could be done to. */
function places(value: unknown): { readonly holder: JsonObject; readonly key: string }[] {
  if (Array.isArray(value)) return value.flatMap(places);
  if (!isObject(value)) return [];
  return Object.keys(value).flatMap((key) => [{ holder: value, key }, ...places(value[key])]);
}

for (const generation of QUICK) {
  const events = [...generateRecords({ events: 400, seed: 7, generations: [generation] })].map(({ text, type }) => ({
    event: JSON.parse(String(text)) as JsonObject,
    name: type,
  }));

  test(`${generation}: every valid event is accepted without ajv`, () => {
    for (const { event, name } of events) assert.ok(quickVerdict(event, generation, name), name);
  });

  test(`${generation}: one change anywhere gets the same verdict from both`, () => {
    const change = fc.record({
      pick: fc.nat(events.length - 1),
      place: fc.nat(),
      value: fc.option(fc.constantFrom(...WRONG_VALUES), { nil: undefined }),
    });
    fc.assert(
      fc.property(change, ({ pick, place, value }) => {
        const { event: whole, name } = events[pick] as (typeof events)[number];
        const event = structuredClone(whole);
        const all = places(event);
        const { holder, key } = all[place % all.length] as (typeof all)[number];
        if (value === undefined) delete holder[key];
        else holder[key] = structuredClone(value);
        assert.equal(quickVerdict(event, generation, name), ajvVerdict(event, generation, name), `${name} ${key}`);
      }),
      { numRuns: 1500 },
    );
  });
}
