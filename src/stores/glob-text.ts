/** Patterns of files as text. */

const SPECIAL = /[*?[\]{}]/;

/** Whether a place reads like a pattern. */
export function isGlobText(place: string): boolean {
  return SPECIAL.test(place);
}

/** The folder above the first part of a pattern that has anything special in it, and what follows. Keys are relative to it. */
export function splitGlob(place: string): { readonly root: string; readonly pattern: string } {
  const parts = place.split('/');
  const first = parts.findIndex(isGlobText);
  const root = parts.slice(0, first).join('/') || (place.startsWith('/') ? '/' : '.');
  return { root, pattern: parts.slice(first).join('/') };
}
