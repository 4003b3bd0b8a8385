/**
 * The tables of the Glue catalog: events, rejects and receipts as Winnow writes them, and the inventory of the input bucket.
 * infra/generate.ts writes them to infra/tables.yml, and docs/tables.ts tells of them.
 */
import { readFileSync } from 'node:fs';
import { CATEGORY_SLUGS } from '../src/event-types.ts';
import { DEFAULT_PARTITION } from '../src/output/partition.ts';
import { type Columns, columnsOf, glueType } from './columns.ts';

export interface Table {
  readonly name: string;
  readonly about: string;
  /** The schema of its lines; the inventory is not ours and has none. */
  readonly schema?: 'normalized-event' | 'reject' | 'receipt';
  readonly columns: Columns;
  /** Below the place of outputs, or of inventories. */
  readonly location: string;
  readonly partitions: readonly Partition[];
  readonly format: Format;
}

/** A partition column, and the values that Athena is to look for without asking the catalog. */
export interface Partition {
  readonly name: string;
  readonly projection: { readonly [property: string]: string };
}

interface Format {
  readonly classification: string;
  readonly input: string;
  readonly output: string;
  readonly serde: string;
  readonly serdeParameters: { readonly [property: string]: string };
}

/** A variable of serverless.yml. */
export function variable(name: string): string {
  return `\${${name}}`;
}

const OUTPUT = `s3://${variable('self:custom.output')}`;
/** S3 puts an inventory below the name of its bucket and its own, which is to be winnow. */
const INVENTORY = `s3://${variable('param:inventoryBucket')}/${variable('param:inventoryPrefix')}${variable('param:inputBucket')}/winnow`;

/**
 * Lines of JSON, under any codec: Athena tells it by the ending of the name, .zst and .gz among them.
 *
 * The OpenX SerDe, because it alone takes a nested value into a string column, as its JSON text: that is how `extra` and other
 * free-form values are read. The Hive one refuses a row in which a string column meets an object.
 */
const JSON_LINES: Format = {
  classification: 'json',
  input: 'org.apache.hadoop.mapred.TextInputFormat',
  output: 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat',
  serde: 'org.openx.data.jsonserde.JsonSerDe',
  serdeParameters: {
    // Left to itself it reads every key in lower case, those of maps as well: tags and the pointers of `extra` would change,
    // and two that differ by case alone would meet. Our own names are all in lower case.
    'case.insensitive': 'FALSE',
    // Keys with dots are keys of maps, which need no renaming.
    'dots.in.keys': 'FALSE',
    // A line that is no JSON is not ours: better a query that fails than one that leaves something out.
    'ignore.malformed.json': 'FALSE',
    // Schemas see to the types, but not to the size of integers: one event with a pid beyond 64 bits would otherwise fail every
    // query that reads pids. So that one value is NULL; the line itself has it still.
    'use.null.for.invalid.data': 'TRUE',
  },
};

/** S3 writes an inventory as Parquet files, and for Hive a list of them. */
const INVENTORY_FILES: Format = {
  classification: 'parquet',
  input: 'org.apache.hadoop.hive.ql.io.SymlinkTextInputFormat',
  output: 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat',
  serde: 'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe',
  serdeParameters: { 'serialization.format': '1' },
};

/** The first version of the agent that sent such events is of 2020. Beyond tomorrow only wrong clocks write. */
const DAYS: Partition = {
  name: 'dt',
  projection: {
    type: 'date',
    format: 'yyyy-MM-dd',
    range: '2020-01-01,NOW+1DAY',
    interval: '1',
    'interval.unit': 'DAYS',
  },
};

const CATEGORIES: Partition = {
  name: 'category',
  projection: { type: 'enum', values: Object.values(CATEGORY_SLUGS).join(',') },
};

/** Inventories begin at no fixed hour; the latest one is among the last three days'. */
const INVENTORY_TIMES: Partition = {
  name: 'dt',
  projection: {
    type: 'date',
    format: 'yyyy-MM-dd-HH-mm',
    range: 'NOW-3DAYS,NOW',
    interval: '1',
    'interval.unit': 'MINUTES',
  },
};

const EVENTS = readColumns('normalized-event');

export const TABLES: readonly Table[] = [
  {
    name: 'events',
    about: 'Normalized events, by the day on which they happened and by category.',
    schema: 'normalized-event',
    columns: EVENTS,
    location: `${OUTPUT}/events/`,
    partitions: [DAYS, CATEGORIES],
    format: JSON_LINES,
  },
  {
    name: 'events_undated',
    about: 'Normalized events that carry no time, and so belong to no day.',
    schema: 'normalized-event',
    columns: EVENTS,
    location: `${OUTPUT}/events/dt=${DEFAULT_PARTITION}/`,
    partitions: [CATEGORIES],
    format: JSON_LINES,
  },
  {
    name: 'rejects',
    about: 'Records that were refused, by the day on which their object was last modified.',
    schema: 'reject',
    columns: readColumns('reject'),
    location: `${OUTPUT}/rejects/`,
    partitions: [DAYS],
    format: JSON_LINES,
  },
  {
    name: 'receipts',
    about: 'The account of each input object, by the day on which it was last modified.',
    schema: 'receipt',
    columns: readColumns('receipt'),
    location: `${OUTPUT}/receipts/`,
    partitions: [DAYS],
    format: JSON_LINES,
  },
  {
    name: 'input_inventory',
    about: 'What S3 Inventory found in the input bucket, in its latest lists; empty until an inventory is set up.',
    columns: new Map([
      ['bucket', { kind: 'text' }],
      ['key', { kind: 'text' }],
      ['size', { kind: 'bigint' }],
      ['last_modified_date', { kind: 'timestamp' }],
      ['e_tag', { kind: 'text' }],
    ]),
    location: `${INVENTORY}/hive/`,
    partitions: [INVENTORY_TIMES],
    format: INVENTORY_FILES,
  },
];

function readColumns(schema: string): Columns {
  const url = new URL(`../schemas/output/${schema}.schema.json`, import.meta.url);
  return columnsOf(JSON.parse(readFileSync(url, 'utf8')));
}

/** The resources of infra/tables.yml. */
export function tableResources(): { readonly [name: string]: unknown } {
  return {
    EventDatabase: {
      Type: 'AWS::Glue::Database',
      Properties: {
        CatalogId: { Ref: 'AWS::AccountId' },
        DatabaseInput: {
          // Athena wants names without dashes.
          Name: `cws_winnow_${variable('sls:stage')}`,
          Description: 'Cloud Workload Security events, normalized by Winnow',
        },
      },
    },
    ...Object.fromEntries(TABLES.map((table) => [resourceName(table.name, 'Table'), tableResource(table)])),
  };
}

/** `events_undated` as `EventsUndatedTable`. */
export function resourceName(name: string, kind: string): string {
  return `${name.replace(/(?:^|_)(.)/g, (_, letter: string) => letter.toUpperCase())}${kind}`;
}

function tableResource({ name, about, columns, location, partitions, format }: Table) {
  return {
    Type: 'AWS::Glue::Table',
    Properties: {
      CatalogId: { Ref: 'AWS::AccountId' },
      DatabaseName: { Ref: 'EventDatabase' },
      TableInput: {
        Name: name,
        Description: about,
        TableType: 'EXTERNAL_TABLE',
        Parameters: {
          EXTERNAL: 'TRUE',
          classification: format.classification,
          'projection.enabled': 'true',
          ...Object.fromEntries(partitions.flatMap(projectionOf)),
        },
        PartitionKeys: partitions.map((partition) => ({ Name: partition.name, Type: 'string' })),
        StorageDescriptor: {
          Columns: [...columns].map(([column, type]) => ({ Name: column, Type: glueType(type) })),
          Location: location,
          InputFormat: format.input,
          OutputFormat: format.output,
          SerdeInfo: { SerializationLibrary: format.serde, Parameters: format.serdeParameters },
        },
      },
    },
  };
}

function projectionOf({ name, projection }: Partition): (readonly [string, string])[] {
  return Object.entries(projection).map(([property, value]) => [`projection.${name}.${property}`, value]);
}
