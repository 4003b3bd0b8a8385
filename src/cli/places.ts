/** Places as users name them, held against each other. */
import { isAbsolute, relative, resolve, sep } from 'node:path';
import { isGlobText, splitGlob } from '../stores/glob-text.ts';

/** Whether a place holds the place of outputs, so that outputs would be read as input. */
export function holds(place: string, out: string): boolean {
  if (place.includes('://') || out.includes('://')) return out.startsWith(`${place.replace(/\/$/, '')}/`) || out === place;
  if (!isGlobText(place)) return wayInto(place, out) !== undefined;
  const { root, pattern } = splitGlob(place);
  const way = wayInto(root, out);
  if (way === undefined) return false;
  // Outputs lie at least three levels below: `events/dt=…/name`. A pattern without `**` reaches as deep as it has parts.
  const deepest = pattern.includes('**') ? Number.POSITIVE_INFINITY : pattern.split('/').length;
  return deepest >= way.length + 3;
}

/** The parts of the way from a folder down to what lies in it, or undefined when it lies elsewhere. */
function wayInto(folder: string, path: string): readonly string[] | undefined {
  const way = relative(resolve(folder), resolve(path));
  if (way === '') return [];
  return way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way) ? undefined : way.split(sep);
}
