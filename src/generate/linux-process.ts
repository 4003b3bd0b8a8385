/** Processes, their credentials, sessions and workloads as the single-platform and Linux generations write them. */
import type { JsonObject } from '../types.ts';
import { formatTime } from './instant.ts';
import { present } from './json-value.ts';
import { baseName, fullFile, metadataOf, type Teller } from './linux-file.ts';
import { CAPABILITIES } from './linux-vocabulary.ts';
import type { Random } from './random.ts';
import type { LinuxProcess } from './story.ts';

/** The acting process with its parent and ancestors. `more` are the members that belong to the type of event. */
export function processContext(teller: Teller, lineage: readonly LinuxProcess[], more: JsonObject = {}): JsonObject {
  const { random } = teller;
  const [actor, ...ancestors] = lineage;
  if (actor === undefined) return kernelWorker(teller);
  const told = ancestors.map((ancestor, index) => anAncestor(teller, ancestor, ancestors[index + 1]));
  return present({
    ...oneProcess(teller, actor, ancestors[0], { acting: true }),
    ...more,
    parent: told[0],
    ancestors: told.length > 0 ? told : undefined,
    variables: teller.generation === 'linux' ? random.maybe(0.1, () => variables(random)) : undefined,
    truncated_ancestors: teller.generation === 'linux' ? random.maybe(0.04, () => true) : undefined,
  });
}

/** A kernel thread has no executable, no command and no names. */
export function kernelWorker({ random, generation, documented }: Teller): JsonObject {
  const pid = random.int(100_000, 999_999);
  const ids = { uid: 0, gid: 0, euid: 0, egid: 0, fsuid: 0, fsgid: 0, ...(generation === 'linux' && { auid: 4294967295 }) };
  const lists = !documented && random.chance(0.5) ? null : [];
  return { pid, tid: pid, uid: 0, gid: 0, credentials: { ...ids, cap_effective: lists, cap_permitted: lists }, is_kworker: true };
}

export function containerContext({ random, generation, story }: Teller): JsonObject | undefined {
  const { container } = story;
  if (container === undefined || !story.lineage[0]?.inContainer) return undefined;
  return present({
    id: container.id,
    created_at: random.maybe(0.8, () => formatTime(container.created, story.offsetMinutes)),
    variables: generation === 'linux' ? random.maybe(0.1, () => variables(random)) : undefined,
  });
}

export function cgroupContext({ random, generation }: Teller, process: LinuxProcess | undefined): JsonObject | undefined {
  if (generation !== 'linux' || process === undefined) return undefined;
  return present({
    id: process.cgroup,
    manager: random.maybe(0.8, () => (process.inContainer ? random.pick(['containerd', 'cri-o', 'docker']) : 'systemd')),
    variables: random.maybe(0.05, () => variables(random)),
  });
}

/** What rules remember: text, numbers, truths and lists of them. */
export function variables(random: Random): JsonObject {
  return {
    risk_score: random.int(1, 100),
    ...random.maybe(0.5, () => ({ correlation_key: random.hex(16) })),
    ...random.maybe(0.4, () => ({ shell_seen: random.chance(0.5) })),
    ...random.maybe(0.4, () => ({ downloaded: ['/tmp/install.sh', '/tmp/.cache/x'] })),
  };
}

function anAncestor(teller: Teller, process: LinuxProcess, parent: LinuxProcess | undefined): JsonObject {
  // The kernel starts some programs itself, module loaders for one.
  const byKernel = process.pid !== 1 && teller.random.chance(0.01);
  if (byKernel) return { ...kernelWorker(teller), pid: process.pid, tid: process.pid };
  return oneProcess(teller, process, parent, { acting: false });
}

function oneProcess(
  teller: Teller,
  process: LinuxProcess,
  parent: LinuxProcess | undefined,
  { acting }: { acting: boolean },
): JsonObject {
  const { random, generation, story } = teller;
  const linux = generation === 'linux';
  const { maybe } = random;
  // Agents blank arguments of some ancestors to save space.
  const words = acting || random.chance(0.6);
  const unresolved = random.chance(0.01);
  return present({
    pid: process.pid,
    ppid: parent?.pid,
    tid: process.pid,
    uid: process.owner.uid,
    gid: process.owner.gid,
    user: process.owner.user,
    group: process.owner.group,
    path_resolution_error: unresolved ? 'failed to resolve path' : undefined,
    comm: process.comm,
    tty: process.tty,
    fork_time: formatTime(process.forked, story.offsetMinutes),
    exec_time: formatTime(process.executed, story.offsetMinutes),
    exit_time: maybe(acting ? 0 : 0.03, () => formatTime(story.at, story.offsetMinutes)),
    credentials: credentials(teller, process),
    ...(linux && random.chance(0.06)
      ? { caps_attempted: random.some(CAPABILITIES, 2), caps_used: random.some(CAPABILITIES, 1) }
      : {}),
    user_session: userSession(teller, process),
    executable: unresolved
      ? undefined
      : fullFile(
          teller,
          process.executable,
          linux && random.chance(0.1) ? { metadata: metadataOf(random, process.executable) } : {},
        ),
    interpreter: process.interpreter && fullFile(teller, process.interpreter),
    cgroup: maybe(0.4, () => cgroupContext(teller, process)),
    container: process.inContainer ? containerContext(teller) : undefined,
    argv0: words ? baseName(process.executable.path) : undefined,
    args: words && process.args.length > 0 ? process.args : undefined,
    args_truncated: words ? maybe(0.03, () => true) : undefined,
    envs: words && process.envs.length > 0 ? process.envs : undefined,
    envs_truncated: words ? maybe(0.03, () => true) : undefined,
    is_thread: maybe(0.05, () => true),
    is_kworker: undefined,
    is_exec_child: maybe(0.15, () => true),
    source: maybe(0.6, () => random.pick(['event', 'procfs', 'procfs_snapshot', 'unknown'])),
    syscalls: linux ? maybe(0.02, () => syscallList(random)) : undefined,
    aws_security_credentials: linux ? maybe(0.03, () => [awsCredentials(random)]) : undefined,
  });
}

function credentials({ random, generation, story, documented }: Teller, { owner, capabilities, tty }: LinuxProcess): JsonObject {
  // Go writes a list that was never made as null.
  const noCapabilities = capabilities.length === 0 && !documented && random.chance(0.3);
  const login = story.session?.kind === 'ssh' && tty !== undefined ? 1000 : 4294967295;
  return {
    uid: owner.uid,
    user: owner.user,
    gid: owner.gid,
    group: owner.group,
    euid: owner.uid,
    euser: owner.user,
    egid: owner.gid,
    egroup: owner.group,
    fsuid: owner.uid,
    fsuser: owner.user,
    fsgid: owner.gid,
    fsgroup: owner.group,
    ...(generation === 'linux' && { auid: login }),
    cap_effective: noCapabilities ? null : capabilities,
    cap_permitted: noCapabilities ? null : capabilities,
  };
}

function userSession({ random, generation, story }: Teller, process: LinuxProcess): JsonObject | undefined {
  const { session } = story;
  if (session === undefined || process.tty === undefined) return undefined;
  if (session.kind === 'k8s') {
    return {
      id: session.id,
      session_type: 'k8s',
      k8s_username: session.user,
      k8s_uid: '5b7f6f0c-0000-4000-8000-0123456789ab',
      k8s_groups: ['system:authenticated', 'sre'],
      k8s_extra: { 'authentication.kubernetes.io/credential-id': ['JTI=0d2f6c1e'], scopes: ['exec', 'logs'] },
    };
  }
  if (generation !== 'linux') return undefined;
  return {
    id: session.id,
    session_type: 'ssh',
    ssh_username: session.user,
    ssh_port: 51_515,
    ssh_client_ip: story.peer.ip,
    ssh_auth_method: random.pick(['publickey', 'password', 'keyboard-interactive']),
    ...random.maybe(0.7, () => ({ ssh_public_key: `SHA256:${random.token(43)}` })),
  };
}

/** Temporary cloud credentials as seen on the metadata service: never the secret, and here an example id. */
export function awsCredentials(random: Random): JsonObject {
  return {
    code: 'Success',
    type: 'AWS-HMAC',
    access_key_id: `ASIAEXAMPLE${random.int(100_000_000, 999_999_999)}`,
    last_updated: '2026-11-22T08:00:12Z',
    expiration: '2026-11-22T14:21:40Z',
  };
}

export function syscallList(random: Random): JsonObject[] {
  const known = [
    { name: 'SysPtrace', id: 101 },
    { name: 'SysMount', id: 165 },
    { name: 'SysInitModule', id: 175 },
    { name: 'SysBpf', id: 321 },
    { name: 'SysUserfaultfd', id: 323 },
  ];
  return random.some(known, random.int(1, 4));
}
