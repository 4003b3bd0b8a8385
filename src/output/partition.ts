/** Which partition an event belongs to, and how its values are written so that every Hive reader reads them back. */
import { hash } from 'node:crypto';
import { CATEGORY_SLUGS, type Category } from '../event-types.ts';
import type { Dimension } from '../settings.ts';
import type { NormalizedEvent } from '../types.ts';

/** What Hive writes for a value that is missing or empty. */
export const DEFAULT_PARTITION = '__HIVE_DEFAULT_PARTITION__';

/** The characters that Hive escapes in partition values: control characters and those with a meaning in paths or globs. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what has to be escaped
const UNSAFE = /[\u0000-\u001f\u007f"#%'*/:=?\\{}[\]^]/g;

/** Dates, categories, event types and most other values are written as they are. */
const SAFE = /^[\w.-]{1,100}$/;

/** File systems stop at 255 bytes for a name, S3 at 1,024 for a key. The event itself holds the whole value. */
const LONGEST_VALUE_BYTES = 128;
const KEPT_CHARACTERS = 32;

const READERS: { readonly [dimension in Dimension]: (event: NormalizedEvent) => unknown } = {
  dt: (event) => event.time?.slice(0, 10),
  hour: (event) => event.time?.slice(11, 13),
  category: (event) => CATEGORY_SLUGS[(event.evt?.['category'] ?? 'Unknown Category') as Category],
  name: (event) => event.evt?.['name'],
  platform: (event) => event.platform,
  rule_id: (event) => event.agent?.['rule_id'],
  service: (event) => event.service,
  host: (event) => event.host,
};

/** Makes the function that gives an event's partition, such as `dt=2026-11-22/category=file_activity`. */
export function partitioner(dimensions: readonly Dimension[]): (event: NormalizedEvent) => string {
  const readers = dimensions.map((dimension) => [dimension, READERS[dimension]] as const);
  return (event) => readers.map(([dimension, read]) => `${dimension}=${escapeValue(read(event))}`).join('/');
}

/** Writes a partition value. A value too long for a path is cut and marked with a digest, so that it stays one partition. */
export function escapeValue(value: unknown): string {
  if (typeof value !== 'string' || value === '') return DEFAULT_PARTITION;
  if (SAFE.test(value)) return value;
  const escaped = hiveEscape(value);
  if (Buffer.byteLength(escaped) <= LONGEST_VALUE_BYTES) return escaped;
  const start = hiveEscape(value.slice(0, KEPT_CHARACTERS).toWellFormed());
  return `${start}~${hash('sha256', value, 'hex').slice(0, 16)}`;
}

function hiveEscape(value: string): string {
  return value
    .toWellFormed()
    .replace(UNSAFE, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`);
}
