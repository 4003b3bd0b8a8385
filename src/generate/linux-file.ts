/** Files as agents of the single-platform and Linux generations write them. */
import type { JsonObject } from '../types.ts';
import { formatTime } from './instant.ts';
import { integer, present } from './json-value.ts';
import type { Random } from './random.ts';
import type { LinuxFile, LinuxStory } from './story.ts';

export type LaterGeneration = 'single-platform' | 'linux';

/** What a file says depends on the generation, and on chance where agents resolve only some of it. */
export interface Teller {
  readonly random: Random;
  readonly generation: LaterGeneration;
  readonly story: LinuxStory;
  /** No nulls where the schema has lists. */
  readonly documented: boolean;
}

/** A file known in full. `more` are the members that belong to the type of event. */
export function fullFile({ random, generation, story }: Teller, file: LinuxFile, more: JsonObject = {}): JsonObject {
  const { maybe } = random;
  const linux = generation === 'linux';
  const name = baseName(file.path);
  const dot = name.lastIndexOf('.');
  const unresolved = random.chance(0.02);
  return present({
    path: unresolved ? undefined : file.path,
    name,
    extension: linux && dot > 0 ? name.slice(dot) : undefined,
    path_resolution_error: unresolved ? 'fileless: failed to resolve path: dentry not found' : undefined,
    inode: integer(file.inode),
    mode: file.mode,
    in_upper_layer: file.filesystem === 'overlay' ? file.inUpperLayer : undefined,
    mount_id: file.mountId,
    filesystem: file.filesystem,
    uid: file.owner.uid,
    gid: file.owner.gid,
    user: file.owner.user,
    group: file.owner.group,
    modification_time: formatTime(file.modified, story.offsetMinutes),
    change_time: formatTime(file.changed, story.offsetMinutes),
    ...packageOf(file, linux && random.chance(0.4)),
    ...maybe(0.25, () => ({
      hashes: [`sha256:${file.sha256}`, ...(random.chance(0.3) ? [`sha1:${file.sha256.slice(0, 40)}`] : [])],
    })),
    hash_state: maybe(0.25, () => random.pick(['Done', 'Done', 'PathnameResolutionError', 'FileTooBig', 'HashWasRateLimited'])),
    ...(linux ? mountOf(random, file) : {}),
    ...more,
  });
}

/** A file of which the agent knows only some members: owner zero is filler there, not root. */
export function partialFile(members: { readonly [key: string]: unknown }): JsonObject {
  return present({ uid: 0, gid: 0, ...members });
}

/** Facts about the content of an executable, new in the Linux generation. */
export function metadataOf(random: Random, file: LinuxFile): JsonObject {
  const executable = (file.mode & 0o111) !== 0;
  return present({
    size: file.size,
    type: executable ? random.pick(['ELF', 'ShellScript']) : random.pick(['Text', 'GZip', 'Unknown']),
    is_executable: executable || undefined,
    architecture: executable ? random.pick(['x86_64', 'arm64']) : undefined,
    abi: executable ? '64bit' : undefined,
    is_upx_packed: random.maybe(0.2, () => true),
    compression: random.maybe(0.3, () => random.pick(['GZip', 'Zip', 'None'])),
    is_garble_obfuscated: random.maybe(0.2, () => true),
  });
}

export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function packageOf(file: LinuxFile, detailed: boolean): JsonObject {
  const { package: origin } = file;
  if (origin === undefined) return {};
  const plain = { package_name: origin.name, package_version: detailed ? origin.version : `${origin.version}-${origin.release}` };
  if (!detailed) return plain;
  return {
    ...plain,
    package_epoch: 1,
    package_release: origin.release,
    package_source_version: origin.version,
    package_source_epoch: 1,
    package_source_release: origin.release,
  };
}

function mountOf(random: Random, file: LinuxFile): JsonObject {
  if (random.chance(0.7)) return {};
  return present({
    mount_path: file.path.startsWith('/tmp/') ? '/tmp' : '/',
    mount_source: random.pick(['mount', 'fsmount', 'open_tree']),
    mount_origin: random.pick(['event', 'procfs', 'unknown']),
    mount_visible: random.maybe(0.6, () => true),
    mount_detached: random.maybe(0.2, () => true),
  });
}
