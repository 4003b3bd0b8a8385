/** Text for people as wide as their terminal: that of --help, and that of commands which explain. */
import { Help, type HelpConfiguration } from 'commander';

/** Narrower columns are not worth having: what does not fit beside its name then goes below it. */
const LEAST_WIDTH = 24;
const BELOW = 6;

/** How commander sets its help. By itself it leaves lines alone when the terminal is narrow, which then breaks them in mid-word. */
export const HELP: HelpConfiguration = {
  minWidthToWrap: LEAST_WIDTH,
  formatItem: (term, termWidth, description, helper) => {
    const width = helper.helpWidth ?? Number.POSITIVE_INFINITY;
    const beside = termWidth + 4;
    if (description === '' || width - beside >= LEAST_WIDTH)
      return Help.prototype.formatItem.call(helper, term, termWidth, description, helper);
    return `  ${term}\n${' '.repeat(BELOW)}${folded(description, width, BELOW)}`;
  },
};

/** A text with a label before it, both in columns that end where the terminal does; on one line when there is no terminal. */
export function labelled(label: string, text: string, indent: number): string {
  const width = process.stdout.columns ?? Number.POSITIVE_INFINITY;
  if (width - indent >= LEAST_WIDTH) return label.padEnd(indent) + folded(text, width, indent);
  return label === '' ? folded(text, width, 0) : `${label.trimEnd()}\n${' '.repeat(BELOW)}${folded(text, width, BELOW)}`;
}

/** Breaks a text at its spaces, so that its lines end before `width` when each but the first stands so far to the right. */
function folded(text: string, width: number, indent: number): string {
  const help = new Help();
  help.minWidthToWrap = 1;
  return help.boxWrap(text, width - indent).replaceAll('\n', `\n${' '.repeat(indent)}`);
}
