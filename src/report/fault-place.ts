/** Where in an original its fault lies, so that an example can show the part that matters. */
import type { FaultDetail } from '../types.ts';

/** A syntax fault says at which byte it is; see src/intake/parse.ts. */
const AT_BYTE = / at byte (\d+)$/;
const IN_MESSAGE = '/message';

/** What was expected, without the place in one record: that is another in each. */
export function withoutPlace(expected: string): string {
  return expected.replace(AT_BYTE, '');
}

/**
 * The index in `text`, an original, at which a fault begins, or 0 when nobody can tell. Secrets masked in the text move it a
 * little. The event may lie in the text itself, in its `attributes`, or as text in its `message`.
 */
export function faultPlace(text: string, { path, keyword, expected = '' }: FaultDetail): number {
  const [, bytes] = AT_BYTE.exec(expected) ?? [];
  const depth = keyword === 'maxDepth' ? Number(/\d+/.exec(expected)) : undefined;
  if (path === IN_MESSAGE && (bytes !== undefined || depth !== undefined)) {
    const message = unescaped(text, pointerPlace(text, IN_MESSAGE).index);
    const inner = bytes === undefined ? depthIndex(message.text, depth ?? 0) : byteIndex(message.text, Number(bytes));
    return message.at(inner);
  }
  if (bytes !== undefined) return byteIndex(text, Number(bytes));
  if (depth !== undefined) return depthIndex(text, depth);
  if (path === '') return 0;
  const own = pointerPlace(text, path);
  const archived = pointerPlace(text, `/attributes${path}`);
  const best = archived.depth > own.depth + 1 ? archived : own;
  if (best.depth > 0) return best.index;
  const place = pointerPlace(text, IN_MESSAGE);
  if (place.depth === 0) return 0;
  const message = unescaped(text, place.index);
  return message.at(pointerPlace(message.text, path).index);
}

function byteIndex(text: string, bytes: number): number {
  return Buffer.from(text).subarray(0, bytes).toString().length;
}

const MARKS = '{}[],:';
const ENDS = `${MARKS}" \t\r\n`;

interface Found {
  readonly index: number;
  /** How many parts of the pointer lead there; the rest is absent. */
  readonly depth: number;
}

/** The place of what a pointer names, or of the nearest thing above it that is there. The text may end anywhere. */
function pointerPlace(text: string, pointer: string): Found {
  const wanted = pointer.split('/').slice(1).map(unescapePointer);
  // Of each thing that is open: the part of the way that is in it now; keys of objects, indexes of lists.
  const way: (string | number)[] = [];
  let best: Found = { index: 0, depth: 0 };
  let isKey = false;
  for (const { token, index } of tokensOf(text)) {
    const here = way.at(-1);
    if (token === ':') isKey = false;
    else if (token === ',') {
      isKey = typeof here === 'string';
      if (typeof here === 'number') way[way.length - 1] = here + 1;
    } else if (token === '}' || token === ']') {
      way.pop();
      isKey = false;
    } else {
      if (isKey) way[way.length - 1] = unquoted(token);
      else if (way.length > best.depth && way.every((part, level) => String(part) === wanted[level]))
        best = { index, depth: way.length };
      if (best.depth === wanted.length) return best;
      if (token === '{' || token === '[') {
        way.push(token === '{' ? '' : 0);
        isKey = token === '{';
      }
    }
  }
  return best;
}

/** Marks, strings with their quotes, and what is between them. A pattern would need memory for every character of a long string. */
function* tokensOf(text: string): Generator<{ readonly token: string; readonly index: number }> {
  let end = 0;
  for (let index = 0; index < text.length; index = end) {
    end = index + 1;
    const first = text.charAt(index);
    if (' \t\r\n'.includes(first)) continue;
    if (first === '"') {
      while (end < text.length && text[end] !== '"') end += text[end] === '\\' ? 2 : 1;
      end++;
    } else if (!MARKS.includes(first)) {
      while (end < text.length && !ENDS.includes(text.charAt(end))) end++;
    }
    yield { token: text.slice(index, end), index };
  }
}

/** The first bracket that is deeper than `most`. */
function depthIndex(text: string, most: number): number {
  let depth = 0;
  for (const { token, index } of tokensOf(text)) {
    if (token === '{' || token === '[') depth++;
    if (token === '}' || token === ']') depth--;
    if (depth > most) return index;
  }
  return 0;
}

/** The text that the string at `start` stands for, and where in the whole each of its characters is. */
function unescaped(whole: string, start: number): { readonly text: string; readonly at: (index: number) => number } {
  const places: number[] = [];
  let text = '';
  for (const { 0: piece, index } of whole.slice(start + 1).matchAll(/\\u[\da-f]{4}|\\.|[^"\\]|(")/gis)) {
    if (piece === '"') break;
    text += piece.startsWith('\\') ? unquoted(`"${piece}"`) : piece;
    places.push(start + 1 + index);
  }
  // Judged without the space around it.
  const margin = text.length - text.trimStart().length;
  return { text: text.trim(), at: (index) => places[index + margin] ?? start };
}

function unquoted(token: string): string {
  try {
    return String(JSON.parse(token));
  } catch {
    return token;
  }
}

function unescapePointer(part: string): string {
  return part.replaceAll('~1', '/').replaceAll('~0', '~');
}
