/** Secrets that the user's own pattern finds. */
import { MARK } from './mark.ts';
import { createHolders, type Holder } from './quotes.ts';
import type { Range } from './value.ts';

/** Escape sequences, quotes, and the plain text between them: the last is what the pattern sees. */
const PIECES = /\\+(?:u[\da-f]{4}|[\s\S])?|"|[^"\\]+/gi;

/**
 * Finds what a pattern with the flags `dgu` matches: its first group that took part, or all of the match. Numbers, keys and
 * whatever else is JSON around its strings is not looked at, unless the text as a whole is broken.
 */
export function customSecrets(text: string, pattern: RegExp): Range[] {
  const ranges: Range[] = [];
  const holderAt = createHolders(text);
  const json = new Map<number, boolean>();

  function isStructure(holder: Holder): boolean {
    const key = holder.depth < 0 ? -1 : holder.start;
    const known = json.get(key) ?? holdsJson(text, holder);
    json.set(key, known);
    return known;
  }

  for (const { 0: piece, index } of text.matchAll(PIECES)) {
    if (piece.startsWith('"') || piece.startsWith('\\')) continue;
    const holder = holderAt(index);
    if (holder.isKey) continue;
    const found = matches(piece, index, pattern);
    if (found.length > 0 && !isStructure(holder)) ranges.push(...found);
  }
  return ranges;
}

function matches(piece: string, index: number, pattern: RegExp): Range[] {
  const ranges: Range[] = [];
  let offset = index;
  for (const part of piece.split(MARK)) {
    for (const { indices } of part.matchAll(pattern)) {
      const [start, end] = indices?.slice(1).find((group) => group !== undefined) ?? indices?.[0] ?? [0, 0];
      if (start < end) ranges.push([offset + start, offset + end]);
    }
    offset += part.length + MARK.length;
  }
  return ranges;
}

/** Whether the whole text, or the string that holds a position, is JSON, so that what is outside of its strings is structure. */
function holdsJson(text: string, { depth, start, end }: Holder): boolean {
  try {
    if (depth < 0) return JSON.parse(text) !== undefined;
    let content = text.slice(start, end);
    for (let level = 0; level <= depth; level++) content = JSON.parse(`"${content}"`);
    return typeof JSON.parse(content) === 'object';
  } catch {
    return false;
  }
}
