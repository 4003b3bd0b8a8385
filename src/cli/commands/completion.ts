/** Declares `winnow completion`. */
import { Argument, type Command } from 'commander';
import { REJECT_CODE_NAMES } from '../../reject-codes.ts';
import { withExamples } from '../command.ts';
import type { Shell } from '../completion.ts';

const SHELLS: readonly Shell[] = ['bash', 'zsh', 'fish'];

export function addCompletion(winnow: Command): void {
  const command = winnow
    .command('completion')
    .description('print a script that lets a shell complete commands and flags')
    .addArgument(new Argument('<shell>', 'yours').choices(SHELLS));
  withExamples(command, [
    'winnow completion bash >> ~/.bashrc',
    'winnow completion zsh >> ~/.zshrc',
    'winnow completion fish > ~/.config/fish/completions/winnow.fish',
  ]);
  command.action(async (shell: Shell) => {
    const { completionScript } = await import('../completion.ts');
    const values = { explain: REJECT_CODE_NAMES, completion: SHELLS };
    process.stdout.write(completionScript(winnow, shell, values));
  });
}
