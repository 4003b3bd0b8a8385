/** Processes as agents of 2020 and 2021 wrote them: the executable twice, flat and (from 2021) nested. */
import type { JsonObject } from '../types.ts';
import { formatTime } from './instant.ts';
import { integer, present } from './json-value.ts';
import { baseName } from './linux-file.ts';
import type { Random } from './random.ts';
import type { LinuxProcess, LinuxStory } from './story.ts';

export type EarlyGeneration = '2020' | '2021';

export interface EarlyTeller {
  readonly random: Random;
  readonly generation: EarlyGeneration;
  readonly story: LinuxStory;
  readonly documented: boolean;
}

/** The acting process with its parent and ancestors. */
export function earlyProcess(name: string, teller: EarlyTeller): JsonObject {
  const [actor, ...ancestors] = teller.story.lineage;
  if (actor === undefined) throw new Error('a story needs an acting process');
  const told = ancestors.map((ancestor, index) => oneProcess(teller, ancestor, ancestors[index + 1], false));
  const process = oneProcess(teller, actor, ancestors[0], true);
  if (name === 'exit') process['exit_time'] = formatTime(teller.story.at, teller.story.offsetMinutes);
  const destination = destinationOf(name, teller);
  if (destination !== undefined) process['credentials'] = { ...credentials(actor), destination };
  return { ...process, ...(told[0] && { parent: told[0] }), ancestors: told };
}

/** The path of a file as the host sees it, through the layers of the container. */
export function containerPath(story: LinuxStory, path: string): string {
  return `/var/lib/docker/overlay2/${story.container?.id ?? ''}/merged${path}`;
}

function oneProcess(teller: EarlyTeller, process: LinuxProcess, parent: LinuxProcess | undefined, acting: boolean): JsonObject {
  const { random, generation, story, documented } = teller;
  const { executable, owner } = process;
  const inside = process.inContainer && story.container !== undefined;
  const modern = generation === '2021';
  // A name could not be resolved, or a cached ancestor had no thread: left out, required or not.
  const gap = !documented && random.chance(0.04);
  const words = modern && (acting || random.chance(0.15));
  return present({
    pid: process.pid,
    ppid: parent?.pid,
    tid: gap && !acting ? undefined : process.pid,
    uid: owner.uid,
    gid: owner.gid,
    user: gap ? undefined : owner.user,
    group: gap ? undefined : owner.group,
    name: modern ? undefined : baseName(executable.path),
    path_resolution_error: gap ? 'failed to resolve path' : undefined,
    executable_container_path: inside ? containerPath(story, executable.path) : undefined,
    executable_path: executable.path,
    executable_inode: integer(executable.inode),
    executable_mount_id: executable.mountId,
    executable_filesystem: modern ? random.maybe(0.3, () => executable.filesystem) : undefined,
    comm: modern ? process.comm : undefined,
    tty: process.tty ?? (modern && !documented ? random.maybe(0.05, () => 'null') : undefined),
    fork_time: formatTime(process.forked, story.offsetMinutes),
    exec_time: formatTime(process.executed, story.offsetMinutes),
    exit_time: random.maybe(acting ? 0 : 0.03, () => formatTime(story.at, story.offsetMinutes)),
    credentials: modern ? credentials(process) : undefined,
    executable: modern ? nestedExecutable(teller, process, inside) : undefined,
    container: inside ? { id: story.container?.id } : undefined,
    ...(words && {
      args: process.args.length > 0 ? process.args : undefined,
      envs: process.envs.length > 0 ? process.envs : undefined,
    }),
    args_truncated: words ? random.maybe(0.05, () => true) : undefined,
    envs_truncated: words ? random.maybe(0.05, () => true) : undefined,
  });
}

function nestedExecutable({ random, story, documented }: EarlyTeller, { executable }: LinuxProcess, inside: boolean): JsonObject {
  return present({
    path: executable.path,
    name: baseName(executable.path),
    container_path: inside ? containerPath(story, executable.path) : undefined,
    inode: integer(executable.inode),
    mode: executable.mode,
    in_upper_layer: random.maybe(0.2, () => executable.inUpperLayer),
    overlay_numlower: documented ? undefined : random.maybe(0.1, () => 3),
    mount_id: executable.mountId,
    filesystem: executable.filesystem,
    uid: executable.owner.uid,
    gid: executable.owner.gid,
    modification_time: formatTime(executable.modified, story.offsetMinutes),
    change_time: formatTime(executable.changed, story.offsetMinutes),
  });
}

function credentials({ owner, capabilities }: LinuxProcess): JsonObject {
  const { uid, user, gid, group } = owner;
  return {
    ...{
      uid,
      user,
      gid,
      group,
      euid: uid,
      euser: user,
      egid: gid,
      egroup: group,
      fsuid: uid,
      fsuser: user,
      fsgid: gid,
      fsgroup: group,
    },
    cap_effective: capabilities,
    cap_permitted: capabilities,
  };
}

function destinationOf(name: string, { story }: EarlyTeller): JsonObject | undefined {
  const { uid, user, gid, group } = story.newOwner;
  switch (name) {
    case 'setuid':
      return { uid, user, euid: uid, euser: user, fsuid: uid, fsuser: user };
    case 'setgid':
      return { gid, group, egid: gid, egroup: group, fsgid: gid, fsgroup: group };
    case 'capset':
      return { cap_effective: ['CAP_NET_RAW'], cap_permitted: ['CAP_NET_RAW', 'CAP_SYS_ADMIN'] };
    default:
      return undefined;
  }
}
