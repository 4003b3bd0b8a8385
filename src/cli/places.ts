/** Places as users name them, held against each other, and the names of objects in them. */
import { isAbsolute, relative, resolve, sep } from 'node:path';
import { OUTPUT_FOLDERS } from '../intake/trigger/admit.ts';
import { isGlobText, splitGlob } from '../stores/glob-text.ts';
import type { ObjectRef } from '../types.ts';

/** An object's name for people. */
export function nameOf({ bucket, key }: ObjectRef): string {
  return `${bucket}/${key}`;
}

/** Whether a place holds the place of outputs, so that outputs would be read as input. */
export function holds(place: string, out: string): boolean {
  if (isUri(place) || isUri(out)) return `${bare(out)}/`.startsWith(`${bare(place)}/`);
  if (!isGlobText(place)) return wayInto(place, out) !== undefined;
  const { root, pattern } = splitGlob(place);
  const way = wayInto(root, out);
  if (way === undefined) return false;
  // Outputs lie at least three levels below: `events/dt=…/name`. A pattern without `**` reaches as deep as it has parts.
  const deepest = pattern.includes('**') ? Number.POSITIVE_INFINITY : pattern.split('/').length;
  return deepest >= way.length + 3;
}

/** Whether a place lies where outputs go: `events` is read while it is written when the outputs are in the folder that it is in. */
export function liesInOutputs(place: string, out: string): boolean {
  return OUTPUT_FOLDERS.some((folder) => {
    const outputs = `${bare(out) || '.'}/${folder}`;
    if (isUri(place) || isUri(out)) return `${bare(place)}/`.startsWith(outputs);
    return wayInto(outputs, isGlobText(place) ? splitGlob(place).root : place) !== undefined;
  });
}

function isUri(place: string): boolean {
  return place.includes('://');
}

function bare(place: string): string {
  return place.replace(/\/$/, '');
}

/** The parts of the way from a folder down to what lies in it, or undefined when it lies elsewhere. */
function wayInto(folder: string, path: string): readonly string[] | undefined {
  const way = relative(resolve(folder), resolve(path));
  if (way === '') return [];
  return way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way) ? undefined : way.split(sep);
}
