/** Whole events of the Windows generation. */
import { categoryOf, type OutcomeRule } from '../event-types.ts';
import type { JsonObject } from '../types.ts';
import { formatTime } from './instant.ts';
import { present } from './json-value.ts';
import { variables } from './linux-process.ts';
import { matchedRule } from './matched-rule.ts';
import type { Random } from './random.ts';
import type { WindowsFile, WindowsProcess, WindowsStory } from './story.ts';

/** Writes a story down as one event of the Windows generation. */
export function renderWindows(name: string, outcome: OutcomeRule, random: Random, story: WindowsStory): JsonObject {
  const { rule } = story;
  const { maybe } = random;
  const matched = matchedRule(rule);
  return present({
    agent: present({
      rule_id: rule.id,
      rule_version: maybe(0.2, () => '2'),
      rule_actions: maybe(0.1, () => [
        {
          type: 'kill',
          signal: 'SIGKILL',
          scope: 'process',
          created_at: formatTime(story.at),
          detected_at: formatTime(story.at),
        },
      ]),
      policy_name: rule.policy,
      policy_version: rule.policyVersion,
      version: random.pick(['7.56.2', '7.66.0', '7.70.1']),
      os: 'windows',
      arch: 'amd64',
      origin: maybe(0.5, () => 'etw'),
    }),
    title: rule.title,
    evt: present({
      name,
      category: random.chance(0.1) ? 'Unknown Activity' : categoryOf(name),
      outcome: outcome === 'unknown' ? 'unknown' : undefined,
      async: maybe(0.1, () => true),
      matched_rules: maybe(0.15, () => [matched]),
      variables: maybe(0.1, () => variables(random)),
    }),
    date: formatTime(story.at, story.offsetMinutes),
    ...contexts(name, random, story),
    process: processContext(random, story),
    container: containerOf(random, story),
    usr: { name: story.user.name, sid: story.user.sid },
  });
}

function contexts(name: string, random: Random, story: WindowsStory): JsonObject {
  switch (name) {
    case 'create':
    case 'delete':
    case 'write':
      return { file: fileOf(story.file) };
    case 'rename':
      return { file: { ...fileOf(story.file), destination: fileOf(story.target) } };
    case 'create_key':
    case 'open_key':
    case 'delete_key':
    case 'set_key_value':
      return {
        registry: {
          key_name: story.registryKey.slice(story.registryKey.lastIndexOf('\\') + 1),
          key_path: story.registryKey,
          ...(name === 'set_key_value' && { value_name: story.registryValue }),
        },
      };
    case 'change_permission':
      return {
        permission_change: {
          username: story.user.name,
          user_domain: story.user.domain,
          path: story.file.path,
          type: random.pick(['file', 'registry']),
          old_sd: 'D:(A;;FA;;;SY)(A;;FA;;;BA)',
          new_sd: 'D:(A;;FA;;;SY)(A;;FA;;;BA)(A;;FA;;;WD)',
        },
      };
    case 'exec':
      return { file: executableOf(story.lineage[0]) };
    case 'exit':
      return present({
        exit: { cause: 'EXITED', code: random.pick([0, 0, 1, 3221225786]) },
        file: random.maybe(0.7, () => executableOf(story.lineage[0])),
      });
    default:
      return {};
  }
}

function processContext(random: Random, story: WindowsStory): JsonObject {
  const [actor, ...ancestors] = story.lineage;
  const told = ancestors.map((ancestor, index) => oneProcess(random, story, ancestor, ancestors[index + 1]));
  return present({
    ...(actor && oneProcess(random, story, actor, ancestors[0])),
    parent: told[0],
    ancestors: told.length > 0 ? told : undefined,
    variables: random.maybe(0.08, () => variables(random)),
    truncated_ancestors: random.maybe(0.04, () => true),
  });
}

function oneProcess(
  random: Random,
  story: WindowsStory,
  process: WindowsProcess,
  parent: WindowsProcess | undefined,
): JsonObject {
  const { maybe } = random;
  return present({
    pid: process.pid,
    ppid: parent?.pid,
    exec_time: formatTime(process.executed, story.offsetMinutes),
    exit_time: maybe(0.08, () => formatTime(story.at, story.offsetMinutes)),
    executable: random.chance(0.15) ? fileOf(process.executable) : executableOf(process),
    container: maybe(0.3, () => containerOf(random, story)),
    cmdline: process.commandLine,
    user: process.user,
  });
}

function containerOf(random: Random, { container, offsetMinutes }: WindowsStory): JsonObject | undefined {
  if (container === undefined) return undefined;
  return present({
    id: container.id,
    created_at: random.maybe(0.8, () => formatTime(container.created, offsetMinutes)),
    variables: random.maybe(0.2, () => variables(random)),
  });
}

const nameOf = (path: string) => path.slice(path.lastIndexOf('\\') + 1);
const fileOf = ({ path, devicePath }: WindowsFile): JsonObject => ({ path, device_path: devicePath, name: nameOf(path) });
/** Executables come without the device's name for them. */
const executableOf = (process: WindowsProcess | undefined): JsonObject =>
  process === undefined ? {} : { path: process.executable.path, name: nameOf(process.executable.path) };
