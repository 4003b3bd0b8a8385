/** The terminal door: reads the command line and wires the commands. What a command does is in src/cli/. */
import { Command, CommanderError, Option } from 'commander';
import { explain } from './cli/explain.ts';
import { run } from './cli/run.ts';
import { describe, describeExample } from './cli/summary.ts';
import { EXIT_DONE, EXIT_USAGE, UsageError } from './cli/usage.ts';
import { flagName, type GivenSetting, SETTING_NAMES, SETTINGS, settingsFromEnvironment } from './settings.ts';
import { VERSION } from './version.ts';

interface RunFlags {
  readonly out: string;
  readonly json?: boolean;
  readonly example?: boolean;
  readonly endpointUrl?: string;
  readonly region?: string;
  readonly maxRejectRate?: string;
  readonly [flag: string]: unknown;
}

const warn = (line: string): void => void process.stderr.write(`winnow: ${line}\n`);

function program(exit: (status: number) => void): Command {
  const winnow = new Command('winnow')
    .description('Turns batches of Cloud Workload Security events into clean, partitioned data, and accounts for every record.')
    .version(VERSION)
    .exitOverride()
    .configureOutput({ outputError: () => {} })
    .showSuggestionAfterError(true);

  const runCommand = winnow
    .command('run')
    .description('process files, folders or s3:// prefixes')
    .argument('<place...>', 'files, folders or s3://bucket/prefix')
    .requiredOption('--out <place>', 'folder or s3://bucket/prefix for events, rejects and receipts')
    .option('--json', 'print the summary as one JSON document')
    .option('--example', 'end with one event before and after')
    .option('--max-reject-rate <share>', 'fail when more than this share of the records is refused, 0 to 1')
    .option('--endpoint-url <url>', 'another S3 endpoint than that of AWS')
    .option('--region <name>', 'region of the buckets');
  for (const name of SETTING_NAMES) {
    const { help, default: byDefault } = SETTINGS[name];
    runCommand.addOption(new Option(`${flagName(name)} <value>`, `${help} (default: ${byDefault})`));
  }
  runCommand.action(async (places: string[], flags: RunFlags) => {
    const { summary, example, exitStatus } = await run({
      places,
      out: flags.out,
      given: [...settingsFromEnvironment(process.env), ...settingsFromFlags(flags)],
      ...(flags.endpointUrl && { endpoint: flags.endpointUrl }),
      ...(flags.region && { region: flags.region }),
      ...(flags.maxRejectRate !== undefined && { maxRejectRate: flags.maxRejectRate }),
      now: Date.now,
      warn,
    });
    process.stdout.write(flags.json ? `${JSON.stringify(summary)}\n` : describe(summary, flags.out));
    if (flags.example && example && !flags.json) process.stdout.write(describeExample(example));
    exit(exitStatus);
  });

  winnow
    .command('explain')
    .description('say what a reject code means and who can mend it')
    .argument('[code]', 'such as schema.type; without it all codes are listed')
    .action((code: string | undefined) => void process.stdout.write(explain(code)));

  return winnow;
}

/** Flags that were given, as settings; commander names them in camel case. */
function settingsFromFlags(flags: RunFlags): GivenSetting[] {
  return SETTING_NAMES.flatMap((name) => {
    const value = flags[name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase())];
    return typeof value === 'string' ? [{ origin: flagName(name), name, value }] : [];
  });
}

/** Runs a command line and gives the exit status: 0 done, 1 something failed, 2 bad usage. */
async function main(argv: readonly string[]): Promise<number> {
  let status = EXIT_DONE;
  try {
    await program((given) => {
      status = given;
    }).parseAsync([...argv], { from: 'user' });
    return status;
  } catch (error) {
    if (error instanceof CommanderError) {
      if (error.exitCode === 0) return EXIT_DONE;
      if (error.message !== '(outputHelp)') warn(error.message.replace(/^error: /, '').replaceAll('\n', ' '));
    } else if (error instanceof UsageError) {
      for (const problem of error.problems) warn(problem);
    } else {
      throw error;
    }
    return EXIT_USAGE;
  }
}

process.exitCode = await main(process.argv.slice(2));
