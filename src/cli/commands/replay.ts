/** Declares `winnow replay`. */
import type { Command } from 'commander';
import {
  addOutputFlags,
  addPlaceFlags,
  type CommonFlags,
  common,
  type Exit,
  untilInterrupted,
  withExamples,
  withSettings,
} from '../command.ts';
import { onScreen } from '../screen.ts';

interface ReplayFlags extends CommonFlags {
  readonly code?: readonly string[];
  readonly dryRun?: boolean;
}

export function addReplay(winnow: Command, exit: Exit): void {
  const command = winnow
    .command('replay')
    .description('judge rejects again under the settings given here; what passes now becomes events')
    .argument('<out>', 'folder or s3://bucket/prefix that a run wrote to')
    .option('--code <code...>', 'only rejects with these codes: schema.type, or schema for all that begin with it')
    .option('--dry-run', 'tell what would happen, and write nothing');
  addOutputFlags(command);
  addPlaceFlags(command);
  withSettings(command);
  withExamples(command, [
    'winnow replay out --dry-run',
    'winnow replay s3://lake/cws --code schema,json.too_deep --max-depth 128',
  ]);
  command.action(async (out: string, flags: ReplayFlags) => {
    const { describeReplay, runReplay } = await import('../replay.ts');
    const options = await common(flags);
    const { summary, exitStatus } = await onScreen(flags, ({ print, warn }, observer) =>
      runReplay({
        out,
        codes: flags.code ?? [],
        dryRun: flags.dryRun ?? false,
        ...options,
        signal: untilInterrupted(print),
        warn,
        ...(observer && { observer }),
      }),
    );
    if (summary && flags.json) process.stdout.write(`${JSON.stringify(summary)}\n`);
    else if (summary && !flags.quiet) process.stdout.write(describeReplay(summary, out));
    exit(exitStatus);
  });
}
