/**
 * Finds where a text stops being JSON. `JSON.parse` says it too, but in words that quote the text, and what a record
 * holds may be secret. This runs only on records that `JSON.parse` has refused.
 */

export interface SyntaxFault {
  /** Whether the text is right as far as it goes and merely ends too early. */
  readonly truncated: boolean;
  /** Byte of the text at which it goes wrong. */
  readonly offset: number;
  /** What JSON allows there. */
  readonly expected: string;
}

type Place = 'a value' | 'a value or ]' | 'a key' | 'a key or }' | ':' | ', or }' | ', or ]' | 'the end of the record';

/** One token, or the reason why there is none: the text ends within it (`cut`), or it is not JSON (`bad`). */
interface Token {
  readonly kind: 'mark' | 'string' | 'scalar' | 'cut' | 'bad';
  readonly start: number;
  readonly end: number;
}

/** The first place at which `record` is not JSON. Call it only with text that is not. */
export function findSyntaxFault(record: string): SyntaxFault {
  // A record that was cut ends with the line break of its line, of which nothing belongs to the token that was cut.
  const text = withoutTrailingSpace(record);
  const open: string[] = [];
  let place: Place = 'a value';
  let position = 0;
  for (;;) {
    const token = readToken(text, position);
    const next: Place | undefined = token.kind === 'cut' || token.kind === 'bad' ? undefined : step(place, token, text, open);
    if (next === undefined) {
      const truncated = token.kind === 'cut' && place !== 'the end of the record';
      const at = token.kind === 'bad' ? token.end : token.start;
      return { truncated, offset: Buffer.byteLength(text.slice(0, at)), expected: place };
    }
    place = next;
    position = token.end;
  }
}

function withoutTrailingSpace(text: string): string {
  let end = text.length;
  while (end > 0 && ' \t\r\n'.includes(text.charAt(end - 1))) end--;
  return text.slice(0, end);
}

/** The place after a token, or undefined when the token may not stand here. */
function step(place: Place, token: Token, text: string, open: string[]): Place | undefined {
  const mark = token.kind === 'mark' ? text[token.start] : undefined;
  const after = (): Place => (open.length === 0 ? 'the end of the record' : open.at(-1) === '{' ? ', or }' : ', or ]');
  const close = (): Place => {
    open.pop();
    return after();
  };
  switch (place) {
    case 'a value or ]':
    case 'a value':
      if (mark === ']' && place === 'a value or ]') return close();
      if (mark === '{' || mark === '[') {
        open.push(mark);
        return mark === '{' ? 'a key or }' : 'a value or ]';
      }
      return mark === undefined ? after() : undefined;
    case 'a key or }':
    case 'a key':
      if (mark === '}' && place === 'a key or }') return close();
      return token.kind === 'string' ? ':' : undefined;
    case ':':
      return mark === ':' ? 'a value' : undefined;
    case ', or }':
      return mark === ',' ? 'a key' : mark === '}' ? close() : undefined;
    case ', or ]':
      return mark === ',' ? 'a value' : mark === ']' ? close() : undefined;
    case 'the end of the record':
      return undefined;
  }
}

const SCALAR = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
/** What is left behind the last whole token when a number was cut. */
const CUT_NUMBER = /^(?:-|\.|[eE][+-]?)$/;

function readToken(text: string, from: number): Token {
  let start = from;
  while (start < text.length && ' \t\r\n'.includes(text.charAt(start))) start++;
  if (start >= text.length) return { kind: 'cut', start, end: start };
  const character = text.charAt(start);
  if ('{}[]:,'.includes(character)) return { kind: 'mark', start, end: start + 1 };
  if (character === '"') return readString(text, start);
  SCALAR.lastIndex = start;
  const match = SCALAR.exec(text);
  if (match !== null) return { kind: 'scalar', start, end: start + match[0].length };
  const rest = text.slice(start, start + 8);
  const isCut = CUT_NUMBER.test(rest) || ['true', 'false', 'null'].some((word) => word.startsWith(rest));
  return { kind: isCut ? 'cut' : 'bad', start, end: start };
}

function readString(text: string, start: number): Token {
  for (let i = start + 1; i < text.length; i++) {
    const character = text.charAt(i);
    if (character === '"') return { kind: 'string', start, end: i + 1 };
    if (character < ' ') return { kind: 'bad', start, end: i };
    if (character !== '\\') continue;
    const tail = text.slice(i + 1, i + 6);
    if (/^(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/.test(tail)) i += tail.startsWith('u') ? 5 : 1;
    else return { kind: /^(?:|u[0-9a-fA-F]{0,3})$/.test(tail) ? 'cut' : 'bad', start, end: i };
  }
  return { kind: 'cut', start, end: text.length };
}
