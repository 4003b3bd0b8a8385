/**
 * Strings in a text that may be JSON, hold JSON within JSON, be broken JSON or no JSON at all. A quote tells its depth by
 * the backslashes before it: `"` is of depth 0, `\"` of depth 1 (a string of JSON in a string), `\\\"` of depth 2. Doubling
 * adds zeros below, so that the depth is the number of ones at the low end of their count, whatever backslashes the text
 * itself had there.
 */

export interface Quote {
  /** Where its own backslashes begin; those before them belong to the text. */
  readonly start: number;
  readonly end: number;
  readonly depth: number;
}

/** What holds a position: a string, or text that no quotes hold. */
export interface Holder {
  /** −1 outside of strings. */
  readonly depth: number;
  readonly start: number;
  /** Where the closing quote begins, or the text ends. */
  readonly end: number;
  /** The name of a member, or within one: names are never masked. */
  readonly isKey: boolean;
  /** An item of a list that is one word of a command or one variable, so that blanks belong to it. */
  readonly isWord: boolean;
}

const BACKSLASH = 0x5c;
/** How some encoders write a quote within a string. */
const ESCAPED_QUOTE = 'u0022';
const QUOTES = /"|u0022/g;
const LOOK_BACK = 128;
const BEFORE_VALUE = /(?:[\s{[(,:='"]|\\[nrt])$/;
const BEFORE_KEY = /[{,](?:\s|\\+[nrt])*$/;
const BEFORE_ITEM = /[[,](?:\s|\\+[nrt])*$/;
const AFTER_KEY = /(?:\s|\\+[nrt])*:/y;
/** What comes before a script, which holds many words: `sh -c`, `cmd /c`, `powershell -Command`. */
const BEFORE_SCRIPT = /(?:-\w{0,8}c|-command|\/c)\\{0,7}"\s{0,4},(?:\s|\\+[nrt])*$/i;

/** The quote at a position, its backslashes first, or none. */
export function quoteAt(text: string, from: number): Quote | undefined {
  let at = from;
  while (text.charCodeAt(at) === BACKSLASH) at++;
  return quoteOf(text, at, at - from);
}

/** The first quote at or after a position that is no deeper than `depth`. */
export function nextQuote(text: string, from: number, depth = Number.POSITIVE_INFINITY): Quote | undefined {
  QUOTES.lastIndex = from;
  while (QUOTES.test(text)) {
    const at = text[QUOTES.lastIndex - 1] === '"' ? QUOTES.lastIndex - 1 : QUOTES.lastIndex - ESCAPED_QUOTE.length;
    let run = at;
    while (run > from && text.charCodeAt(run - 1) === BACKSLASH) run--;
    const quote = quoteOf(text, at, at - run);
    if (quote !== undefined && quote.depth <= depth) return quote;
  }
  return undefined;
}

function quoteOf(text: string, at: number, backslashes: number): Quote | undefined {
  if (text[at] === '"') {
    const depth = lowestOne(backslashes + 1);
    return { start: at - (2 ** depth - 1), end: at + 1, depth };
  }
  if (backslashes === 0 || !text.startsWith(ESCAPED_QUOTE, at)) return undefined;
  const depth = lowestOne(backslashes) + 1;
  return { start: at - 2 ** (depth - 1), end: at + ESCAPED_QUOTE.length, depth };
}

function lowestOne(number: number): number {
  return 31 - Math.clz32(number & -number);
}

interface Open extends Quote {
  /** Found once, when something in the string is asked for: the string may be long and have many secrets. */
  holder?: Holder;
}

/** Makes the function that tells what holds a position. Positions must not go back: the text is read once. */
export function createHolders(text: string): (position: number) => Holder {
  const open: Open[] = [];
  let next = nextQuote(text, 0);

  function pass(quote: Quote): void {
    while ((open.at(-1)?.depth ?? -1) > quote.depth) open.pop();
    if (open.at(-1)?.depth === quote.depth) open.pop();
    else if (opens(text, quote, open.at(-1))) open.push({ ...quote });
  }

  return (position) => {
    while (next !== undefined && next.end <= position) {
      pass(next);
      next = nextQuote(text, next.end);
    }
    const innermost = open.at(-1);
    if (innermost === undefined)
      return { depth: -1, start: position, end: next?.start ?? text.length, isKey: false, isWord: false };
    for (const [index, string] of open.entries()) string.holder ??= holderOf(text, string, next, open[index - 1]?.holder);
    return innermost.holder ?? holderOf(text, innermost, next, undefined);
  };
}

/** A quote within a string begins another one where a value may begin. Elsewhere, as in `5" disk`, it is but a character. */
function opens(text: string, { start }: Quote, outer: Quote | undefined): boolean {
  return outer === undefined || start === outer.end || BEFORE_VALUE.test(text.slice(Math.max(0, start - 2), start));
}

function holderOf(text: string, { depth, start, end }: Quote, next: Quote | undefined, outer: Holder | undefined): Holder {
  const closing = next === undefined || next.depth <= depth ? next : nextQuote(text, next.end, depth);
  const before = text.slice(Math.max(0, start - LOOK_BACK), start);
  AFTER_KEY.lastIndex = closing?.end ?? text.length;
  const isKey = outer?.isKey === true || (BEFORE_KEY.test(before) && AFTER_KEY.test(text));
  const isWord = !isKey && BEFORE_ITEM.test(before) && !BEFORE_SCRIPT.test(before);
  return { depth, start: end, end: closing?.start ?? text.length, isKey, isWord };
}
