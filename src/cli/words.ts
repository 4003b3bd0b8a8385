/** Texts as a terminal is shown them. */
import { stripVTControlCharacters, styleText } from 'node:util';

type Style = Parameters<typeof styleText>[0];
type Stream = NodeJS.WriteStream;

/** Colours a text that goes to `stream` where colours are wanted: `styleText` knows of terminals, NO_COLOR and FORCE_COLOR. */
export function coloured(text: string, style: Style, stream: Stream = process.stdout): string {
  return styleText(style, text, { stream });
}

/** The line of a warning, for standard error. */
export function warning(line: string): string {
  return `${coloured('winnow:', 'yellow', process.stderr)} ${printable(line)}`;
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
 * A line broken between words where a terminal of so many columns would break it anywhere; what follows stands `indent` columns to
 * the right, by default two more than the line. What does not go to a terminal stays as it is.
 */
export function wrapped(line: string, columns = process.stdout.columns, indent = line.search(/[^ ]|$/) + 2): string {
  if (!columns || widthOf(line) <= columns) return line;
  let lines = '';
  let at = 0;
  for (const [word] of line.matchAll(/ *\S+/g)) {
    const isFirst = lines === '';
    const fits = isFirst || at + widthOf(word) <= columns;
    const next = fits ? word : ' '.repeat(indent) + word.trimStart();
    lines += fits ? next : `\n${next}`;
    at = (fits ? at : 0) + widthOf(next);
  }
  return lines;
}

/** Narrower columns are not worth having: what does not fit beside its label then goes below it. */
const LEAST_WIDTH = 24;
const BELOW = 6;

/** A label and, from column `indent` on, a text that keeps to the right of it. */
export function labelled(label: string, text: string, indent: number, columns = process.stdout.columns): string {
  if (!columns || columns - indent >= LEAST_WIDTH) return wrapped(label.padEnd(indent) + text, columns, indent);
  return `${label.trimEnd()}\n${wrapped(' '.repeat(BELOW) + text, columns, BELOW)}`;
}

function widthOf(text: string): number {
  return [...stripVTControlCharacters(text)].length;
}
