/**
 * What conformance `compat` relaxes. The schemas in schemas/input/ say what was documented; a generation spans years of agents,
 * and these are the places where genuine ones wrote something else. One row, one habit. A row that no longer fits its schema
 * stops the build, so none outlives its reason.
 */

/** A JSON Schema as it is read from its file. */
export type Schema = { [keyword: string]: unknown };

interface Relaxation {
  readonly def: string;
  /** Required keys that some agents of the generation do not write. */
  readonly optional?: readonly string[];
  /** Texts whose list of values was never complete. */
  readonly anyText?: readonly string[];
  /** The object as a whole may be null. */
  readonly orNull?: true;
  /** Other types a key had, and keys of other builds in the same generation. */
  readonly keys?: Schema;
  readonly why: string;
}

const anyNumberOrText = { type: ['integer', 'string'] };
const placeOfMount = { type: 'object', properties: { path: { type: 'string' } } };

const EXIT: Relaxation = { def: 'ExitEvent', anyText: ['cause'], why: 'a new cause is drift, not a fault' };
const TRACE_IDS: Relaxation = {
  def: 'DDContext',
  keys: { span_id: anyNumberOrText, trace_id: anyNumberOrText },
  why: 'the ids were integers before the split and for a while after it, texts since',
};

export const RELAXATIONS: { readonly [schema: string]: readonly Relaxation[] } = {
  linux: [
    EXIT,
    TRACE_IDS,
    { def: 'ProcessCredentials', optional: ['auid'], why: 'added in 2025' },
    { def: 'BindEvent', optional: ['protocol'], why: 'added in 2025' },
    { def: 'ConnectEvent', optional: ['protocol', 'hostnames'], why: 'added in 2025' },
    { def: 'AcceptEvent', optional: ['hostnames'], why: 'added in 2025' },
    { def: 'DNSEvent', optional: ['is_query', 'response'], why: 'added in 2025' },
    { def: 'DNSResponseEvent', orNull: true, why: 'a query has no response, and Go writes a nil pointer as null' },
    {
      def: 'SecurityProfileContext',
      optional: ['event_in_profile', 'event_type_state'],
      keys: { status: { type: 'string' } },
      why: 'they took the place of status some time after the split',
    },
    { def: 'EventContext', keys: { source: { type: 'string' } }, why: 'removed some time after the split' },
  ],
  windows: [EXIT],
  'single-platform': [
    EXIT,
    TRACE_IDS,
    {
      def: 'MountEvent',
      optional: ['bind_src_mount_id', 'device'],
      keys: { mountpoint: placeOfMount, source: placeOfMount, group_id: { type: 'integer' } },
      why: 'in 2022 a mount held its two places as objects and fewer numbers',
    },
    {
      def: 'SecurityProfileContext',
      optional: ['status'],
      keys: { event_in_profile: { type: 'boolean' }, event_type_state: { type: 'string' } },
      why: 'the two keys took the place of status towards the split',
    },
  ],
};

/**
 * The schema as agents of its generation really wrote it: its rows of the table, and everywhere null for a list or a free
 * object (`Variables`), because Go writes a nil slice or map so. Objects with known keys are pointers that Go leaves out.
 * Takes the documented schema and gives a new one.
 */
export function relax(documented: Schema, rows: readonly Relaxation[]): Schema {
  const relaxed = structuredClone(documented);
  for (const row of rows) applyRow(relaxed, row);
  allowNull(relaxed);
  relaxed['$id'] = `compat-${String(documented['$id'])}`;
  return relaxed;
}

function applyRow(schema: Schema, row: Relaxation): void {
  const def = member(member(schema, '$defs', row), row.def, row);
  for (const key of row.optional ?? []) {
    const required = def['required'];
    if (!Array.isArray(required) || !required.includes(key)) throw stale(row, `${key} is not required`);
    def['required'] = required.filter((name) => name !== key);
  }
  for (const key of row.anyText ?? []) {
    const property = member(member(def, 'properties', row), key, row);
    if (property['enum'] === undefined) throw stale(row, `${key} has no list of values`);
    delete property['enum'];
  }
  if (row.keys) Object.assign(member(def, 'properties', row), structuredClone(row.keys));
  if (row.orNull) def['nullable'] = true;
}

function allowNull(schema: Schema): void {
  const free = schema['type'] === 'object' && schema['properties'] === undefined;
  // ajv's `nullable` rather than a list of types: its errors name a list by reference, which would drag all schemas into the bundle.
  if (schema['type'] === 'array' || free) schema['nullable'] = true;
  for (const value of Object.values(schema)) {
    if (isSchema(value)) allowNull(value);
  }
}

function member(schema: Schema, name: string, row: Relaxation): Schema {
  const value = schema[name];
  if (!isSchema(value)) throw stale(row, `there is no ${name}`);
  return value;
}

function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function stale(row: Relaxation, problem: string): Error {
  return new Error(`schemas/compat.ts, row for ${row.def}: ${problem}`);
}
