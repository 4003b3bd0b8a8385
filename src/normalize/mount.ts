/**
 * `mount` in one shape. Agents have written three: before 2022 the mount point was `file.destination` and what is mounted
 * was `file`; in 2022 both were objects of `mount`; since then the objects are `mp` and `root`, and the paths are keys
 * whose names hold dots. Where both say a path the dotted key is right: one version fills the objects crosswise.
 */
import { isObject } from '../json.ts';
import type { JsonObject } from '../types.ts';
import { context, type Kind, keep, moved, type Place, readFields, renamed, within } from './fields.ts';
import { fileDetails, withoutZeroOwner } from './file.ts';
import { boolean, integer, text, unlessEmpty } from './kinds.ts';

/** An end of a mount: a file whose zero owner is filler. */
const mountEnd: Kind = {
  type: 'object',
  context: fileDetails,
  read: (value, place, key) =>
    isObject(value) ? unlessEmpty(withoutZeroOwner(readFields(fileDetails, value, within(place, key)))) : keep(value, place, key),
};

const mountTable = context('mount', {
  mount_id: integer,
  parent_mount_id: integer,
  bind_src_mount_id: integer,
  group_id: integer,
  device: integer,
  fs_type: text,
  mountpoint: mountEnd,
  mp: renamed('mountpoint', mountEnd),
  'mountpoint.path': moved('mountpoint', 'path', text),
  'mountpoint.path_error': moved('mountpoint', 'path_resolution_error', text),
  source: mountEnd,
  root: renamed('source', mountEnd),
  'source.path': moved('source', 'path', text),
  'source.path_error': moved('source', 'path_resolution_error', text),
  detached: boolean,
  visible: boolean,
});

export const mount: Kind = {
  type: 'object',
  context: mountTable,
  read: (value, place, key) => {
    if (!isObject(value)) return keep(value, place, key);
    const at = within(place, key);
    return unlessEmpty(readFields(mountTable, withTrustedPaths(value, at), at));
  },
};

/** Takes the path out of `mp` and `root` where a dotted key says it; one that neither dotted key says is kept as it came. */
function withTrustedPaths(input: JsonObject, place: Place): JsonObject {
  const trusted = [input['mountpoint.path'], input['source.path']];
  let output = input;
  for (const [end, dotted] of [
    ['mp', trusted[0]],
    ['root', trusted[1]],
  ] as const) {
    const given = input[end];
    if (dotted === undefined || !isObject(given) || given['path'] === undefined) continue;
    const { path, ...details } = given;
    if (!trusted.includes(path)) keep(path, within(place, end), 'path');
    output = { ...output, [end]: details };
  }
  return output;
}

/** Where the members of `file` go when a mount event has no `mount`: input key, output name. */
const FROM_FILE: { readonly [key: string]: string } = {
  new_mount_id: 'mount_id',
  group_id: 'group_id',
  device: 'device',
  fstype: 'fs_type',
};

/** Rewrites `file` of a mount event of 2020 or 2021, as `file` was read, into `mount`. */
export function mountFromFile(file: JsonObject): JsonObject {
  const { destination, ...source } = file;
  const { mount_id: parent, ...mountpoint } = (destination ?? {}) as JsonObject;
  const mount: JsonObject = {};
  for (const key in FROM_FILE) {
    if (source[key] === undefined) continue;
    mount[FROM_FILE[key] as string] = source[key];
    delete source[key];
  }
  if (parent !== undefined) mount['parent_mount_id'] = parent;
  const ends = { mountpoint: unlessEmpty(withoutZeroOwner(mountpoint)), source: unlessEmpty(withoutZeroOwner(source)) };
  for (const [name, end] of Object.entries(ends)) if (end !== undefined) mount[name] = end;
  return mount;
}
