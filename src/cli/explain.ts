/** `winnow explain`: what a reject code means. */
import { meant } from '../nearest.ts';
import { explanation, isRejectCode, REJECT_CODE_NAMES, type RejectCode, tryAgain } from '../reject-codes.ts';
import { UsageError } from './usage.ts';
import { labelled, wrapped } from './words.ts';

const NAME_WIDTH = 29;
const LABEL_WIDTH = 8;

/**
 * The explanation of a code as text, or the list of those that begin with what is given: `schema` for `schema.type` and so on, and
 * all of them for nothing. Throws `UsageError` for what is no code.
 */
export function explain(given: string | undefined): string {
  if (isRejectCode(given)) return explainCode(given);
  const codes = given === undefined ? REJECT_CODE_NAMES : codesUnder(given);
  if (codes.length === 0) throw new UsageError([`${given}: no such reject code; ${hintFor(given ?? '')}`]);
  return `${codes.map((code) => labelled(code, explanation(code).what, NAME_WIDTH)).join('\n')}\n`;
}

function explainCode(code: RejectCode): string {
  const { stage, what, why, fix } = explanation(code);
  const { command, when } = tryAgain(code);
  const labels = { Why: why, Fix: fix, Again: command === undefined ? `${when}.` : `${when}: ${command}` };
  return [
    `${code} (found by ${stage})`,
    '',
    wrapped(what, process.stdout.columns, 0),
    '',
    ...Object.entries(labels).map(([label, text]) => labelled(`${label}:`, text, LABEL_WIDTH)),
    '',
  ].join('\n');
}

/** The code of this name, or all that begin with it. */
export function codesUnder(name: string): readonly RejectCode[] {
  return REJECT_CODE_NAMES.filter((code) => code === name || code.startsWith(`${name}.`));
}

/** What to say of a name that is none: the code or the group that was meant, as far as anybody can tell. */
export function hintFor(name: string): string {
  const meanings = new Map<string, string>();
  for (const code of REJECT_CODE_NAMES) {
    const [group = '', reason = ''] = code.split('.');
    meanings
      .set(code, code)
      .set(group, group)
      .set(reason, meanings.get(reason) ?? code);
  }
  const word = meant(name, [...meanings.keys()]);
  return word === undefined ? 'winnow explain lists them' : `did you mean ${meanings.get(word)}?`;
}
