/** Declares `winnow run`. */
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
import { run } from '../run.ts';
import { onScreen } from '../screen.ts';
import { describe, describeExample, describeProcessed } from '../summary.ts';

interface RunFlags extends CommonFlags {
  readonly out: string;
  readonly example?: boolean;
  readonly force?: boolean;
  readonly dryRun?: boolean;
  readonly watch?: boolean;
  readonly maxRejectRate?: string;
}

export function addRun(winnow: Command, exit: Exit): void {
  const command = winnow
    .command('run')
    .description('process files, folders or s3:// prefixes')
    .argument('<place...>', "files, folders, s3://bucket/prefix, patterns such as 'logs/**/*.gz', or - for standard input")
    .requiredOption('--out <place>', 'folder or s3://bucket/prefix for events, rejects and receipts')
    .option('--example', 'end with one event before and after')
    .option('--force', 'process objects again that were done before under the same settings')
    .option('--dry-run', 'do everything but write, and tell what would be written')
    .option('--watch', 'go on with files that come or change in the one folder given, until Ctrl-C')
    .option('--max-reject-rate <share>', 'fail when more than this share of the records is refused, 0 to 1')
    .option('--verbose', 'print a line for each object');
  addOutputFlags(command);
  addPlaceFlags(command);
  withSettings(command);
  withExamples(command, [
    'winnow run samples --out out --example',
    'winnow run events.ndjson.gz more/ --out out --codec gzip --partition dt,category,name',
    "winnow run 'logs/**/*.gz' --out out --dry-run",
    'winnow generate --events 1000 | winnow run - --out out',
    'winnow run inbox --out out --watch',
    'winnow run s3://landing/cws/ --out s3://lake/cws --json --max-reject-rate 0.01',
  ]);
  command.action(async (places: string[], flags: RunFlags) => {
    const { quiet = false, json = false, dryRun = false, watch = false } = flags;
    const options = await common(flags);
    const { summary, unchanged, files, example, exitStatus } = await onScreen(flags, (screen, observer) =>
      run({
        ...options,
        places,
        out: flags.out,
        dryRun,
        watch,
        listsOutputs: json,
        ...(flags.force && { force: true }),
        ...(flags.maxRejectRate !== undefined && { maxRejectRate: flags.maxRejectRate }),
        signal: untilInterrupted(screen.print),
        now: Date.now,
        warn: screen.warn,
        ...(observer && { observer }),
        ...((flags.verbose || (watch && !quiet)) && {
          onProcessed: (processed) => screen.print(describeProcessed(processed)),
        }),
      }),
    );
    if (json) process.stdout.write(`${JSON.stringify(summary)}\n`);
    else if (!quiet) process.stdout.write(describe(summary, { unchanged, files, out: flags.out, dryRun }));
    if (flags.example && example && !json && !quiet) process.stdout.write(describeExample(example));
    exit(exitStatus);
  });
}
