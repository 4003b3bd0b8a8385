/** The terminal door: reads the command line and wires the commands. What a command does is in src/cli/. */
import { styleText } from 'node:util';
import { Command, CommanderError } from 'commander';
import { type AddCommand, type Exit, warn, withExamples } from './cli/command.ts';
import { addCompletion } from './cli/commands/completion.ts';
import { addEstimate } from './cli/commands/estimate.ts';
import { addExplain } from './cli/commands/explain.ts';
import { addGenerate } from './cli/commands/generate.ts';
import { addLocal } from './cli/commands/local.ts';
import { addReplay } from './cli/commands/replay.ts';
import { addReport } from './cli/commands/report.ts';
import { addRun } from './cli/commands/run.ts';
import { addSettings } from './cli/commands/settings.ts';
import { addVerify } from './cli/commands/verify.ts';
import { HELP } from './cli/help.ts';
import { EXIT_DONE, EXIT_FAILED, EXIT_USAGE, UsageError } from './cli/usage.ts';
import { keepMemoryFlat } from './memory.ts';
import { StoreError } from './stores/port.ts';
import { VERSION } from './version.ts';

/** Every command, in the order of `winnow --help`. */
const COMMANDS: readonly AddCommand[] = [
  addRun,
  addVerify,
  addReplay,
  addReport,
  addSettings,
  addExplain,
  addEstimate,
  addGenerate,
  addLocal,
  addCompletion,
];

async function program(argv: readonly string[], exit: Exit): Promise<Command> {
  const winnow = new Command('winnow')
    .description('Turns batches of Cloud Workload Security events into clean, partitioned data, and accounts for every record.')
    .version(VERSION)
    .exitOverride()
    .configureOutput({ outputError: () => {} })
    .showSuggestionAfterError(true)
    // Commander takes colours out again where none are wanted.
    .configureHelp({ ...HELP, styleTitle: (title) => styleText('bold', title, { validateStream: false }) });
  withExamples(winnow, ['winnow run samples --out out', 'winnow help run']);
  for (const add of COMMANDS) await add(winnow, exit, argv);
  return winnow;
}

/** Runs a command line and gives the exit status: 0 done, 1 something failed, 2 bad usage. */
async function main(argv: readonly string[]): Promise<number> {
  let status = EXIT_DONE;
  try {
    const winnow = await program(argv, (given) => {
      status = given;
    });
    await winnow.parseAsync(heard(winnow, argv), { from: 'user' });
    return status;
  } catch (error) {
    return report(error);
  }
}

/** Commander shows all of its help when it is asked about a command that is not there. Called itself, that command is corrected. */
function heard(winnow: Command, argv: readonly string[]): string[] {
  const [first, name, ...more] = argv;
  const isUnknown = first === 'help' && name !== undefined && !winnow.commands.some((command) => command.name() === name);
  return isUnknown ? [name, ...more] : [...argv];
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
  if (error instanceof StoreError) {
    warn(error.message);
    return EXIT_FAILED;
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

const LINGER_MS = 1000;

process.stdout.on('error', (error) => process.exit(report(error)));
keepMemoryFlat(process.env);
process.exitCode = await main(process.argv.slice(2));
// Nothing may hold the program when all is told: a server that never answers would.
setInterval(() => process.stdout.writableLength > 0 || process.exit(), LINGER_MS).unref();
