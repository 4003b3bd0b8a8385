/** What the events carried that Winnow's tables do not know, over all receipts. */
import { OTHERS } from '../output/tally.ts';
import type { Receipt } from '../types.ts';
import { byName } from './table.ts';

export interface DriftRow {
  /** JSON Pointer of an unknown field, or the name of an unknown type of event. */
  readonly name: string;
  readonly kind: 'field' | 'event type';
  /** Events of that type, or the times that events carried the field: one in a list may be there several times in an event. */
  readonly count: number;
  readonly objects: number;
  /** When the first object with it arrived. */
  readonly first_arrived: string;
  readonly first_seen_agent_version?: string;
}

export interface Drift {
  readonly rows: readonly DriftRow[];
  /** Names beyond those rows, as far as they were told apart. */
  readonly more: number;
}

const MOST_NAMES = 20_000;
const EVENT_TYPE = '/evt/name=';
/** Later than every time. */
const NEVER = '~';

interface Sums {
  count: number;
  objects: number;
  arrived: string;
  /** That of the object that arrived first among those that say. */
  version: string | undefined;
  versionArrived: string;
}

/** Adds up the drift of receipts. Which names are told apart when there are too many depends on their order. */
export function createDrift() {
  const rows = new Map<string, Sums>();
  let beyond = 0;

  function add({ drift, source: { last_modified: arrived } }: Receipt): void {
    for (const [name, { count, first_seen_agent_version: version }] of Object.entries(drift)) {
      const row = rowOf(name);
      if (row === undefined) continue;
      row.count += count;
      row.objects++;
      if (arrived < row.arrived) row.arrived = arrived;
      if (version === undefined || (row.version !== undefined && arrived >= row.versionArrived)) continue;
      row.version = version;
      row.versionArrived = arrived;
    }
  }

  function rowOf(name: string): Sums | undefined {
    const found = rows.get(name);
    if (found !== undefined) return found;
    if (name === OTHERS || rows.size === MOST_NAMES) {
      beyond = 1;
      return undefined;
    }
    const blank: Sums = { count: 0, objects: 0, arrived: NEVER, version: undefined, versionArrived: NEVER };
    rows.set(name, blank);
    return blank;
  }

  return {
    add,
    drift(most: number): Drift {
      const sorted = [...rows].sort(([a, { count: m }], [b, { count: n }]) => n - m || byName(a, b));
      return {
        rows: sorted.slice(0, most).map(([name, { count, objects, arrived, version }]) => ({
          name: name.startsWith(EVENT_TYPE) ? name.slice(EVENT_TYPE.length) : name,
          kind: name.startsWith(EVENT_TYPE) ? 'event type' : 'field',
          ...{ count, objects, first_arrived: arrived },
          ...(version !== undefined && { first_seen_agent_version: version }),
        })),
        more: Math.max(0, sorted.length - most) + beyond,
      };
    },
  };
}
