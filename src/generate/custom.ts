/** The agent's own events: no `evt`, no process, told apart by `agent.rule_id`. */
import { CUSTOM_EVENT_TYPES } from '../event-types.ts';
import type { JsonObject } from '../types.ts';
import { formatTime } from './instant.ts';
import { integer, present } from './json-value.ts';
import { renderLinux } from './linux.ts';
import { RULES } from './linux-vocabulary.ts';
import type { Random } from './random.ts';
import type { LinuxStory } from './story.ts';

/** Writes one of the agent's own events; where it nests an event, the story is that event's. */
export function renderCustom(ruleId: string, random: Random, story: LinuxStory): JsonObject {
  const known = CUSTOM_EVENT_TYPES.find(({ name }) => name === ruleId);
  if (known === undefined) throw new RangeError(`${ruleId} is not one of the agent's own events`);
  return present({
    agent: present({
      rule_id: ruleId,
      version: random.pick(['7.56.2', '7.68.2', '7.72.0']),
      os: random.maybe(0.8, () => 'linux'),
      arch: random.maybe(0.8, () => 'amd64'),
      origin: random.maybe(0.2, () => 'ebpfless'),
      policy_name: random.maybe(0.2, () => 'default.policy'),
    }),
    title: known.title,
    date: formatTime(story.at, story.offsetMinutes),
    service: 'runtime-security-agent',
    ...ownMembers(ruleId, random, story),
  });
}

function ownMembers(ruleId: string, random: Random, story: LinuxStory): JsonObject {
  switch (ruleId) {
    case 'ruleset_loaded':
      return present({
        policies: random
          .some(['default.policy', 'custom.policy', 'remote.policy'], random.int(1, 3))
          .map((name) => policy(random, name)),
        filters: random.maybe(0.6, () => ({ open: [{ field: 'open.file.path', value: story.file.path, negated: false }] })),
        monitored_files: random.maybe(0.4, () => ['/etc/shadow', '/etc/passwd']),
      });
    case 'heartbeat': {
      const { name, version, source, status, message } = policy(
        random,
        random.pick(['default.policy', 'custom.policy', 'remote.policy']),
      );
      return { policy: present({ name, version, source, status, message }) };
    }
    case 'self_test': {
      const tests = [
        'datadog_agent_cws_self_test_rule_open',
        'datadog_agent_cws_self_test_rule_chmod',
        'datadog_agent_cws_self_test_rule_chown',
      ];
      const succeeded = random.some(tests, random.int(1, 3));
      const events = succeeded.map((id) => [id, nested('open', random, story)]);
      return {
        succeeded_tests: succeeded,
        failed_tests: tests.filter((test) => !succeeded.includes(test)),
        test_events: Object.fromEntries(events),
      };
    }
    case 'lost_events':
      return random.chance(0.5)
        ? { map: 'events', lost: random.chance(0.05) ? integer('9007199254740995') : random.int(1, 50_000) }
        : { map: 'events', per_event: { open: random.int(1, 900), exec: random.int(1, 900), dns: random.int(1, 90) } };
    case 'noisy_process':
      return {
        pid_count: random.int(1000, 90_000),
        threshold: 1000,
        control_period: 60_000_000_000,
        discarded_until: formatTime({ seconds: story.at.seconds + 60, nanos: story.at.nanos }, story.offsetMinutes),
        pid: story.lineage[0]?.pid ?? 1,
        comm: story.lineage[0]?.comm ?? 'bash',
      };
    case 'sysctl_snapshot':
      return {
        sysctl: {
          proc: {
            sys: {
              kernel: { randomize_va_space: '2', dmesg_restrict: random.pick(['0', '1']) },
              net: { ipv4: { ip_forward: '1' } },
            },
          },
        },
      };
    default:
      return { triggering_event: nested('open', random, story), error: ERRORS[ruleId] ?? 'unknown error' };
  }
}

const ERRORS: { readonly [ruleId: string]: string } = {
  abnormal_path: 'path resolution: truncated segment',
  no_process_context: 'process context not found in cache',
  broken_process_lineage: 'broken lineage: parent of 4711 is missing',
};

/** A complete event inside another one, without the wrapper that the agent adds last. */
function nested(name: string, random: Random, story: LinuxStory): JsonObject {
  const {
    agent: _agent,
    title: _title,
    ...event
  } = renderLinux(name, 'result', 'linux', random, { ...story, lineage: story.lineage.slice(0, 2) }, false);
  return event;
}

function policy(random: Random, name: string): JsonObject {
  const status = random.pick(['loaded', 'loaded', 'partially_loaded', 'error']);
  return present({
    name,
    version: `1.${random.int(0, 40)}.${random.int(0, 9)}`,
    source: name === 'remote.policy' ? 'remote-config' : 'file',
    status,
    message: status === 'error' ? 'yaml: line 12: mapping values are not allowed in this context' : undefined,
    rules: random.some(RULES, random.int(1, 6)).map((rule) => {
      const ruleStatus = random.pick(['loaded', 'loaded', 'agent_version_error', 'event_type_disabled', 'syntax_error', 'error']);
      return present({
        id: rule.id,
        version: random.maybe(0.5, () => '3'),
        expression: `open.file.path == "/etc/shadow" && process.file.name not in ["sshd", "passwd"]`,
        status: ruleStatus,
        message: ruleStatus === 'loaded' ? undefined : `rule ${ruleStatus}`,
        tags: random.maybe(0.6, () => ({ ruleset: 'threat_detection', tactic: 'TA0006-credential-access' })),
        product_tags: random.maybe(0.3, () => rule.tags),
        actions: random.maybe(0.2, () => [{ kill: { signal: 'SIGKILL', scope: 'process' } }]),
        modified_by: random.maybe(0.2, () => [{ name: 'custom.policy', version: '1.0.0' }]),
      });
    }),
  });
}
