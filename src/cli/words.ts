/** Texts as a terminal is shown them. */
import { stripVTControlCharacters, styleText } from 'node:util';

type Style = Parameters<typeof styleText>[0];
type Stream = NodeJS.WriteStream;

/** Colours a text that goes to `stream` where colours are wanted: `styleText` knows of terminals, NO_COLOR and FORCE_COLOR. */
export function coloured(text: string, style: Style, stream: Stream = process.stdout): string {
  return styleText(style, text, { stream });
}

/**
 * A text from outside as one that a terminal can be shown: what would move the cursor, or turn the direction of writing, is
 * written as its code point.
 */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
}

/** At most `width` characters of a text, its end rather than its beginning: that is where paths differ. */
export function tail(text: string, width: number): string {
  const characters = [...text];
  return characters.length <= width ? text : `…${characters.slice(characters.length - Math.max(0, width - 1)).join('')}`;
}

/**
 * A line broken between words where a terminal of so many columns would break it anywhere; what follows is indented. What does
 * not go to a terminal stays as it is.
 */
export function wrapped(line: string, columns = process.stdout.columns): string {
  if (!columns || widthOf(line) <= columns) return line;
  const indent = `${/^ */.exec(line)?.[0]}  `;
  let lines = '';
  let at = 0;
  for (const [word] of line.matchAll(/ *\S+/g)) {
    const isFirst = lines === '';
    const fits = isFirst || at + widthOf(word) <= columns;
    const next = fits ? word : indent + word.trimStart();
    lines += fits ? next : `\n${next}`;
    at = (fits ? at : 0) + widthOf(next);
  }
  return lines;
}

function widthOf(text: string): number {
  return [...stripVTControlCharacters(text)].length;
}
