/** What only the events themselves tell: rules, hosts, versions of agents, hours, and how late they came. */
import { isObject } from '../json.ts';
import type { JsonObject } from '../types.ts';
import { type Band, bandAt, createBands, LATENESS } from './bands.ts';
import { createTable, MOST_ROWS, type Ranking } from './table.ts';
import { type Timeline, timelineOf } from './timeline.ts';

export interface Lateness {
  readonly bands: readonly Band[];
  /** Events without a time of their own. */
  readonly timeless: number;
  /** The band that half of the events, and 95 in 100, lie in or below. */
  readonly half?: string;
  readonly most?: string;
}

export interface FromEvents {
  readonly by_time?: Timeline<'events'>;
  readonly lateness: Lateness;
  readonly by_rule: Ranking<'count'>;
  readonly by_host: Ranking<'count'>;
  readonly by_service: Ranking<'count'>;
  readonly by_agent_version: Ranking<'count'>;
}

const NONE = '(none)';
const LONGEST_NAME = 200;

/** Adds up lines of events. */
export function createEventsFold() {
  const hours = createTable(['events']);
  const late = createBands(LATENESS);
  const [rules, hosts, services, versions] = [0, 0, 0, 0].map(() => createTable(['count'])) as [Names, Names, Names, Names];
  let timeless = 0;

  return {
    /** `arrived`: when the object of the event was last changed, RFC 3339. */
    add(event: JsonObject, arrived: string): void {
      const { time, time_ms: ms, host, service } = event;
      const agent = isObject(event['agent']) ? event['agent'] : {};
      hours.add(typeof time === 'string' ? time.slice(0, 13) : '', { events: 1 });
      if (typeof ms === 'number') late.add(Date.parse(arrived) - ms);
      else timeless++;
      rules.add(named(agent['rule_id']), { count: 1 });
      versions.add(named(agent['version']), { count: 1 });
      hosts.add(named(host), { count: 1 });
      services.add(named(service), { count: 1 });
    },
    result(): FromEvents {
      const bands = late.bands();
      const byTime = timelineOf(hours, ['events']);
      const [half, most] = [bandAt(bands, 0.5), bandAt(bands, 0.95)];
      return {
        ...(byTime && { by_time: byTime }),
        lateness: { bands, timeless, ...(half !== undefined && { half }), ...(most !== undefined && { most }) },
        by_rule: rules.ranking('count', MOST_ROWS),
        by_host: hosts.ranking('count', MOST_ROWS),
        by_service: services.ranking('count', MOST_ROWS),
        by_agent_version: versions.ranking('count', MOST_ROWS),
      };
    },
  };
}

type Names = ReturnType<typeof createTable<'count'>>;

function named(value: unknown): string {
  return typeof value === 'string' && value !== '' ? value.slice(0, LONGEST_NAME) : NONE;
}
