/** Tells an object that only wraps a list of records, `{"Records": […]}` or `{"events": […]}`, by its first bytes. */

/** Keys that make an object a wrapper around a list of records when they come first. */
const WRAPPER_KEYS = ['Records', 'events'].map((key) => Buffer.from(`"${key}"`));
/** A bound on the white space before the list, so that a hostile object cannot make the splitter wait for ever. */
const LONGEST_WRAPPER_PREFIX = 1024;
const COLON = 0x3a;
const OPEN_BRACKET = 0x5b;

/** Where the list of a wrapper begins, if `{` at `start` opens one: the index behind its `[`. */
export function wrapperPrefix(window: Buffer, start: number): number | 'undecided' | 'no' {
  const bytes = window.subarray(0, start + LONGEST_WRAPPER_PREFIX);
  const ranOut = bytes.length < window.length ? 'no' : 'undecided';
  let i = skipSpace(bytes, start + 1);
  if (i >= bytes.length) return ranOut;
  const rest = bytes.subarray(i, i + 16);
  const key = WRAPPER_KEYS.find((candidate) => candidate.subarray(0, rest.length).equals(rest.subarray(0, candidate.length)));
  if (key === undefined) return 'no';
  i += key.length;
  for (const expected of [COLON, OPEN_BRACKET]) {
    i = skipSpace(bytes, i);
    if (i >= bytes.length) return ranOut;
    if (bytes[i] !== expected) return 'no';
    i++;
  }
  return i;
}

function skipSpace(bytes: Buffer, from: number): number {
  let i = from;
  while (isSpace(bytes[i])) i++;
  return i;
}

/** White space as JSON has it. */
export function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}
