/** Regular expressions that users give: which ones are accepted. */

const LONGEST_PATTERN = 1000;
/** A character class, an escape sequence, or one character of the syntax. */
const SYNTAX = /\[(?:\\.|[^\]\\])*\]|\\.|\((?:\?(?:<[^>=!]*>|<[=!]|[:=!]))?|[)|]|[*+?]|\{[\d,]+\}|./gs;

/**
 * What is wrong with a pattern, or nothing. V8 tries alternatives one after the other, and a group that can match one text in
 * several ways and is repeated makes that exponential: so a group with a quantifier or with alternatives may not be repeated.
 */
export function patternProblem(source: string): string | undefined {
  if (source === '') return undefined;
  if (source.length > LONGEST_PATTERN) return `must be no longer than ${LONGEST_PATTERN} characters`;
  let pattern: RegExp;
  try {
    pattern = new RegExp(source, 'u');
  } catch {
    return 'must be a regular expression of JavaScript';
  }
  if (pattern.test('')) return 'must not match the empty text';
  return repeatsChoice(source) ? 'must not repeat a group that holds a quantifier or alternatives' : undefined;
}

function repeatsChoice(source: string): boolean {
  /** For the pattern and each open group, whether it can match in several ways. */
  const varied = [false];
  let closed = false;
  for (const [sign] of source.matchAll(SYNTAX)) {
    if (sign.startsWith('(')) varied.push(false);
    else if (sign === ')') {
      closed = varied.pop() ?? false;
      if (closed) varied[varied.length - 1] = true;
      continue;
    } else if (sign === '|') varied[varied.length - 1] = true;
    else if (/^[*+{?]/.test(sign)) {
      if (closed && sign !== '?') return true;
      varied[varied.length - 1] = true;
    }
    closed = false;
  }
  return false;
}
