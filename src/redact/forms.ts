/** Secrets that are told by how they look, or by the program they are given to. */
import { mayNameProgram, PROGRAM_RULES } from './programs.ts';
import { createHolders, type Holder } from './quotes.ts';
import { FORM_RULES, type FormRule } from './secrets.ts';
import { isWithinEscape, type Range, wordAt } from './value.ts';

const END_OF_BLOCK = '-----END';
/** `'bob:` before the password of bob. */
const OPEN_APOSTROPHE = /'[^'\s]*$/;
const LONGEST_USER = 80;

/** Some forms as one pattern, each in a group of its own. */
interface Forms {
  readonly pattern: RegExp;
  readonly rules: readonly Numbered[];
}

interface Numbered {
  readonly rule: FormRule;
  /** The number of its group in the pattern. */
  readonly whole: number;
  /** Of the group that holds the secret, if the form has one. */
  readonly inner: number | undefined;
}

const FORMS = together(FORM_RULES);
/** What is told by the program looks past other words, which may be secrets of their own: that takes another reading. */
const PROGRAMS = together(PROGRAM_RULES);

/** Finds secrets by their form. */
export function formSecrets(text: string): Range[] {
  const found = read(text, FORMS);
  return mayNameProgram(text) ? found.concat(read(text, PROGRAMS)) : found;
}

function read(text: string, { pattern, rules }: Forms): Range[] {
  const ranges: Range[] = [];
  let holderAt: ((position: number) => Holder) | undefined;
  pattern.lastIndex = 0;
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    const { rule, group } = ruleOf(match, rules);
    const [start, end] = match.indices?.[group] ?? [0, 0];
    const from = rule.takes === 'match' ? start : end;
    holderAt ??= createHolders(text);
    const { depth } = holderAt(match.index);
    const holder = holderAt(from);
    // What follows a string is JSON's own, unless it is another string.
    if (holder.isKey || holder.depth < depth || isWithinEscape(text, from, holder)) continue;
    const range = rangeOf(text, rule, [start, end], holder, depth);
    if (range === undefined || range[0] >= range[1]) continue;
    ranges.push(range);
    pattern.lastIndex = Math.max(pattern.lastIndex, range[1]);
  }
  return ranges;
}

function rangeOf(text: string, { takes }: FormRule, found: Range, holder: Holder, depth: number): Range | undefined {
  if (takes === 'match') return found;
  if (takes === 'block') return blockAt(text, found[1], holder);
  // The program was named in another item of the list, or before the quotes of this word: it is an argument of its own.
  if ((holder.isWord || holder.depth > depth) && found[0] < holder.start) return [found[1], holder.end];
  const before = OPEN_APOSTROPHE.exec(text.slice(Math.max(found[0], found[1] - LONGEST_USER), found[1]));
  const word = wordAt(text, found[1] - (before?.[0].length ?? 0), holder, false);
  return word && [Math.max(word[0], found[1]), word[1]];
}

function blockAt(text: string, from: number, { end }: Holder): Range {
  const length = text.slice(from, end).indexOf(END_OF_BLOCK);
  return [from, length < 0 ? end : from + length];
}

function together(rules: readonly FormRule[]): Forms {
  let next = 1;
  const counted = rules.map((rule) => {
    const whole = next;
    const groups = (new RegExp(`${rule.form.source}|`).exec('')?.length ?? 1) - 1;
    next += 1 + groups;
    return { rule, whole, inner: groups > 0 ? whole + 1 : undefined };
  });
  return { pattern: new RegExp(rules.map(({ form }) => `(${form.source})`).join('|'), 'dg'), rules: counted };
}

function ruleOf(match: RegExpExecArray, rules: readonly Numbered[]): { readonly rule: FormRule; readonly group: number } {
  const found = rules.find(({ whole }) => match[whole] !== undefined);
  if (found === undefined) throw new Error('a form matched that no rule has');
  const { rule, whole, inner } = found;
  return { rule, group: inner !== undefined && match[inner] !== undefined ? inner : whole };
}
