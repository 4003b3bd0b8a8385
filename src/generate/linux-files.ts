/** Contexts of file events in the single-platform and Linux generations: which members of the file an event is about. */
import type { JsonObject } from '../types.ts';
import { formatTime } from './instant.ts';
import { integer, present } from './json-value.ts';
import { baseName, fullFile, metadataOf, partialFile, type Teller } from './linux-file.ts';
import type { LinuxFile } from './story.ts';

/** The contexts of one file event (or exec), or nothing when the name is not one of them. */
export function fileContexts(name: string, teller: Teller): JsonObject | undefined {
  const { random, story, generation } = teller;
  const { file, target } = story;
  const linux = generation === 'linux';
  const about = (more: JsonObject = {}) =>
    fullFile(teller, file, { ...(linux && random.chance(0.2) && { metadata: metadataOf(random, file) }), ...more });
  const syscall = (args: { readonly [key: string]: unknown }): JsonObject => {
    if (!linux || random.chance(0.3)) return {};
    return { syscall: { [name]: present({ path: file.path, dirfd: random.maybe(0.2, () => -100), ...args }) } };
  };
  switch (name) {
    case 'open': {
      const flags = random.pick([['O_RDONLY'], ['O_RDWR', 'O_CREAT'], ['O_WRONLY', 'O_TRUNC', 'O_CLOEXEC']]);
      const destination = flags.includes('O_CREAT')
        ? partialFile({ mode: story.mode, flags: random.maybe(0.1, () => flags) })
        : undefined;
      return {
        file: about(present({ flags, destination })),
        ...syscall({ flags: flags.length, mode: destination && story.mode }),
      };
    }
    case 'mkdir':
      return { file: about({ destination: partialFile({ mode: 0o755 }) }), ...syscall({ mode: 0o755 }) };
    case 'rmdir':
    case 'chdir':
      return { file: about(), ...syscall({}) };
    case 'chmod':
      return { file: about({ destination: partialFile({ mode: story.mode }) }), ...syscall({ mode: story.mode }) };
    case 'chown': {
      // −1 leaves the owner or the group as it was; a zero here really is root.
      const uid = random.chance(0.25) ? -1 : story.newOwner.uid;
      const gid = random.chance(0.25) ? -1 : story.newOwner.gid;
      const names = present({
        user: uid === -1 ? undefined : story.newOwner.user,
        group: gid === -1 ? undefined : story.newOwner.group,
      });
      return { file: about({ destination: { uid, gid, ...names } }), ...syscall({ uid, gid }) };
    }
    case 'link':
    case 'rename':
      return { file: about({ destination: fullFile(teller, target) }), ...syscall({ destination_path: target.path }) };
    case 'unlink': {
      const flags = random.maybe(0.5, () => ['AT_REMOVEDIR']);
      return { file: about(present({ flags })), ...syscall({ flags: flags && 512 }) };
    }
    case 'utimes': {
      const times = {
        access_time: formatTime(story.at, story.offsetMinutes),
        modification_time: formatTime(file.changed, story.offsetMinutes),
      };
      const own = random.maybe(0.3, () => ({ access_time: formatTime(file.modified, story.offsetMinutes) }));
      return { file: about({ destination: partialFile(times), ...own }), ...syscall({}) };
    }
    case 'setxattr':
    case 'removexattr': {
      const attribute = { attribute_name: random.pick(['security.capability', 'user.comment']), attribute_namespace: 'security' };
      return { file: about(random.chance(0.7) ? { destination: partialFile(attribute) } : attribute) };
    }
    case 'mount':
      return { mount: mount(teller), ...syscall({ destination_path: '/mnt/host', fs_type: 'ext4', flags: 4096 }) };
    case 'umount':
      return {
        file: partialFile({ new_mount_id: target.mountId, ...random.maybe(0.05, () => ({ device: 8_388_609, fstype: 'ext4' })) }),
      };
    case 'splice':
      return present({
        splice: { pipe_entry_flag: 'PIPE_BUF_FLAG_CAN_MERGE', pipe_exit_flag: 'PIPE_BUF_FLAG_LRU' },
        file: random.maybe(0.8, () => about()),
      });
    case 'exec': {
      const program = story.lineage[0]?.executable ?? file;
      return {
        file: fullFile(teller, program, linux ? { metadata: metadataOf(random, program) } : {}),
        ...syscall({ path: program.path }),
      };
    }
    default:
      return undefined;
  }
}

function mount(teller: Teller): JsonObject {
  const { random, story, generation } = teller;
  const { file, target } = story;
  if (generation === 'single-platform' && random.chance(0.4)) return middleMount(teller);
  const failed = random.chance(0.15);
  const told = (about: LinuxFile) =>
    random.chance(0.3)
      ? fullFile(teller, about)
      : partialFile({ path: about.path, name: baseName(about.path), inode: integer(about.inode), mount_id: about.mountId });
  return present({
    // The agent swaps these two: the dotted keys are the ones to trust.
    mp: random.maybe(0.9, () => told(target)),
    root: random.maybe(0.9, () => told(file)),
    mount_id: target.mountId,
    parent_mount_id: file.mountId,
    bind_src_mount_id: random.pick([0, 0, file.mountId]),
    device: 8_388_609,
    fs_type: random.pick(['ext4', 'overlay', 'tmpfs']),
    'mountpoint.path': failed ? undefined : file.path,
    'source.path': failed ? undefined : target.path,
    'mountpoint.path_error': failed ? 'mount not found in cache' : undefined,
    'source.path_error': failed ? 'mount not found in cache' : undefined,
    ...(generation === 'linux' && { detached: random.maybe(0.2, () => true), visible: random.maybe(0.6, () => true) }),
  });
}

/** How 2022 wrote a mount: two small objects and a group. */
function middleMount({ random, story }: Teller): JsonObject {
  return present({
    mountpoint: { path: story.file.path },
    source: random.maybe(0.8, () => ({ path: story.target.path })),
    mount_id: story.target.mountId,
    parent_mount_id: story.file.mountId,
    group_id: random.int(0, 90),
    bind_src_mount_id: 0,
    device: 8_388_609,
    fs_type: 'ext4',
  });
}
