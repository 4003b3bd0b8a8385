/** What an output holds, in the same terms as leaves.ts: its leaves as often as they occur, less what Winnow adds. */
import type { JsonObject } from '../../src/types.ts';
import { inUtc, isJsonObject, leafText } from './leaves.ts';

/** What Winnow makes itself, at the root. */
const MADE_BY_WINNOW = ['schema_version', 'event_id', 'time_ms', 'platform', 'generation', 'source', 'tags'];

/** Counts the leaves of a normalized event. `event` is what it was made from. */
export function foundLeaves(output: JsonObject, event: JsonObject): Map<string, number> {
  const found = new Map<string, number>();
  const add = (leaf: string) => found.set(leaf, (found.get(leaf) ?? 0) + 1);
  const date = typeof event['date'] === 'string' && !event['date'].startsWith('0001-') ? inUtc(event['date']) : undefined;
  for (const [name, value] of Object.entries(output)) {
    if (MADE_BY_WINNOW.includes(name)) continue;
    // The time of the envelope, which says it itself.
    if (name === 'time' && date === undefined) continue;
    // The name of one of the agent's own events is its rule id.
    if (name === 'evt' && output['generation'] === 'custom') continue;
    if (name === 'envelope') {
      const { kind: _kind, ...envelope } = value as JsonObject;
      count(envelope, 'envelope', false, add);
    } else {
      count(value, name, name === 'extra', add);
    }
  }
  return found;
}

function count(value: unknown, key: string, isFree: boolean, add: (leaf: string) => void): void {
  if (Array.isArray(value) && value.length > 0) {
    for (const item of value) count(item, key, isFree, add);
  } else if (isJsonObject(value) && Object.keys(value).length > 0) {
    for (const [name, member] of Object.entries(value)) {
      if (!isFree && (name === 'lineage' || (name === 'category' && value['reported_category'] !== undefined))) continue;
      if (!isFree && key === 'hashes') add(JSON.stringify(`${name}:${member}`));
      else count(member, name, isFree || name === 'extra', add);
    }
  } else {
    add(leafText(value));
  }
}

/** The tags of an output as agents write them. */
export function foundTags(output: JsonObject): Set<string> {
  const lists = Object.entries((output['tags'] ?? {}) as { [tag: string]: string[] });
  return new Set(lists.flatMap(([tag, values]) => [tag, ...values.map((value) => `${tag}:${value}`)]));
}

/** The value at a JSON Pointer; undefined when there is none. */
export function valueAt(root: unknown, pointer: string): unknown {
  const keys = pointer.split('/').slice(1);
  let value = root;
  for (const key of keys.map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'))) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as JsonObject)[key];
  }
  return value;
}
