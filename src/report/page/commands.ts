/** Command lines about the place of the report: whoever copies one reaches the same outputs on the same server. */
import { type RejectCode, tryAgain } from '../../reject-codes.ts';
import type { Report } from '../report.ts';
import { shellWord } from './format.ts';

/** The command that makes this report. */
export function reportCommand(report: Report, more = ''): string {
  const day = report.day === undefined ? '' : ` --day ${report.day}`;
  return `winnow report ${shellWord(report.place)}${day}${more}${reach(report)}`;
}

/** The command that lists every finding. */
export function verifyCommand(report: Report): string {
  return `winnow verify ${shellWord(report.place)}${reach(report)}`;
}

/** The command that tries rejects with a code again; undefined when only their sender can. */
export function againCommand(code: RejectCode, report: Report): string | undefined {
  const { command } = tryAgain(code);
  return command && command.replace('<out>', () => shellWord(report.place)) + reach(report);
}

function reach({ reached: { endpoint, region } = {} }: Report): string {
  const flags = [
    ...(endpoint === undefined ? [] : [`--endpoint-url ${shellWord(endpoint)}`]),
    ...(region === undefined ? [] : [`--region ${shellWord(region)}`]),
  ];
  return flags.map((flag) => ` ${flag}`).join('');
}
