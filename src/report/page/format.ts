/** Texts as the page of the report has them. */

/** An RFC 3339 time of UTC without its `T` and its fractions: `2026-11-22 13:05`. */
export function moment(time: string): string {
  return time.slice(0, 16).replace('T', ' ');
}

/** A word of a command line as every POSIX shell reads it back. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** A sentence of our own from its first words on. */
export function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
