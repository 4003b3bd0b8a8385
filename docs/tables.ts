/** The page about Athena's tables and saved queries, from what the templates are made of. */
import { type ColumnType, glueType } from '../infra/columns.ts';
import { QUERIES, type SavedQuery } from '../infra/queries.ts';
import { TABLES, type Table } from '../infra/tables.ts';

/** Longer types are told by their kind; docs/fields.md has their members. */
const LONGEST_SHOWN = 60;

export function tablesPage(): string {
  return `# Tables and queries

The stack has a Glue database, \`cws_winnow_<stage>\`, with tables over what Winnow writes, and an Athena workgroup with
saved queries. Nothing has to be loaded: an object that was written is in its table. Columns are made from the
[schemas](../schemas/output), and tests read runs with exactly these columns in DuckDB.

${TABLES.map(tableSection).join('\n\n')}

## Types

- \`time\` and the other times are text, RFC 3339 in UTC with every digit that came: \`from_iso8601_timestamp(time)\`. \`time_ms\` is a number.
- Free-form values are JSON text: \`extra['/process/new_member']\`, and \`json_extract(extra['/process/new_member'], '$.x')\` where it is an object.
- Unsigned 64-bit numbers (\`inode\`, \`mmap.offset\`, \`mmap.length\`, \`data_size\`, \`packet_count\`) are text, because a bigint ends at 2^63:
  \`CAST(… AS decimal(20, 0))\`. Another integer beyond 64 bits would be NULL; its line has it.
- Whole events within the agent's own events (\`custom.triggering_event\`, \`custom.test_events\`) are JSON text.
- \`process."group"\` needs its quotes: it is a word of SQL.

## Partitions

Athena works out the partitions itself (partition projection): no crawler, no \`MSCK REPAIR\`. It does so for the default
\`partition\` setting, \`dt,category\`; with another one, change the keys of the events tables in [infra/tables.ts](../infra/tables.ts) to match.
Always name the day: \`WHERE dt >= '2026-11-01'\`. Without it a query reads everything there is, up to the limit of the workgroup.

- Days run from 2020-01-01 to tomorrow. An event from a clock that is further off is stored all the same, where
  [\`events_outside_the_calendar\`](#events_outside_the_calendar) finds it.
- An event without a time lies in \`dt=__HIVE_DEFAULT_PARTITION__\`, which is no day; it is in \`events_undated\`.
- \`dt\` of an event is the day on which it happened; \`dt\` of a reject or a receipt is the day on which its object was last modified.

## The inventory

\`input_inventory\` is empty until S3 lists the input bucket for you. An inventory named \`winnow\`, daily, of current
versions, as Parquet, with size, last modified and ETag, and the bucket and prefix of the parameters \`inventoryBucket\`
and \`inventoryPrefix\` (without its last \`/\`) as its destination, fills it. Then [\`objects_without_receipts\`](#objects_without_receipts) names what was never processed. It is a day old at worst;
\`winnow verify <out> --against <input>\` lists the bucket itself and is exact.

## Queries

Athena asks for the values of the question marks. From a shell:

    aws athena start-query-execution --work-group cws-winnow-dev \\
      --query-execution-context Database=cws_winnow_dev \\
      --query-string "SELECT code, count(*) FROM rejects WHERE dt >= ? GROUP BY code" \\
      --execution-parameters "'2026-11-01'"

A query may read 100 GiB; the workgroup stops it there. Results are encrypted, below \`athena/\` in the output bucket.

${QUERIES.map(querySection).join('\n\n')}
`;
}

function tableSection({ name, about, schema, columns, partitions, location }: Table): string {
  const rows = [
    ...[...columns].map(([column, type]) => `| \`${column}\` | ${shown(type)} |`),
    ...partitions.map((partition) => `| \`${partition.name}\` | \`string\`, partition |`),
  ];
  const folder = location.slice(location.indexOf('}/') + 2);
  const where = schema ? ` Over \`${folder}\`, as in [${schema}.schema.json](../schemas/output/${schema}.schema.json).` : '';
  const same =
    name === 'events_undated' ? 'Columns as in `events`, but for `dt`.' : `| Column | Type |\n|---|---|\n${rows.join('\n')}`;
  return `## \`${name}\`\n\n${about}${where}\n\n${same}`;
}

function shown(type: ColumnType): string {
  const whole = glueType(type);
  if (whole.length <= LONGEST_SHOWN) return `\`${whole}\``;
  if (type.kind === 'array') return 'array of structs';
  if (type.kind === 'struct') return `struct of ${[...type.fields.keys()].map((name) => `\`${name}\``).join(', ')}`;
  return `map to ${type.kind === 'map' ? shown(type.values) : whole}`;
}

function querySection({ name, about, parameters, sql }: SavedQuery): string {
  const needs = parameters.map(({ what, example }) => `${what}, such as \`${example}\``).join('; ');
  return `### \`${name}\`\n\n${about}.${needs === '' ? '' : ` Parameters: ${needs}.`}\n\n\`\`\`sql\n${sql}\n\`\`\``;
}
