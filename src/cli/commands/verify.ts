/** Declares `winnow verify`. */
import type { Command } from 'commander';
import { SETTINGS } from '../../settings.ts';
import {
  addConfigFlag,
  addOutputFlags,
  addPlaceFlags,
  type CommonFlags,
  common,
  type Exit,
  settingOption,
  withExamples,
} from '../command.ts';
import { onScreen } from '../screen.ts';

interface VerifyFlags extends CommonFlags {
  readonly against?: readonly string[];
}

export function addVerify(winnow: Command, exit: Exit): void {
  const command = winnow
    .command('verify')
    .description('prove that receipts, outputs and inputs balance, or name what does not')
    .argument('<out>', 'folder or s3://bucket/prefix that a run wrote to')
    .option('--against <place...>', 'files, folders or s3:// prefixes whose objects must all have been processed');
  addOutputFlags(command);
  addPlaceFlags(command);
  for (const name of ['input_prefix', 'input_suffix'] as const) {
    command.addOption(settingOption(name, `as the run had it: ${SETTINGS[name].help}`));
  }
  addConfigFlag(command);
  withExamples(command, ['winnow verify out', 'winnow verify s3://lake/cws --against s3://landing/cws/ --json']);
  command.action(async (out: string, flags: VerifyFlags) => {
    const { describeVerdict, runVerify } = await import('../verify.ts');
    const options = await common(flags);
    const { verdict, exitStatus } = await onScreen(flags, ({ warn }, observer) =>
      runVerify({ out, against: flags.against ?? [], ...options, warn, ...(observer && { observer }) }),
    );
    const isTold = flags.json || !flags.quiet || !verdict?.ok;
    if (verdict && isTold) process.stdout.write(flags.json ? `${JSON.stringify(verdict)}\n` : describeVerdict(verdict, out));
    exit(exitStatus);
  });
}
