/** Declares `winnow run`. */
import { type Command, Option } from 'commander';
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
    .usage('<place...> --out <place> [options]')
    .argument('<place...>', "files, folders, s3://bucket/prefix, patterns such as 'logs/**/*.gz', or - for standard input")
    .option('--out <place>', 'folder or s3://bucket/prefix for events, rejects and receipts')
    .option('--example', 'end with one event before and after')
    .option('--force', 'process objects again that were done before under the same settings')
    .option('--dry-run', 'do everything but write, and tell what would be written')
    .option('--watch', 'go on with files that come or change in the one folder given, until Ctrl-C')
    .option('--max-reject-rate <share>', 'fail when more than this share of the records is refused, 0 to 1')
    .addOption(new Option('--verbose', 'print a line for each object').conflicts('quiet'));
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
  // Commander asks for what is required before it looks for what it does not know, and so never names a mistyped --out.
  command.hook('preAction', () => {
    if (command.opts<RunFlags>().out === undefined) command.error("error: required option '--out <place>' not specified");
  });
  command.action(async (places: string[], flags: RunFlags) => {
    const { quiet = false, json = false, dryRun = false, watch = false } = flags;
    const options = await common(flags);
    const { summary, example, exitStatus, ...ending } = await onScreen(flags, (screen, observer) =>
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
        onBegin: () => {
          if (!quiet) for (const line of waitingFor(places, watch)) screen.print(line);
        },
        warn: screen.warn,
        ...(observer && { observer }),
        ...((flags.verbose || (watch && !quiet)) && {
          onProcessed: (processed) => screen.print(describeProcessed(processed)),
        }),
      }),
    );
    if (json) process.stdout.write(`${JSON.stringify(summary)}\n`);
    else if (!quiet) process.stdout.write(describe(summary, { ...ending, out: flags.out, dryRun }));
    if (flags.example && example && !json && !quiet) process.stdout.write(describeExample(example));
    exit(exitStatus);
  });
}

/** What a person is told who would otherwise see nothing happen. */
function waitingFor(places: readonly string[], watch: boolean): string[] {
  if (watch) return [`winnow: watching ${places.join()}; Ctrl-C ends it`];
  return places.includes('-') && process.stdin.isTTY ? ['winnow: reading standard input; Ctrl-D ends it'] : [];
}
