/** The terminal door: reads the command line and wires the commands. What a command does is in src/cli/. */
import { Command, CommanderError, Option } from 'commander';
import { explain } from './cli/explain.ts';
import type { GenerateFlags } from './cli/generate.ts';
import { run } from './cli/run.ts';
import { describe, describeExample } from './cli/summary.ts';
import { EXIT_DONE, EXIT_FAILED, EXIT_USAGE, UsageError } from './cli/usage.ts';
import { keepMemoryFlat } from './memory.ts';
import { flagName, type GivenSetting, SETTING_NAMES, SETTINGS, settingsFromEnvironment } from './settings.ts';
import { VERSION } from './version.ts';

/** Flags of every command that opens places. */
interface CommonFlags {
  readonly json?: boolean;
  readonly endpointUrl?: string;
  readonly region?: string;
  readonly [flag: string]: unknown;
}

interface RunFlags extends CommonFlags {
  readonly out: string;
  readonly example?: boolean;
  readonly force?: boolean;
  readonly maxRejectRate?: string;
}

type Exit = (status: number) => void;

const warn = (line: string): void => void process.stderr.write(`winnow: ${line}\n`);

/** Aborted by the first Ctrl-C, or by a polite request to end; the second one ends the process at once. */
function untilInterrupted(): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => controller.abort());
  return controller.signal;
}

async function program(argv: readonly string[], exit: Exit): Promise<Command> {
  const winnow = new Command('winnow')
    .description('Turns batches of Cloud Workload Security events into clean, partitioned data, and accounts for every record.')
    .version(VERSION)
    .exitOverride()
    .configureOutput({ outputError: () => {} })
    .showSuggestionAfterError(true);
  withExamples(winnow, ['winnow run samples --out out', 'winnow help run']);
  addRun(winnow, exit);
  addVerify(winnow, exit);
  addReplay(winnow, exit);
  addExplain(winnow);
  await addGenerate(winnow, argv);
  return winnow;
}

function addRun(winnow: Command, exit: Exit): void {
  const command = winnow
    .command('run')
    .description('process files, folders or s3:// prefixes')
    .argument('<place...>', 'files, folders or s3://bucket/prefix')
    .requiredOption('--out <place>', 'folder or s3://bucket/prefix for events, rejects and receipts')
    .option('--json', 'print the summary as one JSON document')
    .option('--example', 'end with one event before and after')
    .option('--force', 'process objects again that were done before under the same settings')
    .option('--max-reject-rate <share>', 'fail when more than this share of the records is refused, 0 to 1')
    .option('--endpoint-url <url>', 'another S3 endpoint than that of AWS')
    .option('--region <name>', 'region of the buckets');
  withSettings(command);
  withExamples(command, [
    'winnow run samples --out out --example',
    'winnow run events.ndjson.gz more/ --out out --codec gzip --partition dt,category,name',
    'winnow run s3://landing/cws/ --out s3://lake/cws --json --max-reject-rate 0.01',
  ]);
  command.action(async (places: string[], flags: RunFlags) => {
    const { summary, unchanged, example, exitStatus } = await run({
      places,
      out: flags.out,
      ...common(flags),
      ...(flags.force && { force: true }),
      signal: untilInterrupted(),
      ...(flags.maxRejectRate !== undefined && { maxRejectRate: flags.maxRejectRate }),
      now: Date.now,
    });
    process.stdout.write(flags.json ? `${JSON.stringify(summary)}\n` : describe(summary, unchanged, flags.out));
    if (flags.example && example && !flags.json) process.stdout.write(describeExample(example));
    exit(exitStatus);
  });
}

interface VerifyFlags extends CommonFlags {
  readonly against?: readonly string[];
}

function addVerify(winnow: Command, exit: Exit): void {
  const command = winnow
    .command('verify')
    .description('prove that receipts, outputs and inputs balance, or name what does not')
    .argument('<out>', 'folder or s3://bucket/prefix that a run wrote to')
    .option('--against <place...>', 'files, folders or s3:// prefixes whose objects must all have been processed')
    .option('--json', 'print the verdict as one JSON document')
    .option('--endpoint-url <url>', 'another S3 endpoint than that of AWS')
    .option('--region <name>', 'region of the buckets');
  for (const name of ['input_prefix', 'input_suffix'] as const) {
    command.addOption(new Option(`${flagName(name)} <value>`, `as the run had it: ${SETTINGS[name].help}`));
  }
  withExamples(command, ['winnow verify out', 'winnow verify s3://lake/cws --against s3://landing/cws/ --json']);
  command.action(async (out: string, flags: VerifyFlags) => {
    // Loaded only when asked for: a run has no use for it.
    const { describeVerdict, runVerify } = await import('./cli/verify.ts');
    const { verdict, exitStatus } = await runVerify({
      out,
      against: flags.against ?? [],
      ...common(flags),
    });
    if (verdict) process.stdout.write(flags.json ? `${JSON.stringify(verdict)}\n` : describeVerdict(verdict, out));
    exit(exitStatus);
  });
}

interface ReplayFlags extends CommonFlags {
  readonly code?: readonly string[];
  readonly dryRun?: boolean;
}

function addReplay(winnow: Command, exit: Exit): void {
  const command = winnow
    .command('replay')
    .description('judge rejects again under the settings given here; what passes now becomes events')
    .argument('<out>', 'folder or s3://bucket/prefix that a run wrote to')
    .option('--code <code...>', 'only rejects with these codes: schema.type, or schema for all that begin with it')
    .option('--dry-run', 'tell what would happen, and write nothing')
    .option('--json', 'print the outcome as one JSON document')
    .option('--endpoint-url <url>', 'another S3 endpoint than that of AWS')
    .option('--region <name>', 'region of the bucket');
  withSettings(command);
  withExamples(command, [
    'winnow replay out --dry-run',
    'winnow replay s3://lake/cws --code schema,json.too_deep --max-depth 128',
  ]);
  command.action(async (out: string, flags: ReplayFlags) => {
    const { describeReplay, runReplay } = await import('./cli/replay.ts');
    const { summary, exitStatus } = await runReplay({
      out,
      codes: flags.code ?? [],
      dryRun: flags.dryRun ?? false,
      ...common(flags),
      signal: untilInterrupted(),
    });
    if (summary) process.stdout.write(flags.json ? `${JSON.stringify(summary)}\n` : describeReplay(summary, out));
    exit(exitStatus);
  });
}

function addExplain(winnow: Command): void {
  const command = winnow
    .command('explain')
    .description('say what a reject code means and who can mend it')
    .argument('[code]', 'such as schema.type; without it all codes are listed')
    .action((code: string | undefined) => void process.stdout.write(explain(code)));
  withExamples(command, ['winnow explain', 'winnow explain schema.type']);
}

/** The generator is loaded only when the command line names it: a run has no use for it. */
async function addGenerate(winnow: Command, argv: readonly string[]): Promise<void> {
  const command = winnow.command('generate').description('write a batch of made-up events, and what a run over it must find');
  withExamples(command, [
    'winnow generate --events 1000 > batch.ndjson',
    'winnow generate --type open,exec --generation linux --envelope intake --compress zstd --out batch.zst',
    'winnow generate --events 100000 --broken 0.01 --out batch.ndjson --manifest expected.json',
  ]);
  if (!argv.includes(command.name())) return;
  const { GENERATE_FLAGS, generate, readGenerateFlags } = await import('./cli/generate.ts');
  for (const [name, { value, byDefault, help }] of Object.entries(GENERATE_FLAGS)) {
    const shown = byDefault === '' ? help : `${help} (default: ${byDefault})`;
    command.option(value === '' ? `--${name}` : `--${name} <${value}>`, shown);
  }
  command.action(async (flags: GenerateFlags) => {
    const request = readGenerateFlags(flags);
    const { records, valid } = await generate(request, process.stdout);
    if (request.out !== '-') process.stdout.write(`${records} records written to ${request.out}, ${valid} of them valid\n`);
  });
}

function withSettings(command: Command): void {
  for (const name of SETTING_NAMES) {
    const { help, default: byDefault } = SETTINGS[name];
    command.addOption(new Option(`${flagName(name)} <value>`, `${help} (default: ${String(byDefault) || 'none'})`));
  }
}

function withExamples(command: Command, examples: readonly string[]): void {
  command.addHelpText('after', `\nExamples:\n${examples.map((example) => `  ${example}\n`).join('')}`);
}

/** What every command that opens places is told. */
function common(flags: CommonFlags) {
  return {
    given: [...settingsFromEnvironment(process.env), ...settingsFromFlags(flags)],
    ...(flags.endpointUrl && { endpoint: flags.endpointUrl }),
    ...(flags.region && { region: flags.region }),
    warn,
  };
}

/** Flags that were given, as settings; commander names them in camel case. */
function settingsFromFlags(flags: { readonly [flag: string]: unknown }): GivenSetting[] {
  return SETTING_NAMES.flatMap((name) => {
    const value = flags[name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase())];
    return typeof value === 'string' ? [{ origin: flagName(name), name, value }] : [];
  });
}

/** Runs a command line and gives the exit status: 0 done, 1 something failed, 2 bad usage. */
async function main(argv: readonly string[]): Promise<number> {
  let status = EXIT_DONE;
  try {
    const winnow = await program(argv, (given) => {
      status = given;
    });
    await winnow.parseAsync([...argv], { from: 'user' });
    return status;
  } catch (error) {
    return report(error);
  }
}

/** Tells the user what went wrong in one line for each problem. A bug is thrown on: its stack is what helps. */
function report(error: unknown): number {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return EXIT_DONE;
    if (error.message !== '(outputHelp)') warn(error.message.replace(/^error: /, '').replaceAll('\n', ' '));
    return EXIT_USAGE;
  }
  if (error instanceof UsageError) {
    for (const problem of error.problems) warn(problem);
    return EXIT_USAGE;
  }
  // Whoever reads our output may stop when it has seen enough: `winnow explain | head`.
  if (isSystemError(error) && error.code === 'EPIPE') return EXIT_DONE;
  if (!isSystemError(error)) throw error;
  warn(error.message);
  return EXIT_FAILED;
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error;
}

process.stdout.on('error', (error) => process.exit(report(error)));
keepMemoryFlat(process.env);
process.exitCode = await main(process.argv.slice(2));
