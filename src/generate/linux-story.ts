import { before, fraction, type Instant } from './instant.ts';
import { NESTING, PROGRAMS, type Program, type ProgramName, TREES, type Tree } from './linux-programs.ts';
import { CAPABILITIES, DOMAINS, ENVS, FILES, HOSTS, PEOPLE, ROOT, RULES } from './linux-vocabulary.ts';
import type { Random } from './random.ts';
import type { Container, LinuxFile, LinuxProcess, LinuxStory, Person } from './story.ts';

/** The largest inode the format allows; some file systems really use the upper half. */
const LARGEST_INODE = '18446744073709551615';
const FILESYSTEMS = ['ext4', 'xfs', 'overlay', 'tmpfs', 'btrfs'] as const;

/** Makes up what happened on a Linux host. `ancestors` fixes how deep the process tree is; without it the tree decides. */
export function tellLinuxStory(random: Random, at: Instant, ancestors?: number): LinuxStory {
  const tree = random.pick(TREES);
  const container = tree.container ? makeContainer(random, at) : undefined;
  const session = tree.session;
  return {
    platform: 'linux',
    at,
    offsetMinutes: random.chance(0.08) ? random.pick([60, 120, -300, 330]) : 0,
    host: random.pick(HOSTS),
    service: tree.service,
    rule: random.pick(RULES),
    lineage: makeLineage(random, at, tree, container, ancestors),
    ...(container && { container }),
    ...(session && {
      session: { kind: session, id: random.hex(16), user: session === 'ssh' ? tree.owner : 'alice@example.com' },
    }),
    file: makeFile(random, at, random.pick(FILES), tree.container),
    target: makeFile(random, at, `${random.pick(['/tmp/', '/var/tmp/.', '/home/alice/'])}${random.hex(8)}.bak`, tree.container),
    mode: random.pick([0o644, 0o600, 0o755, 0o777, 0o4755]),
    newOwner: random.pick(Object.values(PEOPLE)),
    local: {
      ip: random.pick(['192.0.2.15', '192.0.2.80', '2001:db8::15', '0.0.0.0']),
      port: random.pick([443, 8080, 5432, random.int(32768, 60999)]),
    },
    peer: {
      ip: random.pick([`198.51.100.${random.int(1, 254)}`, `203.0.113.${random.int(1, 254)}`, '2001:db8:0:1::23']),
      port: random.pick([80, 443, 53, 3333, 8443]),
    },
    domain: random.pick(DOMAINS),
    outcome: random.pick(['Success', 'Success', 'Success', 'Refused', 'Error']),
  };
}

/** The file of a path. Exported so that a test can put a file of its own into a story. */
export function makeFile(random: Random, at: Instant, path: string, inContainer: boolean, owner: Person = ROOT): LinuxFile {
  return {
    path,
    inode: random.chance(0.001)
      ? LARGEST_INODE
      : random.chance(0.002)
        ? String(2n ** 62n + BigInt(random.int(1, 2 ** 40)))
        : String(random.int(100_000, 9_999_999)),
    mode: random.pick([0o100644, 0o100600, 0o100755]),
    mountId: random.int(25, 900),
    filesystem: inContainer ? 'overlay' : random.pick(FILESYSTEMS),
    owner,
    modified: before(at, random.int(60, 40_000_000), random),
    changed: before(at, random.int(60, 40_000_000), random),
    size: random.int(64, 40_000_000),
    sha256: random.hex(64),
    inUpperLayer: inContainer && random.chance(0.5),
  };
}

function makeContainer(random: Random, at: Instant): Container {
  return { id: random.hex(64), created: before(at, random.int(60, 900_000), random) };
}

function makeLineage(
  random: Random,
  at: Instant,
  tree: Tree,
  container: Container | undefined,
  ancestors: number | undefined,
): LinuxProcess[] {
  const programs = ancestors === undefined ? tree.programs : resized(random, tree.programs, ancestors + 1);
  const shim = programs.indexOf('shim');
  const pod = random.uuid().replaceAll('-', '_');
  const executables = new Map<string, LinuxFile>();
  /** Processes of one program run the same file. */
  const executableOf = (program: Program, inContainer: boolean): LinuxFile => {
    const key = `${inContainer} ${program.path}`;
    const file = executables.get(key) ?? makeExecutable(random, at, program, inContainer);
    executables.set(key, file);
    return file;
  };
  let pid = 1;
  let age = random.int(2_000_000, 9_000_000);
  const lineage = programs.map((name, index): LinuxProcess => {
    const acting = index === programs.length - 1;
    const inContainer = container !== undefined && (shim >= 0 ? index > shim : index > 0 || acting);
    // The acting process gets six digits, so that copies of the event can be given other pids of the same length.
    if (index > 0) pid = acting ? random.int(100_000, 999_999) : pid + random.int(1, 12_000);
    if (index > 0) age = acting ? random.int(0, 3) : Math.floor(age * random.real());
    const program: Program = PROGRAMS[name];
    const owner =
      index === 0 || (!inContainer && tree.container) || index < programs.length - 2 - Number(tree.session === 'ssh')
        ? ROOT
        : PEOPLE[tree.owner];
    return {
      pid,
      comm: program.path.slice(program.path.lastIndexOf('/') + 1).slice(0, 15),
      args: program.args,
      envs: inContainer || acting ? random.some(ENVS, random.int(3, 14)) : [],
      ...(tree.tty && index > 0 && index >= programs.length - 3 && { tty: `pts${random.int(0, 4)}` }),
      owner,
      executable: executableOf(program, inContainer),
      ...(program.script && { interpreter: executableOf({ ...program, path: program.script }, inContainer) }),
      forked: before(at, age + 1, random),
      executed: { seconds: at.seconds - age, nanos: fraction(random) },
      capabilities:
        owner.uid === 0 ? random.some(CAPABILITIES, inContainer ? 12 : 16) : random.chance(0.2) ? ['CAP_NET_BIND_SERVICE'] : [],
      inContainer,
      cgroup: inContainer
        ? `/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod${pod}.slice/cri-containerd-${container.id}.scope`
        : `/system.slice/${name}.service`,
    };
  });
  return lineage.reverse();
}

/** Shortens a tree from the top or deepens it above the acting process. */
function resized(random: Random, programs: readonly ProgramName[], length: number): ProgramName[] {
  if (length <= programs.length)
    return length <= 1 ? programs.slice(-1) : [...programs.slice(0, 1), ...programs.slice(programs.length - length + 1)];
  const more = Array.from({ length: length - programs.length }, () => random.pick(NESTING));
  return [...programs.slice(0, -1), ...more, ...programs.slice(-1)];
}

function makeExecutable(random: Random, at: Instant, program: Program, inContainer: boolean): LinuxFile {
  const file = {
    ...makeFile(random, at, program.path, inContainer),
    mode: program.path === '/usr/bin/sudo' ? 0o104755 : 0o100755,
  };
  return program.package === undefined ? file : { ...file, package: program.package };
}
