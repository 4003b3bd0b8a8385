/** How commander sets the text of --help. */
import type { HelpConfiguration } from 'commander';
import { labelled } from './words.ts';

/** By itself it leaves lines alone when the terminal is narrow, which then breaks them in mid-word. */
export const HELP: HelpConfiguration = {
  minWidthToWrap: 1,
  formatItem: (term, termWidth, description, { helpWidth }) =>
    description === '' ? `  ${term}` : labelled(`  ${term}`, description, termWidth + 4, helpWidth),
};
