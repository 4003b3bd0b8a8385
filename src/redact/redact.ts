/**
 * Masks secrets in a line of output or in the original of a reject. Works on the text as it is, because a reject may be no
 * JSON. What is masked lies within one string and holds neither its quotes nor half an escape sequence, so that JSON stays
 * JSON, also JSON in a string of JSON. Names and keys stay as they are.
 */
import { customSecrets } from './custom.ts';
import { formSecrets } from './forms.ts';
import { MARK } from './mark.ts';
import { namedSecrets } from './names.ts';
import type { Range } from './value.ts';

export interface Redaction {
  readonly text: string;
  /** How many secrets were masked. */
  readonly count: number;
}

/** Masking may bare another secret: the second user that curl is given, or, as nobody would write, `AKIA…eyJ…` in one word. */
const MOST_ROUNDS = 6;

/**
 * Makes the function that masks secrets: those of src/redact/secrets.ts and what `custom` matches, a regular expression as
 * `patternProblem` accepts it, or nothing. The time it takes grows with the length of the text alone, but for what `custom`
 * costs. A text that was masked comes back unchanged, but for what `custom` says of the words around a mark.
 */
export function createRedactor(custom: string): (text: string) => Redaction {
  const pattern = custom === '' ? undefined : new RegExp(custom, 'dgu');
  return (text) => {
    const ranges = pattern ? builtIn(text).concat(customSecrets(text, pattern)) : builtIn(text);
    let { text: masked, count } = mask(text, ranges);
    for (let round = 1, more = count; more > 0 && round < MOST_ROUNDS; round++) {
      ({ text: masked, count: more } = mask(masked, builtIn(masked)));
      count += more;
    }
    return { text: masked, count };
  };
}

function builtIn(text: string): Range[] {
  return namedSecrets(text).concat(formSecrets(text));
}

function mask(text: string, ranges: readonly Range[]): Redaction {
  if (ranges.length === 0) return { text, count: 0 };
  let masked = '';
  let count = 0;
  let done = 0;
  for (const [start, end] of merged(ranges)) {
    if (text.slice(start, end) === MARK) continue;
    masked += text.slice(done, start) + MARK;
    done = end;
    count++;
  }
  return { text: masked + text.slice(done), count };
}

/** Ranges in the order of the text, those that overlap or touch as one: a secret may be found by its name and by its form. */
function merged(ranges: readonly Range[]): Range[] {
  const result: Range[] = [];
  for (const range of ranges.toSorted(([a], [b]) => a - b)) {
    const last = result.at(-1);
    if (last !== undefined && range[0] <= last[1]) result[result.length - 1] = [last[0], Math.max(last[1], range[1])];
    else result.push(range);
  }
  return result;
}
