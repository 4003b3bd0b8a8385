/** `process`, its ancestors, and every other process an event speaks of. */
import { isObject, isSameJson } from '../json.ts';
import type { JsonObject } from '../types.ts';
import { type Context, context, type Kind, keep, moved, readFields, renamed, within } from './fields.ts';
import { details, withoutZeroOwner } from './file.ts';
import { boolean, freeObject, integer, list, object, text, texts, time, unlessEmpty } from './kinds.ts';
import { awsSecurityCredentials } from './network.ts';
import { syscalls } from './syscalls.ts';
import { cgroup, container } from './workload.ts';

const CREDENTIAL_FIELDS = {
  uid: integer,
  user: text,
  gid: integer,
  group: text,
  euid: integer,
  euser: text,
  egid: integer,
  egroup: text,
  fsuid: integer,
  fsuser: text,
  fsgid: integer,
  fsgroup: text,
  auid: integer,
  cap_effective: texts,
  cap_permitted: texts,
};

/** `destination` is what setuid, setgid and capset ask for. */
const credentials = context('credentials', {
  ...CREDENTIAL_FIELDS,
  destination: object(context('credentials_destination', CREDENTIAL_FIELDS)),
});

const userSession = context('user_session', {
  id: text,
  session_type: text,
  k8s_username: text,
  k8s_uid: text,
  k8s_groups: texts,
  k8s_extra: freeObject,
  ssh_username: text,
  ssh_port: integer,
  ssh_client_ip: text,
  ssh_auth_method: text,
  ssh_public_key: text,
});

/** Agents of early days wrote the text `null` for a process without a terminal. */
const terminal: Kind = {
  type: 'text',
  read: (value, place, key) => (value === 'null' ? undefined : text.read(value, place, key)),
};

const PROCESS_FIELDS = {
  pid: integer,
  ppid: integer,
  tid: integer,
  uid: integer,
  gid: integer,
  user: text,
  group: text,
  user_sid: text,
  path_resolution_error: text,
  comm: text,
  name: renamed('comm', text),
  tty: terminal,
  fork_time: time,
  exec_time: time,
  exit_time: time,
  credentials: object(credentials),
  caps_attempted: texts,
  caps_used: texts,
  user_session: object(userSession),
  executable: details,
  executable_path: moved('executable', 'path', text),
  executable_container_path: moved('executable', 'container_path', text),
  executable_inode: moved('executable', 'inode', integer),
  executable_mount_id: moved('executable', 'mount_id', integer),
  executable_filesystem: moved('executable', 'filesystem', text),
  interpreter: details,
  cgroup: object(cgroup),
  container: object(container),
  argv0: text,
  args: texts,
  args_truncated: boolean,
  envs: texts,
  envs_truncated: boolean,
  cmdline: text,
  is_thread: boolean,
  is_kworker: boolean,
  is_exec_child: boolean,
  source: text,
  syscalls,
  aws_security_credentials: awsSecurityCredentials,
};

function processKind(table: Context, finish: (fields: JsonObject, input: JsonObject) => JsonObject): Kind {
  return {
    type: 'object',
    context: table,
    read: (value, place, key) => {
      if (!isObject(value)) return keep(value, place, key);
      // The parent is written twice by agents, as `parent` and as the nearest ancestor; once is enough when they agree.
      const nearest = Array.isArray(value['ancestors']) ? (value['ancestors'] as unknown[])[0] : undefined;
      const skip = nearest !== undefined && isSameJson(value['parent'], nearest) ? 'parent' : undefined;
      return unlessEmpty(finish(withoutWorkerFiller(readFields(table, value, within(place, key), skip)), value));
    },
  };
}

/** A kernel worker has no user: agents write zeros for its ids and empty credentials. */
function withoutWorkerFiller(process: JsonObject): JsonObject {
  if (process['is_kworker'] !== true) return process;
  const { credentials: given, ...rest } = withoutZeroOwner(process);
  const isFiller = (value: unknown): boolean => value === 0 || (Array.isArray(value) && value.length === 0);
  const real = isObject(given) && !Object.values(given).every(isFiller);
  return real ? { ...rest, credentials: given } : rest;
}

const ancestor = processKind(context('process_details', PROCESS_FIELDS), (fields) => fields);

const processTable = context(
  'process',
  {
    ...PROCESS_FIELDS,
    parent: ancestor,
    ancestors: list(ancestor),
    variables: freeObject,
    truncated_ancestors: boolean,
  },
  { lineage: 'texts' },
);

/** Adds `lineage`: the names of the process and its ancestors, nearest first, so that a query need not open the tree. */
function withLineage(process: JsonObject, input: JsonObject): JsonObject {
  const { parent, ancestors } = process as { parent?: JsonObject; ancestors?: JsonObject[] };
  const lineage: string[] = [];
  const add = (link: JsonObject | undefined): void => {
    const name = link && nameOf(link);
    if (name !== undefined) lineage.push(name);
  };
  add(process);
  if (ancestors?.length) for (const ancestor of ancestors) add(ancestor);
  else add(parent);
  if (lineage.length === 0) return process;
  const output = process === input ? { ...process } : process;
  output['lineage'] = lineage;
  return output;
}

function nameOf(process: JsonObject): string | undefined {
  const { comm, executable } = process as { comm?: string; executable?: { name?: string; path?: string } };
  return comm ?? executable?.name ?? executable?.path?.split(/[\\/]/).at(-1);
}

export const process: Kind = processKind(processTable, withLineage);
