/** What the declarations of commands share: src/cli/commands/ has one file for each. */
import { constants } from 'node:os';
import { type Command, Option } from 'commander';
import { type SettingSpec, writeSetting } from '../setting-specs.ts';
import { flagName, type GivenSetting, SETTING_NAMES, SETTINGS, type SettingName, settingsFromEnvironment } from '../settings.ts';
import { CONFIG_FILES, settingsFromFile } from './config.ts';
import { warning } from './words.ts';

/** Sets the status that the process ends with. */
export type Exit = (status: number) => void;

/**
 * Declares one command. What the command does is imported when it runs, so that a run loads nothing of the others. `argv` is the
 * command line, for a command whose very flags are made from a module that nobody else needs.
 */
export type AddCommand = (winnow: Command, exit: Exit, argv: readonly string[]) => void | Promise<void>;

/** How much a command says. */
export interface OutputFlags {
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
}

/** Flags of every command that opens places. */
export interface CommonFlags extends OutputFlags {
  readonly endpointUrl?: string;
  readonly region?: string;
  readonly config?: string;
  readonly [flag: string]: unknown;
}

/** One line to whoever watches. */
export const warn = (line: string): void => void process.stderr.write(`${warning(line)}\n`);

const INTERRUPTIONS = ['SIGINT', 'SIGTERM'] as const;
/** Shells add it to the number of the signal that ended a program. */
const SIGNALLED = 128;

/**
 * Aborted by the first Ctrl-C, or by a polite request to end; the second one, of either kind, ends the process at once. `print` is
 * told so. The second is left to the system, which ends a program that is stuck as well, and lets a shell know why: 130 or 143.
 */
export function untilInterrupted(print?: (line: string) => void): AbortSignal {
  const controller = new AbortController();
  const stop = (): void => {
    for (const name of INTERRUPTIONS) {
      process.off(name, stop);
      // The first process of a container is one that no signal ends on its own.
      if (process.pid === 1) process.on(name, () => process.exit(SIGNALLED + constants.signals[name]));
    }
    if (process.stderr.isTTY) print?.('winnow: stopping; Ctrl-C again ends it at once');
    controller.abort();
  };
  for (const name of INTERRUPTIONS) process.on(name, stop);
  return controller.signal;
}

/** Adds the flags of commands that take long. */
export function addOutputFlags(command: Command): void {
  command.option('--json', 'print the outcome as one JSON document').option('--quiet', 'print nothing but what went wrong');
}

/** Adds the flags of every command that opens places on S3. */
export function addPlaceFlags(command: Command): void {
  command
    .option('--endpoint-url <url>', 'another S3 endpoint than that of AWS')
    .option('--region <name>', 'region of the buckets');
}

/** Adds a flag for each setting, and one for the file that holds them. */
export function withSettings(command: Command): void {
  for (const name of SETTING_NAMES) {
    const spec: SettingSpec = SETTINGS[name];
    const help = spec.type === 'choices' ? `${spec.help}, out of ${spec.choices.join(', ')}` : spec.help;
    const option = settingOption(name, `${help} (default: ${writeSetting(spec, spec.default) || 'none'})`);
    // For help and completion. Commander is not to check it: one error lists everything wrong with settings.
    if (spec.type === 'choice') option.argChoices = [...spec.choices];
    command.addOption(option);
  }
  addConfigFlag(command);
}

/** What follows a flag, by the kind of its setting. */
const VALUES: { readonly [type in SettingSpec['type']]: string } = {
  choice: 'name',
  choices: 'list',
  integer: 'number',
  bytes: 'size',
  texts: 'list',
  pattern: 'pattern',
};

/** In a group of its own, so that help begins with what the command itself has. */
const SETTINGS_GROUP = 'Settings:';

/** The flag of one setting, for a command that has only some. */
export function settingOption(name: SettingName, help: string): Option {
  return new Option(`${flagName(name)} <${VALUES[SETTINGS[name].type]}>`, help).helpGroup(SETTINGS_GROUP);
}

/** Adds the flag of the file of settings, for a command that has only some settings as flags, or none. */
export function addConfigFlag(command: Command): void {
  const help = `file of settings (default: ${CONFIG_FILES.join(', ')} in this folder, if there)`;
  command.addOption(new Option('--config <file>', help).helpGroup(SETTINGS_GROUP));
}

export function withExamples(command: Command, examples: readonly string[]): void {
  command.addHelpText('after', `\nExamples:\n${examples.map((example) => `  ${example}\n`).join('')}`);
}

/** What every command that opens places is told: later settings win. Throws `UsageError` for a file that cannot be read. */
export async function common(flags: CommonFlags) {
  return {
    given: [...(await settingsFromFile(flags.config)), ...settingsFromEnvironment(process.env), ...settingsFromFlags(flags)],
    ...(flags.endpointUrl !== undefined && { endpoint: flags.endpointUrl }),
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
