/** The event's root: every context, and how the ones that agents have moved about come together. */
import { define, isObject } from '../json.ts';
import type { JsonObject } from '../types.ts';
import { ACTIVITY_CONTEXTS } from './activity.ts';
import { agent } from './agent.ts';
import { evt, withCategory } from './evt.ts';
import { type Context, context, type Kind, keep, type Place, readFields, renamed, within } from './fields.ts';
import { file } from './file.ts';
import { KERNEL_CONTEXTS } from './kernel.ts';
import { anything, freeObject, integer, list, object, text, texts, time } from './kinds.ts';
import { mount, mountFromFile } from './mount.ts';
import { NETWORK_CONTEXTS } from './network.ts';
import { process } from './process.ts';
import { anomalousSyscall, syscalls } from './syscalls.ts';
import { usr } from './usr.ts';
import { WINDOWS_CONTEXTS } from './windows.ts';
import { cgroup, container, dd, securityProfile } from './workload.ts';

/** A member that a collector left beside a bare event's own keys. The envelope has it then. */
const intakeMember: Kind = {
  type: 'never',
  read: (value, place, key) => (place.reading.flat ? undefined : keep(value, place, key)),
};

function objects(tables: { readonly [key: string]: Context }): { [key: string]: Kind } {
  return Object.fromEntries(Object.entries(tables).map(([key, table]) => [key, object(table)]));
}

const EVENT_FIELDS = {
  agent: object(agent),
  title: text,
  evt: object(evt),
  date: renamed('time', time),
  service: text,
  file,
  usr: object(usr),
  process,
  container: object(container),
  cgroup: object(cgroup),
  security_profile: object(securityProfile),
  dd: object(dd),
  mount,
  syscalls,
  anomaly_detection_syscall: renamed('syscalls', anomalousSyscall),
  ...objects(ACTIVITY_CONTEXTS),
  ...objects(KERNEL_CONTEXTS),
  ...objects(NETWORK_CONTEXTS),
  ...objects(WINDOWS_CONTEXTS),
  hostname: intakeMember,
  status: intakeMember,
  timestamp: intakeMember,
  ddsource: intakeMember,
  ddtags: intakeMember,
};

/** An event of a rule. */
export const eventTable = context('event', EVENT_FIELDS);

/** A whole event inside one of the agent's own events. */
const innerEvent: Kind = {
  type: 'object',
  context: eventTable,
  read: (value, place, key) => {
    if (!isObject(value)) return keep(value, place, key);
    const reading = { ...place.reading, event: eventName(value), flat: false };
    const fields = readEvent(value, { ...within(place, key), reading });
    place.reading.extra = reading.extra;
    return fields;
  },
};

/** The pointers of an event's unknown leaves all begin with its id, so that a hostile id would be written once for each of them. */
const LONGEST_ID = 1024;

/** Whole events by the id of the rule that made them. */
const innerEvents: Kind = {
  type: 'map',
  context: eventTable,
  read: (value, place, key) => {
    if (!isObject(value)) return keep(value, place, key);
    const at = within(place, key);
    const output: JsonObject = {};
    for (const id in value) {
      const inner = id.length > LONGEST_ID ? keep(value[id], at, id) : innerEvent.read(value[id], at, id);
      if (inner !== undefined) define(output, id, inner);
    }
    return output;
  },
};

const rule = context('custom_rule', {
  id: text,
  version: text,
  expression: text,
  status: text,
  message: text,
  tags: anything,
  product_tags: texts,
  actions: { ...list(freeObject), type: 'jsons' },
  modified_by: anything,
});

const policy = context('custom_policy', {
  name: text,
  version: text,
  source: text,
  status: text,
  message: text,
  rules: list(object(rule)),
});

/** What the agent's own events carry beside `agent`, `title`, `date` and `service`. */
export const customTable = context('custom', {
  policies: list(object(policy)),
  policy: object(policy),
  filters: anything,
  monitored_files: anything,
  succeeded_tests: texts,
  failed_tests: texts,
  test_events: innerEvents,
  map: text,
  lost: integer,
  per_event: freeObject,
  pid_count: integer,
  threshold: integer,
  control_period: integer,
  discarded_until: time,
  pid: integer,
  comm: text,
  triggering_event: innerEvent,
  error: text,
});

/** Reads the contexts of an event of a rule. */
export function readEvent(event: JsonObject, place: Place): JsonObject {
  const fields = readFields(eventTable, event, place);
  const isOldMount = place.reading.event === 'mount' && fields['mount'] === undefined;
  const output: JsonObject = {};
  for (const key in fields) {
    const value = fields[key];
    if (key === 'evt') output[key] = withCategory(value as JsonObject);
    else if (key === 'file' && isOldMount) output['mount'] = mountFromFile(value as JsonObject);
    else output[key] = value;
  }
  return output;
}

/** Reads one of the agent's own events. Its rule id is its name; it has no `evt` of its own. */
export function readCustomEvent(event: JsonObject, place: Place): JsonObject {
  const own: JsonObject = {};
  const common: JsonObject = {};
  for (const key in event) {
    const target = customTable.fields.has(key) ? own : common;
    define(target, key, event[key]);
  }
  const fields = readFields(eventTable, common, place);
  const custom = readFields(customTable, own, place);
  const name = (fields['agent'] as JsonObject | undefined)?.['rule_id'];
  return {
    ...fields,
    evt: { ...(name !== undefined && { name }), category: 'Agent Event' },
    ...(Object.keys(custom).length > 0 && { custom }),
  };
}

export function eventName(event: JsonObject): string | undefined {
  const name = isObject(event['evt']) ? event['evt']['name'] : undefined;
  return typeof name === 'string' ? name : undefined;
}
