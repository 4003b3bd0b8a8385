/** Whole events of the single-platform and Linux generations. */

import type { OutcomeRule } from '../event-types.ts';
import { categoryOf } from '../event-types.ts';
import type { JsonObject } from '../types.ts';
import { formatTime } from './instant.ts';
import { integer, present } from './json-value.ts';
import type { LaterGeneration, Teller } from './linux-file.ts';
import { fileContexts } from './linux-files.ts';
import { kernelContexts } from './linux-kernel.ts';
import { networkContexts } from './linux-network.ts';
import { cgroupContext, containerContext, kernelWorker, processContext, variables } from './linux-process.ts';
import { matchedRule } from './matched-rule.ts';
import type { Random } from './random.ts';
import type { LinuxStory } from './story.ts';

/** Writes a story down as one event of a later Linux generation. */
export function renderLinux(
  name: string,
  outcome: OutcomeRule,
  generation: LaterGeneration,
  random: Random,
  story: LinuxStory,
  documented: boolean,
): JsonObject {
  const teller: Teller = { random, generation, story, documented };
  const contexts = fileContexts(name, teller) ?? kernelContexts(name, teller) ?? networkContexts(name, teller) ?? {};
  const anomaly = random.chance(0.05) || name === 'anomaly_detection_syscall' || name === 'syscalls';
  const worker =
    Object.keys(contexts).length > 0 &&
    name !== 'exec' &&
    name !== 'exit' &&
    !name.startsWith('set') &&
    name !== 'capset' &&
    random.chance(0.03);
  const actor = story.lineage[0];
  return present({
    agent: agent(teller, anomaly),
    title: anomaly ? 'Anomaly detection' : story.rule.title,
    evt: evt(name, outcome, teller, anomaly),
    date: formatTime(story.at, story.offsetMinutes),
    ...contexts,
    process: worker ? kernelWorker(teller) : withDestination(name, teller),
    container: worker ? undefined : containerContext(teller),
    cgroup: worker ? undefined : cgroupContext(teller, actor),
    dd: dd(teller),
    security_profile: anomaly || random.chance(0.08) ? securityProfile(teller) : undefined,
    usr: worker || actor === undefined ? {} : { id: actor.owner.user, group: actor.owner.group },
  });
}

function withDestination(name: string, teller: Teller): JsonObject {
  const { story, random } = teller;
  const process = processContext(teller, story.lineage, name === 'syscalls' ? { syscalls: [{ name: 'SysBpf', id: 321 }] } : {});
  const { uid, user, gid, group } = story.newOwner;
  const destination =
    name === 'setuid'
      ? { uid, user, euid: uid, euser: user, fsuid: uid, fsuser: user }
      : name === 'setgid'
        ? { gid, group, egid: gid, egroup: group, fsgid: gid, fsgroup: group }
        : name === 'capset'
          ? { cap_effective: ['CAP_NET_RAW'], cap_permitted: random.pick([['CAP_NET_RAW'], ['CAP_NET_RAW', 'CAP_SYS_ADMIN']]) }
          : undefined;
  if (name === 'exit') return { ...process, exit_time: formatTime(story.at, story.offsetMinutes) };
  if (destination === undefined) return process;
  return { ...process, credentials: { ...(process['credentials'] as JsonObject), destination } };
}

function agent({ random, generation, story }: Teller, anomaly: boolean): JsonObject {
  const { rule } = story;
  const linux = generation === 'linux';
  return present({
    rule_id: anomaly ? 'anomaly_detection' : rule.id,
    rule_version: random.maybe(0.2, () => '3'),
    rule_actions: linux ? random.maybe(0.12, () => ruleActions(random, story)) : undefined,
    policy_name: anomaly ? undefined : rule.policy,
    policy_version: anomaly ? undefined : rule.policyVersion,
    version: linux ? random.pick(['7.68.2', '7.70.1', '7.72.0', '7.73.1']) : random.pick(['7.42.0', '7.48.1', '7.56.2']),
    ...(linux && {
      os: 'linux',
      arch: random.pick(['amd64', 'arm64']),
      origin: random.pick(['', '', 'ebpfless', 'ebpf']) || undefined,
      ...random.maybe(0.8, () => random.pick(HOST_SYSTEMS)),
    }),
  });
}

const HOST_SYSTEMS = [
  { kernel_version: '6.8.0-48-generic', distribution: 'ubuntu - 24.04' },
  { kernel_version: '5.10.226-214.880.amzn2.x86_64', distribution: 'amzn - 2' },
  { kernel_version: '6.1.0-26-cloud-amd64', distribution: 'debian - 12' },
] as const;

function ruleActions(random: Random, story: LinuxStory): JsonObject[] {
  const after = (seconds: number) =>
    formatTime({ seconds: story.at.seconds + seconds, nanos: story.at.nanos }, story.offsetMinutes);
  const kill = { type: 'kill', signal: random.pick(['SIGKILL', 'SIGUSR2']), scope: random.pick(['process', 'container']) };
  const times = {
    created_at: after(-4),
    detected_at: after(0),
    killed_at: after(1),
    ...random.maybe(0.7, () => ({ exited_at: after(1), ttr: '1.042s' })),
  };
  const hash = { type: 'hash', path: story.file.path, state: 'Done' };
  return random.pick([[{ ...kill, ...times }], [hash], [{ ...kill, ...times }, hash]]);
}

function evt(name: string, outcome: OutcomeRule, { random, generation, story }: Teller, anomaly: boolean): JsonObject {
  const linux = generation === 'linux';
  const { rule } = story;
  const matched = matchedRule(rule);
  return present({
    name,
    category: linux ? categoryOf(name) : middleCategory(name),
    outcome: outcome === 'absent' ? undefined : outcome === 'success' ? 'Success' : story.outcome,
    async: random.maybe(0.2, () => true),
    matched_rules: anomaly || random.chance(0.15) ? [matched] : undefined,
    variables: linux ? random.maybe(0.12, () => variables(random)) : undefined,
    rule_context: linux ? random.maybe(0.15, () => ruleContext(random, story)) : undefined,
    source: linux ? undefined : random.maybe(0.6, () => random.pick(['runtime', 'replay'])),
  });
}

function ruleContext(random: Random, story: LinuxStory): JsonObject {
  const value = story.file.path;
  return {
    matching_subexprs: [
      present({ offset: 18, length: value.length + 2, value, field: random.maybe(0.8, () => 'open.file.path') }),
    ],
    expression: `open.file.path == "${value}" && process.file.name != "sshd"`,
  };
}

const MIDDLE_PROCESS = ['exec', 'signal', 'exit', 'fork', 'anomaly_detection_syscall'];
const MIDDLE_KERNEL = ['bpf', 'selinux', 'mmap', 'mprotect', 'ptrace', 'load_module', 'unload_module', 'bind'];

/** Agents of 2023 sorted some names into other categories than today's, so a category must never be trusted alone. */
function middleCategory(name: string): string {
  if (MIDDLE_PROCESS.includes(name)) return 'Process Activity';
  if (MIDDLE_KERNEL.includes(name)) return 'Kernel Activity';
  return name === 'dns' ? 'Network Activity' : 'File Activity';
}

/** Trace ids: numbers beyond 2^53 at first, then text. Empty when the process is not traced. */
function dd({ random, generation }: Teller): JsonObject {
  if (random.chance(0.6)) return {};
  const digits = `1${Array.from({ length: 18 }, () => random.int(0, 9)).join('')}`;
  if (generation === 'single-platform') return { span_id: integer(digits), trace_id: integer(`${digits.slice(0, -1)}7`) };
  return { span_id: digits, trace_id: `${random.hex(16)}${random.hex(random.int(13, 16))}`.replace(/^0+/, 'a') };
}

function securityProfile({ random, generation, story }: Teller): JsonObject {
  const shared = {
    name: story.service === '' ? 'host' : story.service,
    version: '12',
    tags: ['image_name:example/storefront', `image_tag:v1.${random.int(0, 40)}`],
  };
  return generation === 'linux'
    ? { ...shared, event_in_profile: random.chance(0.5), event_type_state: random.pick(['stable', 'learning', 'unstable']) }
    : { ...shared, status: random.pick(['alert', 'anomaly_detection']) };
}
