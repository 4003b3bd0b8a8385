/**
 * Tells which format an event is written in. The payload has no version key, so its markers decide: keys that only the
 * agents of one generation write. docs/generations.md lists them with their sources.
 */
import { EVENT_TYPES } from '../event-types.ts';
import type { Conformance } from '../settings.ts';
import type { Generation, JsonObject } from '../types.ts';

/** Root keys that came with the split by platform. A test holds them against the schemas. */
export const KEYS_SINCE_SPLIT = [
  'cgroup',
  'syscall',
  'imds',
  'accept',
  'connect',
  'packet',
  'syscalls',
  'network_flow_monitor',
  'sysctl',
  'setsockopt',
  'cgroup_write',
  'capabilities',
  'prctl',
] as const;

/** Root keys of the one schema for all platforms that the documentation of 2021 does not have. A test holds them against the schemas. */
export const KEYS_AFTER_2021 = [
  'exit',
  'network',
  'dd',
  'security_profile',
  'selinux',
  'bpf',
  'mmap',
  'mprotect',
  'ptrace',
  'module',
  'signal',
  'splice',
  'dns',
  'bind',
  'mount',
  'anomaly_detection_syscall',
] as const;

/** Event names that only one generation has, and names that came after 2021. */
const ONLY_GENERATION = new Map<string, Generation>();
const NAMES_AFTER_2021 = new Set<string>();
for (const { name } of EVENT_TYPES) {
  const generations = EVENT_TYPES.filter((type) => type.name === name).flatMap((type) => type.generations);
  const [only] = generations;
  if (generations.length === 1 && only !== undefined) ONLY_GENERATION.set(name, only);
  if (!generations.includes('2021')) NAMES_AFTER_2021.add(name);
}

const NOTHING: JsonObject = Object.freeze({});

/**
 * The generation of an event, valid or not. An event without any marker is of the years with one schema for all platforms;
 * under conformance `documented` it is held to the documentation of 2021 unless it has a key that is younger than that.
 */
export function generationOf(event: JsonObject, conformance: Conformance): Generation {
  const agent = objectAt(event, 'agent');
  if (event['evt'] === undefined && event['process'] === undefined && agent['rule_id'] !== undefined) return 'custom';
  // What the agent says of itself goes before what its events look like.
  if (agent['os'] === 'windows') return 'windows';
  if (agent['os'] !== undefined || agent['origin'] !== undefined) return 'linux';

  const process = objectAt(event, 'process');
  const file = objectAt(event, 'file');
  const usr = objectAt(event, 'usr');
  // 2021 renamed two keys and kept the flat ones, so the old names decide first, unless the new one stands beside them.
  if (
    (usr['user'] !== undefined && usr['id'] === undefined) ||
    (process['name'] !== undefined && process['comm'] === undefined)
  ) {
    return '2020';
  }
  if (file['container_path'] !== undefined || isProcessOf2021(process) || isProcessOf2021(objectAt(process, 'parent')))
    return '2021';
  if (
    usr['sid'] !== undefined ||
    process['cmdline'] !== undefined ||
    process['user_sid'] !== undefined ||
    event['registry'] !== undefined ||
    event['permission_change'] !== undefined ||
    file['device_path'] !== undefined
  ) {
    return 'windows';
  }
  const evt = objectAt(event, 'evt');
  const name = evt['name'];
  const only = typeof name === 'string' ? ONLY_GENERATION.get(name) : undefined;
  if (only !== undefined) return only;
  if (hasAny(event, KEYS_SINCE_SPLIT)) return 'linux';
  if (conformance === 'compat') return 'single-platform';
  return hasKeyAfter2021(event, evt, process) ? 'single-platform' : '2021';
}

function isProcessOf2021(process: JsonObject): boolean {
  return (
    process['executable_path'] !== undefined ||
    process['executable_inode'] !== undefined ||
    process['executable_mount_id'] !== undefined ||
    process['executable_container_path'] !== undefined ||
    objectAt(process, 'executable')['container_path'] !== undefined
  );
}

function hasKeyAfter2021(event: JsonObject, evt: JsonObject, process: JsonObject): boolean {
  return (
    hasAny(event, KEYS_AFTER_2021) ||
    (typeof evt['name'] === 'string' && NAMES_AFTER_2021.has(evt['name'])) ||
    evt['async'] !== undefined ||
    evt['matched_rules'] !== undefined ||
    process['argv0'] !== undefined ||
    process['is_thread'] !== undefined ||
    process['is_kworker'] !== undefined ||
    process['user_session'] !== undefined ||
    process['interpreter'] !== undefined
  );
}

function hasAny(object: JsonObject, keys: readonly string[]): boolean {
  for (const key of keys) {
    if (object[key] !== undefined) return true;
  }
  return false;
}

/** The object at a key; an empty one when something else is there, which validation then says. */
function objectAt(object: JsonObject, key: string): JsonObject {
  const value = object[key];
  return typeof value === 'object' && value !== null ? (value as JsonObject) : NOTHING;
}
