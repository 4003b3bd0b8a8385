/** Declares `winnow report`. */
import type { Command } from 'commander';
import { SAMPLE } from '../../report/sample.ts';
import { SETTINGS } from '../../settings.ts';
import { type CommonFlags, common, type Exit, settingOption, withExamples } from '../command.ts';
import { wrapped } from '../words.ts';

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
    .option('--json', 'print it as one JSON document')
    .option('--day <date>', 'only what arrived on one day (UTC), as 2026-11-22')
    .option('--verify', 'read every output from its first byte to its last, as winnow verify does')
    .option('--sample <lines>', 'about how many events, and how many rejects, to look at', String(SAMPLE))
    .option('--no-examples', 'show no originals of rejects, not even with their secrets masked')
    .option('--endpoint-url <url>', 'another S3 endpoint than that of AWS')
    .option('--region <name>', 'region of the bucket');
  command.addOption(settingOption('redact_patterns', `for the examples of rejects: ${SETTINGS.redact_patterns.help}`));
  withExamples(command, [
    'winnow report out --html report.html',
    'winnow report s3://lake/cws --html s3://lake/reports/cws.html --verify',
    'winnow report out --day 2026-11-22',
    'winnow report out --json --no-examples',
  ]);
  command.action(async (out: string, flags: ReportFlags) => {
    const { reportText, runReport } = await import('../report.ts');
    const { report, exitStatus } = await runReport({
      out,
      ...(flags.html !== undefined && { html: flags.html }),
      verify: flags.verify ?? false,
      examples: flags.examples,
      sample: flags.sample,
      ...(flags.day !== undefined && { day: flags.day }),
      ...(await common(flags)),
    });
    if (report && flags.json) process.stdout.write(`${JSON.stringify(report)}\n`);
    else if (report) for (const line of reportText(report)) process.stdout.write(`${wrapped(line)}\n`);
    exit(exitStatus);
  });
}
