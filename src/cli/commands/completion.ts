/** Declares `winnow completion`. */
import { Argument, type Command } from 'commander';
import { REJECT_CODE_NAMES } from '../../reject-codes.ts';
import { flagName, SETTING_NAMES, SETTINGS } from '../../settings.ts';
import { withExamples } from '../command.ts';
import type { Choices, Shell } from '../completion.ts';
import type { GenerateFlagSpec } from '../generate.ts';

const SHELLS: readonly Shell[] = ['bash', 'zsh', 'fish'];

export function addCompletion(winnow: Command): void {
  const command = winnow
    .command('completion')
    .description('print a script that lets a shell complete commands and flags')
    .addArgument(new Argument('<shell>', 'yours').choices(SHELLS));
  withExamples(command, [
    'eval "$(winnow completion bash)"',
    'eval "$(winnow completion zsh)"',
    'winnow completion fish > ~/.config/fish/completions/winnow.fish',
  ]);
  command.action(async (shell: Shell) => {
    const { completionScript } = await import('../completion.ts');
    const { GENERATE_FLAGS } = await import('../generate.ts');
    const commands = { explain: REJECT_CODE_NAMES, completion: SHELLS };
    const lists = { '--code': REJECT_CODE_NAMES, ...settingLists(), ...generateLists(GENERATE_FLAGS) };
    process.stdout.write(completionScript(winnow, shell, { commands, lists }));
  });
}

function settingLists(): Choices {
  return Object.fromEntries(
    SETTING_NAMES.flatMap((name) => {
      const spec = SETTINGS[name];
      return spec.type === 'choices' ? [[flagName(name), spec.choices]] : [];
    }),
  );
}

function generateLists(flags: { readonly [flag: string]: GenerateFlagSpec }): Choices {
  return Object.fromEntries(
    Object.entries(flags).flatMap(([name, { value, choices }]) => (value === 'list' && choices ? [[`--${name}`, choices]] : [])),
  );
}
