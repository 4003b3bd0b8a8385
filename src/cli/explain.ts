/** `winnow explain`: what a reject code means. */
import { nearest } from '../nearest.ts';
import { explanation, isRejectCode, REJECT_CODE_NAMES, tryAgain } from '../reject-codes.ts';
import { UsageError } from './usage.ts';

/** The explanation of a code as text, or the list of codes when none is given. Throws `UsageError` for an unknown one. */
export function explain(code: string | undefined): string {
  if (code === undefined)
    return `${REJECT_CODE_NAMES.map((name) => `${name.padEnd(28)} ${explanation(name).what}`).join('\n')}\n`;
  if (!isRejectCode(code)) {
    throw new UsageError([`${code}: there is no such reject code; did you mean ${nearest(code, REJECT_CODE_NAMES)}?`]);
  }
  const { stage, what, why, fix } = explanation(code);
  const { command, when } = tryAgain(code);
  const again = command === undefined ? `${when}.` : `${when}: ${command}`;
  return [`${code} (found by ${stage})`, '', what, '', `Why:    ${why}`, `Fix:    ${fix}`, `Again:  ${again}`, ''].join('\n');
}
