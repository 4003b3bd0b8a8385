/** The validate stage: holds an event against the schema of its generation and its type. */
import { isCustomEvent, isKnownEvent } from '../event-types.ts';
import { type QuickSpec, VALIDATORS } from '../generated/validators.js';
import type { Conformance } from '../settings.ts';
import type { EventIdentity, Fault, Generation, JsonObject } from '../types.ts';
import { acceptedMembers, carries, linkTables, type Table } from './accept.ts';
import { faultOf } from './fault.ts';
import { generationOf } from './generation.ts';

export interface ValidateOptions {
  readonly conformance: Conformance;
  /** How many errors a fault lists. */
  readonly maxErrors: number;
}

/**
 * A verdict that says what the event is even when it is refused: a reject names its generation and event. `members` is how
 * many members all objects of the event have, when they were counted on the way.
 */
export type ValidateVerdict =
  | { readonly ok: true; readonly identity: EventIdentity; readonly members?: number }
  | { readonly ok: false; readonly identity: EventIdentity; readonly members?: never; readonly fault: Fault };

/**
 * Takes an event out of its envelope, with plain JavaScript numbers, and says whether it is valid. Unknown keys and unknown
 * event names are: later stages count them as drift. The event is neither changed nor kept.
 */
export function validate(event: JsonObject, { conformance, maxErrors }: ValidateOptions): ValidateVerdict {
  const generation = generationOf(event, conformance);
  const identity = identityOf(event, generation);
  const quick = QUICK[conformance][generation];
  const members = quick && acceptedMembers(event, quick.table);
  if (members !== undefined && quick && carriesItsContexts(event, identity.name, quick)) return { ok: true, identity, members };
  const { base, byName } = VALIDATORS[conformance][generation];
  const validator = (identity.name !== undefined && byName.get(identity.name)) || base;
  if (validator(event)) return { ok: true, identity };
  return { ok: false, identity, fault: faultOf(validator.errors ?? [], event, maxErrors) };
}

interface Quick {
  readonly table: Table;
  readonly demands: QuickSpec['demands'];
}

/** Linked once, when the module is loaded: about a millisecond of a cold start. */
const QUICK = mapValues(VALIDATORS, (generations) =>
  mapValues(generations, ({ quick }): Quick | undefined => quick && { table: linkTables(quick.tables), demands: quick.demands }),
);

function mapValues<K extends string, A, B>(object: { readonly [key in K]: A }, map: (value: A) => B): { readonly [key in K]: B } {
  return Object.fromEntries(Object.entries<A>(object).map(([key, value]) => [key, map(value)])) as { [key in K]: B };
}

function carriesItsContexts(event: JsonObject, name: string | undefined, { demands }: Quick): boolean {
  if (name === undefined || !Object.hasOwn(demands, name)) return true;
  return carries(event, demands[name] ?? []);
}

function identityOf(event: JsonObject, generation: Generation): EventIdentity {
  const custom = generation === 'custom';
  const holder = event[custom ? 'agent' : 'evt'];
  const name = typeof holder === 'object' && holder !== null ? (holder as JsonObject)[custom ? 'rule_id' : 'name'] : undefined;
  if (typeof name !== 'string') return { generation, name: undefined, known: false };
  return { generation, name, known: custom ? isCustomEvent(name) : isKnownEvent(name) };
}
