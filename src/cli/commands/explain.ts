/** Declares `winnow explain`. */
import type { Command } from 'commander';
import { withExamples } from '../command.ts';
import { explain } from '../explain.ts';

export function addExplain(winnow: Command): void {
  const command = winnow
    .command('explain')
    .description('say what a reject code means and who can mend it')
    .argument('[code]', 'such as schema.type; without it all codes are listed')
    .action((code: string | undefined) => void process.stdout.write(explain(code)));
  withExamples(command, ['winnow explain', 'winnow explain schema.type']);
}
