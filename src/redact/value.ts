/** Where the value behind a name begins and ends. Values hold no quote of the string they are in, and no half of an escape. */
import { type Holder, nextQuote, quoteAt } from './quotes.ts';

/** From the first character of a secret to behind its last. */
export type Range = readonly [start: number, end: number];

const BACKSLASH = 0x5c;
const APOSTROPHE = 0x27;
/** Blanks beyond it belong to a value: in bytes that are no UTF-8, they are halves of letters. */
const SPACE = 0x20;
const BLANK = /\s/;
/** Where a value that stands among others ends: `a=secret;b=…`, `a=secret&b=…`, `a=secret,b=…`. */
const NEXT_PAIR = /[;&,](?:[\w.% -]{1,64}=|[\s;&|"'\\]|$)/y;
const END_OF_WORD = /[\s"'\\;|&,)\]}]|$/y;

/** A value that begins at `from`, in quotes of its own or up to the next blank. None when there is none. */
export function wordAt(text: string, from: number, holder: Holder, amongOthers: boolean): Range | undefined {
  const quote = quoteAt(text, from);
  if (quote?.start === from && quote.depth > holder.depth) return quotedAt(text, quote.end, quote.depth);
  if (from >= holder.end) return undefined;
  if (text.charCodeAt(from) === APOSTROPHE) {
    const closing = text.slice(from + 1, holder.end).indexOf("'");
    return [from + 1, closing < 0 ? holder.end : from + 1 + closing];
  }
  return [from, endOfWord(text, from, holder, amongOthers)];
}

/** Everything up to the quote that closes a string of this depth. */
export function quotedAt(text: string, from: number, depth: number): Range {
  return [from, nextQuote(text, from, depth)?.start ?? text.length];
}

/** Whether a position lies within an escape sequence, so that nothing may begin there. */
export function isWithinEscape(text: string, at: number, { depth }: Holder): boolean {
  const unicode = /\\u[\da-f]{0,3}$/i.exec(text.slice(Math.max(0, at - 5), at));
  let start = unicode ? at - unicode[0].length + 1 : at;
  const behind = start;
  while (text.charCodeAt(start - 1) === BACKSLASH) start--;
  return (behind - start) % (2 * unitOf(depth)) !== 0;
}

function endOfWord(text: string, from: number, { depth, end }: Holder, amongOthers: boolean): number {
  const unit = unitOf(depth);
  let at = from;
  while (at < end) {
    const code = text.charCodeAt(at);
    if (code === BACKSLASH) {
      let behind = at;
      while (behind < end && text.charCodeAt(behind) === BACKSLASH) behind++;
      const isEscape = behind < end && (behind - at) % (2 * unit) === unit;
      if (isEscape && endsWord(escaped(text, behind), amongOthers)) return behind - unit;
      at = isEscape ? Math.min(end, behind + (text[behind] === 'u' ? 5 : 1)) : behind;
      continue;
    }
    if (code <= SPACE ? BLANK.test(text[at] ?? '') : isEnd(text, at, code, amongOthers)) return at;
    at++;
  }
  return end;
}

function isEnd(text: string, at: number, code: number, amongOthers: boolean): boolean {
  if (code === APOSTROPHE) return matchesAt(END_OF_WORD, text, at + 1);
  return amongOthers && (code === 0x3b || code === 0x26 || code === 0x2c) && matchesAt(NEXT_PAIR, text, at);
}

function endsWord(character: string, amongOthers: boolean): boolean {
  return BLANK.test(character) || (amongOthers && character === '&');
}

function escaped(text: string, at: number): string {
  const letter = text[at] ?? '';
  if (letter === 'n' || letter === 'r' || letter === 't') return ' ';
  return letter === 'u' ? String.fromCharCode(Number.parseInt(text.slice(at + 1, at + 5), 16)) : letter;
}

function matchesAt(pattern: RegExp, text: string, at: number): boolean {
  pattern.lastIndex = at;
  return pattern.test(text);
}

/** How many backslashes begin an escape sequence in a string of this depth. */
function unitOf(depth: number): number {
  return 2 ** Math.max(depth, 0);
}
