/** Objects named outright: by hand, or by a Distributed Map of Step Functions, which begins every member with a capital. */
import { isObject } from '../../json.ts';
import type { JsonObject } from '../../types.ts';
import { type Found, type Places, passedOver, readRef, together, wrong } from './found.ts';

const PLACES = { bucket: ['bucket'], key: ['key'], versionId: ['versionId'], size: ['size'] } as const;
const AS_IT_IS: Places = { ...PLACES, encoded: false };
const URL_ENCODED: Places = { ...PLACES, encoded: true };

/**
 * Reads `{bucket, key}`, `{bucket, keys: […]}`, a list of these, one item of a map, or `{Items: […], BatchInput: {bucket}}`.
 * Members may begin with a capital or not; problems name them without. What is said around a list holds for all in it,
 * so that an entry may be a key alone.
 */
export function readNamed(value: unknown, path: string): Found {
  if (Array.isArray(value)) return readEntries(value, path, {});
  const { items, batchInput, ...common } = membersOf(value) ?? {};
  if (items === undefined) return readEntry(value, path, {});
  if (!Array.isArray(items)) return wrong(`${path}.items must be a list`);
  return readEntries(items, `${path}.items`, { ...membersOf(batchInput), ...common });
}

function readEntries(entries: readonly unknown[], path: string, common: JsonObject): Found {
  const objects = entries.map((entry) => (typeof entry === 'string' ? { key: entry } : entry));
  return together(objects.map((entry, index) => readEntry(entry, `${path}[${index}]`, common)));
}

/** Reads what names one object, or several keys of one bucket. */
function readEntry(entry: unknown, path: string, common: JsonObject): Found {
  const own = membersOf(entry);
  if (own === undefined) return wrong(`${path} must be a JSON object`);
  const members = { ...common, ...own };
  const { key, keys } = members;
  if (key !== undefined) return readObject(members, path);
  if (keys === undefined) return wrong(`${path} is no event that Winnow knows; see docs/triggers.md`);
  if (!Array.isArray(keys)) return wrong(`${path}.keys must be a list`);
  return together(keys.map((each: unknown, index) => readObject({ ...members, key: each }, `${path}.keys[${index}]`)));
}

function readObject(members: JsonObject, path: string): Found {
  // A line of an inventory of all versions.
  if (String(members['isDeleteMarker']) === 'true') return passedOver('not_created');
  // S3's own word for it. An inventory as CSV is encoded, and nothing in its lines tells.
  return readRef(members, path, members['encodingType'] === 'url' ? URL_ENCODED : AS_IT_IS);
}

/** The members of an object under names that begin with a small letter. */
function membersOf(value: unknown): JsonObject | undefined {
  if (!isObject(value)) return undefined;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name.charAt(0).toLowerCase() + name.slice(1), member]),
  );
}
