/** Declares `winnow generate`. */
import { type Command, Option } from 'commander';
import { counted, number } from '../../figures.ts';
import { type Exit, withExamples } from '../command.ts';
import type { GenerateFlagSpec, GenerateFlags } from '../generate.ts';

/** The generator is loaded only when the command line names it: a run has no use for it. */
export async function addGenerate(winnow: Command, _exit: Exit, argv: readonly string[]): Promise<void> {
  const command = winnow.command('generate').description('write a batch of made-up events, and what a run over it must find');
  withExamples(command, [
    'winnow generate --events 1000 > batch.ndjson',
    'winnow generate --type open,exec --generation linux --envelope intake --compress zstd --out batch.zst',
    'winnow generate --events 100000 --broken 0.01 --out batch.ndjson --manifest expected.json',
  ]);
  // Completion tells the flags of all commands, and the list of commands, which comes for want of a command, that this one has some.
  const [first = '--help'] = argv;
  if (!argv.includes(command.name()) && !/^(?:-|help$|completion$)/.test(first)) return;
  const { GENERATE_FLAGS, generate, readGenerateFlags } = await import('../generate.ts');
  for (const [name, { value, byDefault, help, choices }] of Object.entries<GenerateFlagSpec>(GENERATE_FLAGS)) {
    const shown = byDefault === '' ? help : `${help} (default: ${byDefault})`;
    const option = new Option(value === '' ? `--${name}` : `--${name} <${value}>`, shown);
    // For help and completion: one error lists everything wrong with the flags.
    if (value === 'name') option.argChoices = [...(choices ?? [])];
    command.addOption(option);
  }
  command.action(async (flags: GenerateFlags) => {
    const request = readGenerateFlags(flags);
    const { records, valid } = await generate(request, process.stdout);
    if (request.out !== '-')
      process.stdout.write(`${counted(records, 'record')} written to ${request.out}, ${number(valid)} of them valid\n`);
  });
}
