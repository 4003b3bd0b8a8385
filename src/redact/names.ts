/** Secrets that are told by the name before them: of a flag, a variable, a header, a member, a part of a connection string. */
import { createHolders, type Holder, quoteAt } from './quotes.ts';
import { HARMLESS_NAME, NAME_RULES, NAME_WORDS, type NameRule, SWITCH } from './secrets.ts';
import { quotedAt, type Range, wordAt } from './value.ts';

const NAME = new RegExp(`(?:${NAME_WORDS.source})[\\w.-]*`, 'gi');
const NAME_CHARACTER = /[\w.-]/;
/** A longer name is judged by its end. */
const LONGEST_NAME = 256;
/** What must follow a name for a value to follow. Most names in an event are keys of objects and end here. */
const BEFORE_VALUE =
  /[\s=:]|\\+u003d|%(?:25){0,3}3d|(?:\\*["']|\\+u0022)(?:\s|\\+[nrt])*[:=,](?:\s|\\+[nrt])*(?:\\*["']|\\+u0022)/iy;
const BLANKS = /(?:\s|\\+[nrt])*/y;
const EQUALS = /=|\\+u003d/iy;
const ENCODED_EQUALS = /%(?:25){0,3}3d/iy;
/** A value in an address within an address, up to what is encoded of `&`, a quote, `#`, `;` or a blank. */
const ENCODED_VALUE = /(?:[^\s"'\\&%]|%(?!(?:25){0,3}(?:2[0236]|3b)))*/iy;
const TAG_VALUE = /[^\s"'\\,/][^\s"'\\,]*/y;
/** Between the words of a sentence. */
const IN_SENTENCE = /[A-Za-z] $/;
const PLAIN_WORD = /[A-Za-z]?[a-z]{0,14}(?=[.,;:!?)]{0,2}[\s"'\\])/y;
const PATH = /^(?:~|\.{0,2}[\\/]|[A-Za-z]:[\\/]|file:)/;
const SCHEME = /(?:Bearer|Basic|Token|Digest|Negotiate|NTLM|ApiKey|AWS4-HMAC-SHA256) +/iy;
/** The end of an escape sequence that stands before a name and looks like its beginning. */
const ESCAPE_END = /[nrtbf]|u[\da-f]{4}/iy;
const NO_VALUE = /[-|<>&;]/;

type HolderAt = (position: number) => Holder;

interface Name {
  readonly start: number;
  readonly end: number;
  readonly isFlag: boolean;
  /** A flag that takes no value of its own. */
  readonly isSwitch: boolean;
  readonly rule: NameRule;
}

/** Finds the values behind names, in the order of the text. */
export function namedSecrets(text: string): Range[] {
  const ranges: Range[] = [];
  let holderAt: HolderAt | undefined;
  let floor = 0;
  NAME.lastIndex = 0;
  for (let match = NAME.exec(text); match !== null; match = NAME.exec(text)) {
    const end = NAME.lastIndex;
    const name = lengthAt(BEFORE_VALUE, text, end) > 0 ? readName(text, match.index, end, floor) : undefined;
    floor = end;
    if (name === undefined) continue;
    holderAt ??= createHolders(text);
    const range = secretBehind(text, name, holderAt);
    if (range === undefined || range[0] >= range[1] || holderAt(range[0]).isKey) continue;
    ranges.push(range);
    floor = range[1];
    NAME.lastIndex = floor;
  }
  return ranges;
}

function readName(text: string, from: number, end: number, floor: number): Name | undefined {
  let start = from;
  while (start > floor && NAME_CHARACTER.test(text[start - 1] ?? '')) start--;
  if (text[start - 1] === '\\') start += lengthAt(ESCAPE_END, text, start);
  const written = text.slice(Math.max(start, end - LONGEST_NAME), end);
  const words = written
    .replace(/([a-z\d])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .replace(/[.-]/g, '_');
  if (HARMLESS_NAME.test(words)) return undefined;
  const rule = NAME_RULES.find(({ name }) => name.test(words));
  return rule && { start, end, isFlag: text[start] === '-', isSwitch: SWITCH.test(words), rule };
}

function secretBehind(text: string, name: Name, holderAt: HolderAt): Range | undefined {
  const range = behindQuote(text, name, holderAt) ?? joined(text, name, holderAt);
  if (range === undefined || (name.rule.mayBePath && PATH.test(text.slice(range[0], range[0] + 8)))) return undefined;
  return name.rule.id === 'authorization' ? [Math.min(range[1], behindScheme(text, range[0])), range[1]] : range;
}

/** `"name": "value"`, and `"--name", "value"` in a list of arguments. */
function behindQuote(text: string, name: Name, holderAt: HolderAt): Range | undefined {
  const isApostrophe = text[name.end] === "'";
  const closing = quoteAt(text, name.end);
  if (!isApostrophe && closing?.start !== name.end) return undefined;
  const between = behindBlanks(text, isApostrophe ? name.end + 1 : (closing?.end ?? name.end));
  const sign = text[between] ?? '';
  const from = behindBlanks(text, between + 1);
  const isArgument = sign === ',' && name.isFlag && !name.isSwitch && (isApostrophe || name.start === holderAt(name.start).start);
  if (!isArgument && sign !== ':' && sign !== '=') return undefined;
  if (isApostrophe) return text[from] === "'" ? wordAt(text, from, holderAt(name.start), false) : undefined;
  const opening = quoteAt(text, from);
  if (opening?.start !== from || opening.depth !== closing?.depth) return undefined;
  return isArgument && text[opening.end] === '-' ? undefined : quotedAt(text, opening.end, opening.depth);
}

/** `name=value`, `Name: value` and `--name value` within a string, or outside of any. */
function joined(text: string, name: Name, holderAt: HolderAt): Range | undefined {
  const { start, end, isFlag, isSwitch, rule } = name;
  const encoded = end + lengthAt(ENCODED_EQUALS, text, end);
  if (encoded > end) return [encoded, encoded + lengthAt(ENCODED_VALUE, text, encoded)];
  const sign = behindBlanks(text, end);
  const equals = lengthAt(EQUALS, text, sign);
  if (equals === 0 && text[sign] !== ':' && !isFlag) return undefined;
  const holder = holderAt(start);
  let from: number;
  if (equals > 0) from = sign > end ? behindBlanks(text, sign + equals) : sign + equals;
  else if (text[sign] === ':' && isHeader(text, name, sign, holder)) from = behindBlanks(text, sign + 1);
  else if (text[sign] === ':' && sign === end && isTag(text, start, holder)) return tagAt(text, start, sign + 1, holder);
  else if (isFlag && !isSwitch && sign > end && !NO_VALUE.test(text[sign] ?? '')) return wordAt(text, sign, holder, false);
  else return undefined;
  if (start === holder.start && holder.isWord) return [from, holder.end];
  return wordAt(text, rule.id === 'authorization' ? behindScheme(text, from) : from, holder, !isFlag);
}

/** A tag is a string of its own, or stands behind the comma that ends another one. */
function isTag(text: string, start: number, { depth, start: first }: Holder): boolean {
  return depth >= 0 && (start === first || text[start - 1] === ',');
}

/** A path behind the colon is the other half of a mount. */
function tagAt(text: string, start: number, from: number, holder: Holder): Range | undefined {
  const length = lengthAt(TAG_VALUE, text, from);
  if (length === 0) return undefined;
  return [from, start === holder.start && holder.isWord ? holder.end : from + length];
}

/** A colon stands in many places: it counts in `Name: value`, `Name:Scheme value`, `Some-Name:value` and `/name:value`, not in paths and other lists. */
function isHeader(text: string, { start, end, rule }: Name, colon: number, holder: Holder): boolean {
  const before = text[start - 1] ?? '';
  if (before === '/') return start - 1 === holder.start || /\s/.test(text[start - 2] ?? ' ');
  if (before === '\\' || colon > end) return false;
  if (text.slice(start, end).includes('-') || behindScheme(text, colon + 1) > colon + 1) return true;
  const value = behindBlanks(text, colon + 1);
  if (value === colon + 1) return false;
  const isSentence = rule.isNoWord && IN_SENTENCE.test(text.slice(Math.max(0, start - 2), start));
  return !isSentence || lengthAt(PLAIN_WORD, text, value) === 0;
}

function behindScheme(text: string, from: number): number {
  return from + lengthAt(SCHEME, text, from);
}

function behindBlanks(text: string, from: number): number {
  return from + lengthAt(BLANKS, text, from);
}

/** The length of what a sticky pattern matches at a position. */
function lengthAt(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex - at : 0;
}
