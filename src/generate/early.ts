/**
 * Whole events of 2020 and 2021. With `documented` an event keeps to the letter of the 2021 documentation wherever the
 * agent could; without it some events have the gaps that real agents left.
 */
import type { JsonObject } from '../types.ts';
import { containerPath, type EarlyGeneration, type EarlyTeller, earlyProcess } from './early-process.ts';
import { formatTime } from './instant.ts';
import { integer, present } from './json-value.ts';
import { baseName } from './linux-file.ts';
import type { Random } from './random.ts';
import type { LinuxFile, LinuxStory } from './story.ts';

/** Writes a story down as one event of 2020 or 2021. */
export function renderEarly(
  name: string,
  generation: EarlyGeneration,
  random: Random,
  story: LinuxStory,
  documented: boolean,
): JsonObject {
  const teller: EarlyTeller = { random, generation, story, documented };
  const actor = story.lineage[0];
  const owner = actor?.owner;
  const inContainer = actor?.inContainer === true;
  return present({
    agent: agent(teller),
    title: generation === '2021' ? random.maybe(0.8, () => story.rule.title) : undefined,
    evt: { name, category: earlyCategory(name, generation), outcome: outcomeOf(name, story) },
    ...fileOf(name, teller),
    usr:
      generation === '2020'
        ? present({ user: owner?.user, group: owner?.group })
        : present({ id: owner?.user, group: owner?.group }),
    process: earlyProcess(name, teller),
    container: inContainer && story.container ? { id: story.container.id } : undefined,
    date: generation === '2021' ? formatTime(story.at, story.offsetMinutes) : undefined,
  });
}

function agent({ random, generation, story, documented }: EarlyTeller): JsonObject {
  const { rule } = story;
  return present({
    rule_id: rule.id,
    rule_version: random.maybe(0.2, () => '1.0.0'),
    policy_name: rule.policy,
    policy_version: documented || random.chance(0.9) ? rule.policyVersion : undefined,
    version: random.maybe(0.7, () => (generation === '2020' ? '7.24.1' : random.pick(['7.27.0', '7.28.1', '7.29.1']))),
  });
}

const PROCESS_NAMES = ['exec', 'fork', 'exit', 'setuid', 'setgid', 'capset'];

function earlyCategory(name: string, generation: EarlyGeneration): string {
  const isProcess = generation === '2020' ? name === 'exec' : PROCESS_NAMES.includes(name);
  return isProcess ? 'Process Activity' : 'File Activity';
}

/** Builds of the time mistook most refused calls for errors. */
function outcomeOf(name: string, { outcome }: LinuxStory): string {
  return PROCESS_NAMES.includes(name) ? 'Success' : outcome === 'Refused' ? 'Error' : outcome;
}

function fileOf(name: string, teller: EarlyTeller): JsonObject {
  const { random, story } = teller;
  const { file, target } = story;
  const time = (at: LinuxFile['modified']) => formatTime(at, story.offsetMinutes);
  const partial = (members: { readonly [key: string]: unknown }) => present({ uid: 0, gid: 0, ...members });
  switch (name) {
    case 'open': {
      const flags = random.pick([['O_RDONLY'], ['O_RDWR', 'O_CREAT'], ['O_WRONLY', 'O_TRUNC']]);
      const destination = flags.includes('O_CREAT')
        ? partial({ mode: story.mode, flags: random.maybe(0.1, () => flags) })
        : undefined;
      return { file: earlyFile(teller, file, present({ flags, destination })) };
    }
    case 'mkdir':
    case 'chmod':
      return { file: earlyFile(teller, file, { destination: partial({ mode: story.mode }) }) };
    case 'chown':
      return {
        file: earlyFile(teller, file, {
          destination: { uid: random.pick([story.newOwner.uid, -1]), gid: random.pick([story.newOwner.gid, -1]) },
        }),
      };
    case 'link':
    case 'rename':
      return { file: earlyFile(teller, file, { destination: earlyFile(teller, target) }) };
    case 'unlink':
      return { file: earlyFile(teller, file, random.chance(0.5) ? { flags: ['AT_REMOVEDIR'] } : {}) };
    case 'utimes': {
      const own = random.chance(0.3) ? { access_time: time(file.modified) } : {};
      return {
        file: earlyFile(teller, file, {
          ...own,
          destination: partial({ access_time: time(story.at), modification_time: time(story.at) }),
        }),
      };
    }
    case 'setxattr':
    case 'removexattr': {
      const attribute = { attribute_name: random.pick(['security.capability', 'user.comment']), attribute_namespace: 'security' };
      return { file: earlyFile(teller, file, random.chance(0.5) ? { destination: partial(attribute) } : attribute) };
    }
    case 'mount': {
      const destination = partial({ path: target.path, inode: integer(target.inode), mount_id: target.mountId });
      const own = {
        path: file.path,
        container_path: pathInside(teller, file),
        inode: integer(file.inode),
        mount_id: file.mountId,
      };
      return { file: partial({ ...own, destination, ...mountOf(teller) }) };
    }
    case 'umount':
      return { file: partial({ new_mount_id: target.mountId }) };
    case 'exec':
      return { file: earlyFile(teller, story.lineage[0]?.executable ?? file) };
    case 'rmdir':
      return { file: earlyFile(teller, file) };
    default:
      return {};
  }
}

/** In 2021 a mount was a file with a destination and these. */
function mountOf({ random, story }: EarlyTeller): JsonObject {
  return {
    new_mount_id: story.target.mountId,
    group_id: random.int(0, 90),
    device: 8_388_609,
    fstype: random.pick(['ext4', 'overlay']),
  };
}

function earlyFile(teller: EarlyTeller, file: LinuxFile, more: JsonObject = {}): JsonObject {
  const { random, generation, story, documented } = teller;
  const unresolved = !documented && random.chance(0.03);
  return present({
    path: unresolved ? undefined : file.path,
    name: generation === '2021' ? baseName(file.path) : undefined,
    path_resolution_error: unresolved ? 'failed to resolve path' : undefined,
    container_path: pathInside(teller, file),
    inode: integer(file.inode),
    mode: generation === '2021' ? file.mode : random.maybe(0.5, () => file.mode),
    in_upper_layer:
      generation === '2021' && file.filesystem === 'overlay' ? random.maybe(0.5, () => file.inUpperLayer) : undefined,
    overlay_numlower: generation === '2020' || !documented ? random.maybe(0.3, () => random.int(0, 12)) : undefined,
    mount_id: file.mountId,
    filesystem: generation === '2021' ? file.filesystem : undefined,
    uid: file.owner.uid,
    gid: file.owner.gid,
    ...(generation === '2021' && (documented || random.chance(0.9)) && { user: file.owner.user, group: file.owner.group }),
    modification_time: formatTime(file.modified, story.offsetMinutes),
    change_time: generation === '2021' ? formatTime(file.changed, story.offsetMinutes) : undefined,
    ...more,
  });
}

/** The documentation ties this key to the container; agents left it out when they could not resolve it. */
function pathInside({ random, story, documented }: EarlyTeller, file: LinuxFile): string | undefined {
  if (!story.lineage[0]?.inContainer) return undefined;
  return documented || random.chance(0.85) ? containerPath(story, file.path) : undefined;
}
