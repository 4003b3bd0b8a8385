/** Declares `winnow settings`. */
import type { Command } from 'commander';
import { type CommonFlags, common, withExamples, withSettings } from '../command.ts';

export function addSettings(winnow: Command): void {
  const command = winnow
    .command('settings')
    .description('print the settings in effect, and where each comes from')
    .option('--json', 'print them as one JSON document');
  withSettings(command);
  withExamples(command, ['winnow settings', 'winnow settings --config lake.yml --codec gzip --json']);
  command.action(async (flags: CommonFlags) => {
    const { describeSettings, effectiveSettings } = await import('../settings.ts');
    const settings = await effectiveSettings((await common(flags)).given);
    process.stdout.write(flags.json ? `${JSON.stringify(settings)}\n` : describeSettings(settings));
  });
}
