/** What somebody meant who mistyped a name. */
import { distance } from 'fastest-levenshtein';

/** How much of a name may be wrong for another one to be what was meant. */
const WRONG_SHARE = 1 / 3;

/** The name nearest to what was given, however far; the first of several. */
function nearest<T extends string>(given: string, names: readonly T[]): T | undefined {
  return names.toSorted((a, b) => distance(a, given) - distance(b, given))[0];
}

/** The name that was most likely meant, if there is one. */
export function meant<T extends string>(given: string, names: readonly T[]): T | undefined {
  const name = nearest(given, names);
  return name !== undefined && distance(name, given) <= given.length * WRONG_SHARE ? name : undefined;
}
