/** docs/fields.md: where each key of each generation ends in the output, and what does not end there. */
import { contextsOf, type OutputField, outputFields } from '../schemas/normalized-event.ts';
import { ENVELOPE_FIELDS } from '../src/normalize/envelope.ts';
import { eventTable } from '../src/normalize/event.ts';
import type { Context, FieldType } from '../src/normalize/fields.ts';
import { type Availability, COLUMNS, type Column } from './availability.ts';
import { EXCEPTIONS } from './exceptions.ts';

const TYPE_NAMES: { readonly [type in Exclude<FieldType, 'never'>]: string } = {
  text: 'text',
  integer: 'integer',
  boolean: 'boolean',
  texts: 'list of text',
  time: 'time',
  json: 'free object',
  jsons: 'list of anything',
  any: 'anything',
  hashes: 'algorithm → digest',
  object: 'object',
  objects: 'list of',
  map: 'id →',
};

export function fieldsPage(availability: Availability): string {
  const contexts = [...contextsOf().values()].filter((table) => table !== eventTable);
  return `# Fields

What Winnow writes, and which key of which agent it comes from. The closed schema is
[normalized-event.schema.json](../schemas/output/normalized-event.schema.json); what the generations are is told in
[generations](generations.md).

How to read the tables: ✓ means that agents of the generation write the field under its own name; another name is the key that
they write; – means that the schema of the generation has no such key. Winnow reads every key of a table in every generation,
so a key that turns up where it was never documented is mapped all the same. Integers keep all their digits: an inode can be
larger than a double holds. A time is RFC 3339 in UTC with as many fractional digits as came. A field that is not there was not
there before: nothing is null, and nothing is filled in.

## The event

| Field | Type | From |
|---|---|---|
${ROOT.map(([field, type, from]) => row([`\`${field}\``, type, from])).join('\n')}

These come from the event itself:

${table(eventTable, availability)}

\`agent\` and \`title\` are put in front of the event by every agent; the documentation of the years with one schema for all
platforms only does not list them. A mount of 2020 or 2021 has no \`mount\`: its \`file\` becomes \`mount.source\`,
\`file.destination\` becomes \`mount.mountpoint\`, \`file.new_mount_id\` \`mount.mount_id\`, \`file.destination.mount_id\`
\`mount.parent_mount_id\`, \`file.fstype\` \`mount.fs_type\`, and \`group_id\` and \`device\` keep their names.

## Contexts

${contexts.map((context) => section(context, availability)).join('\n\n')}

## The envelope

What an event travelled in. \`host\`, \`service\`, \`status\`, \`tags\` and \`time\` are at the root of the output.

| Field | Type | From |
|---|---|---|
${ENVELOPE.map(([field, type, from]) => row([`\`${field}\``, type, from])).join('\n')}

${EXCEPTIONS}`;
}

/** What normalize.ts writes beside the contexts. */
const ROOT: readonly (readonly [string, string, string])[] = [
  ['schema_version', 'integer', 'always 1'],
  ['event_id', 'text', 'the first 32 hexadecimal digits of SHA-256 over the event’s own JSON text, envelope excluded'],
  ['time', 'time', '`date` of the event, else the time of its envelope'],
  ['time_ms', 'integer', '`time` in milliseconds since 1970, rounded down'],
  ['platform', 'text', '`windows` or `linux`: from the generation, else from `agent.os`; a custom event without one has none'],
  ['generation', 'text', 'how the event was written: see [generations](generations.md)'],
  ['host', 'text', '`hostname` or `host` of the envelope'],
  ['service', 'text', '`service` of the event, else of the envelope'],
  ['status', 'text', '`status` of the envelope'],
  ['tags', 'tag → list of text', '`ddtags` or `tags` of the envelope, cut at the first colon'],
  ['custom', 'object', 'own keys of the agent’s own events: [`custom`](#custom)'],
  ['extra', 'JSON Pointer → anything', 'every key that no table knows and every value that has not the type of its field'],
  ['envelope', 'object', '[what the envelope said besides](#the-envelope)'],
  ['source', 'object', '`bucket`, `key`, `etag`, `record` (counts from 0), `offset` (bytes of the decompressed object)'],
];

const ENVELOPE_NOTES: { readonly [member in keyof typeof ENVELOPE_FIELDS]?: string } = {
  id: '`_id`',
  source: '`ddsource` or `source`',
  message: '`message` of an archive line, unless it is the title',
  service: '`service`, when the event has another one of its own',
};

const ENVELOPE: readonly (readonly [string, string, string])[] = [
  ['kind', 'text', '`intake` or `archive`; a bare event has none'],
  ['time', 'time', '`timestamp` or `date`, as RFC 3339 or in epoch milliseconds'],
  ...Object.keys(ENVELOPE_FIELDS)
    .filter((name) => !['host', 'status', 'tags', 'timestamp'].includes(name))
    .map((name) => [name, 'text', ENVELOPE_NOTES[name as keyof typeof ENVELOPE_FIELDS] ?? `\`${name}\``] as const),
  ['extra', 'JSON Pointer → anything', 'what else there is, by its place in the envelope'],
];

function section(context: Context, availability: Availability): string {
  const uses = placesOf(context);
  const at = uses.length === 0 ? '' : `At ${uses.map((use) => `\`${use}\``).join(', ')}.\n\n`;
  return `### ${context.name}\n\n${at}${table(context, availability)}`;
}

/** Where a context occurs, by the fields that hold it. */
function placesOf(context: Context): readonly string[] {
  const places: string[] = context.name === 'custom' ? ['custom'] : [];
  for (const holder of contextsOf().values()) {
    for (const [name, field] of outputFields(holder)) {
      const suffix = field.type === 'objects' ? '[]' : field.type === 'map' ? '.*' : '';
      if (field.context === context) places.push(`${holder === eventTable ? '' : `${holder.name}.`}${name}${suffix}`);
    }
  }
  return places;
}

function table(context: Context, availability: Availability): string {
  const cell = (name: string, keys: readonly string[], column: Column): string => {
    const there = keys.filter((key) => availability.has(column, context, key));
    return there.length === 0 ? '–' : there.map((key) => (key === name ? '✓' : `\`${key}\``)).join(' ');
  };
  const derived: { readonly [field: string]: string } = {
    category: 'the newest agent’s category for `name`; `Agent Event` for custom events',
    lineage: '`comm` of the process and its ancestors, nearest first; without one the name or the path’s end of the executable',
  };
  const fields = [...outputFields(context)].map(([name, field]) => {
    if (field.keys.length === 0)
      return row([`\`${name}\``, typeName(field), derived[name] ?? '', ...COLUMNS.slice(1).map(() => '')]);
    return row([`\`${name}\``, typeName(field), ...COLUMNS.map((column) => cell(name, field.keys, column))]);
  });
  const moved = [...context.fields].flatMap(([key, { into, to, type }]) =>
    into === undefined
      ? []
      : [row([`\`${into}.${to}\``, TYPE_NAMES[type as 'text'], ...COLUMNS.map((column) => cell('', [key], column))])],
  );
  const head = [row(['Field', 'Type', ...COLUMNS]), `|${'---|'.repeat(COLUMNS.length + 2)}`];
  return [...head, ...fields, ...moved].join('\n');
}

function typeName({ type, context }: OutputField): string {
  const name = TYPE_NAMES[type as 'text'];
  if (context === undefined) return name;
  const link = context === eventTable ? '[event](#the-event)' : `[${context.name}](#${context.name})`;
  return type === 'object' ? link : `${name} ${link}`;
}

function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}
