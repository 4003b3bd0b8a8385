/** Declares `winnow report`. */
import type { Command } from 'commander';
import { SAMPLE } from '../../report/sample.ts';
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
import { printable } from '../words.ts';

interface ReportFlags extends CommonFlags {
  readonly html?: string;
  readonly verify?: boolean;
  readonly examples: boolean;
  readonly sample: string;
  readonly day?: string;
}

export function addReport(winnow: Command, exit: Exit): void {
  const command = winnow
    .command('report')
    .description('tell what came in and went out, what was refused and why, and whether it balances')
    .argument('<out>', 'folder or s3://bucket/prefix that a run wrote to')
    .option('--html <file>', 'write it as one page, to a file or an s3:// object')
    .option('--day <date>', 'only what arrived on one day (UTC), as 2026-11-22')
    .option('--verify', 'read every output from its first byte to its last, as winnow verify does')
    .option('--sample <lines>', 'about how many events, and how many rejects, to look at', String(SAMPLE))
    .option('--no-examples', 'show no originals of rejects, not even with their secrets masked');
  addOutputFlags(command);
  addPlaceFlags(command);
  command.addOption(settingOption('redact_patterns', `for the examples of rejects: ${SETTINGS.redact_patterns.help}`));
  addConfigFlag(command);
  withExamples(command, [
    'winnow report out --html report.html',
    'winnow report s3://lake/cws --html s3://lake/reports/cws.html --verify',
    'winnow report out --day 2026-11-22',
    'winnow report out --json --no-examples',
  ]);
  command.action(async (out: string, flags: ReportFlags) => {
    const { runReport } = await import('../report.ts');
    const { reportText } = await import('../report-text.ts');
    const { html, day } = flags;
    const options = await common(flags);
    const { report, exitStatus } = await onScreen(flags, ({ warn }, observer) =>
      runReport({
        ...{ out, verify: flags.verify ?? false, examples: flags.examples, sample: flags.sample },
        ...(html !== undefined && { html }),
        ...(day !== undefined && { day }),
        ...options,
        warn,
        ...(observer && { observer }),
      }),
    );
    const isTold = flags.json || !flags.quiet || !report?.balance.ok;
    if (report && isTold) process.stdout.write(flags.json ? `${JSON.stringify(report)}\n` : reportText(report));
    if (report && html !== undefined && !flags.quiet) process.stderr.write(`winnow: page written to ${printable(html)}\n`);
    exit(exitStatus);
  });
}
