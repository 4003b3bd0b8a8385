/** `file` and everything shaped like it: the file acted on, its destination, an executable, an interpreter. */
import { isObject } from '../json.ts';
import type { JsonObject } from '../types.ts';
import { type Context, context, type Kind, keep, type Place, readFields, within } from './fields.ts';
import { boolean, integer, object, text, texts, time, unlessEmpty } from './kinds.ts';

const metadata = context('file_metadata', {
  size: integer,
  type: text,
  is_executable: boolean,
  architecture: text,
  abi: text,
  is_upx_packed: boolean,
  compression: text,
  is_garble_obfuscated: boolean,
});

/** Agents write hashes as a list of `algorithm:digest`; what is not so has no place in a map. */
const hashes: Kind = {
  type: 'hashes',
  read: (value, place, key) => {
    if (!Array.isArray(value)) return keep(value, place, key);
    const digests: { [algorithm: string]: string } = {};
    value.forEach((item: unknown, index) => {
      const [, algorithm, digest] = (typeof item === 'string' && /^([a-z][a-z0-9]*):(.*)$/s.exec(item)) || [];
      if (algorithm === undefined || digest === undefined || digests[algorithm] !== undefined)
        keep(item, within(place, key), index);
      else digests[algorithm] = digest;
    });
    return unlessEmpty(digests);
  },
};

const FILE_FIELDS = {
  path: text,
  name: text,
  extension: text,
  device_path: text,
  container_path: text,
  path_resolution_error: text,
  inode: integer,
  mode: integer,
  in_upper_layer: boolean,
  overlay_numlower: integer,
  mount_id: integer,
  filesystem: text,
  uid: integer,
  gid: integer,
  user: text,
  group: text,
  attribute_name: text,
  attribute_namespace: text,
  flags: texts,
  access_time: time,
  modification_time: time,
  change_time: time,
  package_name: text,
  package_version: text,
  package_epoch: integer,
  package_release: text,
  package_source_version: text,
  package_source_epoch: integer,
  package_source_release: text,
  hashes,
  hash_state: text,
  mount_path: text,
  mount_source: text,
  mount_origin: text,
  mount_visible: boolean,
  mount_detached: boolean,
  metadata: object(metadata),
};

/** A file that belongs to something else: a destination, an executable, an interpreter. */
export const fileDetails = context('file_details', FILE_FIELDS);

/**
 * Agents always write uid and gid, so in an object that only carries what a call changes (a mode, a time, a mount id)
 * zeros are filler. A chown is the exception: there they are what was asked for, with -1 for unchanged.
 */
function withoutFiller(file: JsonObject, place: Place): JsonObject {
  const isPartial = file['path'] === undefined && file['inode'] === undefined;
  if (!isPartial || place.reading.event === 'chown') return file;
  return withoutZeroOwner(file);
}

/** Takes a zero uid and a zero gid out of a file or a process whose agent did not fill them in. */
export function withoutZeroOwner(owned: JsonObject): JsonObject {
  const { uid, gid, ...rest } = owned;
  if (uid !== 0 && gid !== 0) return owned;
  return { ...rest, ...(uid !== 0 && uid !== undefined && { uid }), ...(gid !== 0 && gid !== undefined && { gid }) };
}

function fileKind(table: Context): Kind {
  return {
    type: 'object',
    context: table,
    read: (value, place, key) => {
      if (!isObject(value)) return keep(value, place, key);
      return unlessEmpty(withoutFiller(readFields(table, value, within(place, key)), place));
    },
  };
}

export const details: Kind = object(fileDetails);

/** `file` of an event. `new_mount_id`, `group_id`, `device` and `fstype` are what mount and umount events of 2021 carry here. */
export const file: Kind = fileKind(
  context('file', {
    ...FILE_FIELDS,
    destination: fileKind(fileDetails),
    new_mount_id: integer,
    group_id: integer,
    device: integer,
    fstype: text,
  }),
);
