/**
 * Every setting, once. Environment variables (`WINNOW_` and the name in capitals), command-line flags (the name with
 * dashes), schemas/output/settings.schema.json and docs/settings.md all come from this table.
 */

import { meant } from './nearest.ts';
import {
  bytes,
  choice,
  choices,
  GiB,
  integer,
  KiB,
  MiB,
  outsideOutputs,
  parseSetting,
  pattern,
  type SettingSpec,
  texts,
  type ValueOf,
} from './setting-specs.ts';

export const CONFORMANCES = ['compat', 'documented'] as const;
export const CODECS = ['zstd', 'gzip', 'none'] as const;
export const DIMENSIONS = ['dt', 'hour', 'category', 'name', 'platform', 'rule_id', 'service', 'host'] as const;
const REDACTIONS = ['rejects', 'all', 'none'] as const;

export type Conformance = (typeof CONFORMANCES)[number];
export type Codec = (typeof CODECS)[number];
export type Dimension = (typeof DIMENSIONS)[number];

export const SETTINGS = {
  conformance: choice(
    CONFORMANCES,
    'compat',
    'compat accepts what agents really sent; documented enforces the documentation to the letter',
  ),
  partition: choices(DIMENSIONS, ['dt', 'category'], 'partition columns of the events, in order, separated by commas'),
  codec: choice(CODECS, 'zstd', 'compression of events and rejects'),
  compression_level: integer(1, 1, 19, 'level of the codec; gzip stops at 9'),
  max_record_bytes: bytes(8 * MiB, 1 * KiB, 256 * MiB, 'longest record; a longer one is a reject'),
  max_depth: integer(64, 8, 512, 'deepest nesting of a record; a deeper one is a reject'),
  max_decompressed_bytes: bytes(64 * GiB, 1 * KiB, 1024 * GiB, 'how much one object may decompress to'),
  max_decompress_ratio: integer(1000, 2, 1_000_000, 'how many times its size an object may decompress to, once past 16 MiB'),
  max_part_bytes: bytes(
    128 * MiB,
    4 * KiB,
    4 * GiB,
    'uncompressed bytes after which an output part is closed and the next begins',
  ),
  max_open_parts: integer(64, 1, 4096, 'output parts open at once; one more closes the largest'),
  max_buffer_bytes: bytes(
    32 * MiB,
    64 * KiB,
    4 * GiB,
    'memory for open output parts, reckoned at a quarter of their bytes when compressed; more closes all of them',
  ),
  max_reject_raw_bytes: bytes(
    1 * MiB,
    1 * KiB,
    64 * MiB,
    'how much of a record.too_large reject is kept; other rejects are kept whole',
  ),
  max_errors_per_reject: integer(20, 1, 1000, 'schema errors listed in one reject'),
  max_count_keys: integer(
    1000,
    10,
    100_000,
    'distinct event names and drift pointers counted in a receipt and in the summary of a run; the rest are counted together',
  ),
  redact: choice(
    REDACTIONS,
    'rejects',
    'where secrets are masked: in the originals of rejects, in events as well (all), or nowhere',
  ),
  redact_patterns: pattern(
    'what else is a secret: a regular expression, of which the first group is masked, or all that matches',
  ),
  input_prefix: outsideOutputs(
    texts([], 'only objects whose key begins with one of these are processed; nothing stands for all objects'),
  ),
  input_suffix: outsideOutputs(
    texts([], 'only objects whose key ends with one of these are processed; nothing stands for all objects'),
  ),
  deadline_reserve_ms: outsideOutputs(
    integer(
      10_000,
      100,
      300_000,
      "milliseconds kept back of the function's timeout, at most half of it: then it stops where it is, so that the object comes again",
    ),
  ),
} as const;

export type SettingName = keyof typeof SETTINGS;
export type Settings = { readonly [name in SettingName]: ValueOf<(typeof SETTINGS)[name]> };

export const SETTING_NAMES = Object.keys(SETTINGS) as readonly SettingName[];

/** Whether another value of the setting may change an output. */
export function affectsOutput(name: SettingName): boolean {
  const spec: SettingSpec = SETTINGS[name];
  return spec.affectsOutput !== false;
}

const ENVIRONMENT_PREFIX = 'WINNOW_';

/** The environment variable of a setting. */
export function environmentName(name: SettingName): string {
  return ENVIRONMENT_PREFIX + name.toUpperCase();
}

/** The command-line flag of a setting. */
export function flagName(name: SettingName): string {
  return `--${name.replaceAll('_', '-')}`;
}

/** One text value and where it came from: what an error message names. */
export interface GivenSetting {
  readonly origin: string;
  readonly name: string;
  readonly value: string;
  /** Why there is no text: a file may hold what is none. */
  readonly problem?: string;
}

/** Settings were unknown or bad. `problems` holds one line for each of them. */
export class SettingsError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.name = 'SettingsError';
    this.problems = problems;
  }
}

/** Picks the variables that begin with `WINNOW_`, known or not: an unknown one is a mistake that the user should hear of. */
export function settingsFromEnvironment(environment: { readonly [name: string]: string | undefined }): GivenSetting[] {
  return Object.entries(environment)
    .filter((entry): entry is [string, string] => entry[0].startsWith(ENVIRONMENT_PREFIX) && entry[1] !== undefined)
    .map(([origin, value]) => ({ origin, name: origin.slice(ENVIRONMENT_PREFIX.length).toLowerCase(), value }));
}

/**
 * Reads settings; later ones win over earlier ones, defaults fill the rest. The result is frozen.
 * Throws one `SettingsError` that lists everything wrong.
 */
export function readSettings(given: readonly GivenSetting[]): Settings {
  const values: { [name: string]: unknown } = {};
  for (const name of SETTING_NAMES) values[name] = SETTINGS[name].default;
  const problems: string[] = [];
  let hasListed = false;
  const unknown = (name: string): string => {
    const near = meant(name, SETTING_NAMES);
    if (near !== undefined) return `there is no such setting; did you mean ${near}?`;
    // Once is enough for several.
    const all = hasListed ? '' : `; the settings are ${SETTING_NAMES.join(', ')}`;
    hasListed = true;
    return `there is no such setting${all}`;
  };
  for (const { origin, name, value, problem } of given) {
    const spec: SettingSpec | undefined = Object.hasOwn(SETTINGS, name) ? SETTINGS[name as SettingName] : undefined;
    const result =
      problem !== undefined ? { problem } : spec === undefined ? { problem: unknown(name) } : parseSetting(spec, value.trim());
    if (typeof result === 'object' && 'problem' in result) problems.push(`${origin}: ${result.problem}`);
    else values[name] = result;
  }
  if (values['codec'] === 'gzip' && Number(values['compression_level']) > 9) {
    const { codec, compression_level: level = 'compression_level' } = settingOrigins(given);
    problems.push(`${level}: must be from 1 to 9 with gzip (${codec})`);
  }
  if (problems.length > 0) throw new SettingsError(problems);
  return Object.freeze(values) as Settings;
}

/** Where each setting comes from: the origin of the last value that was given, or undefined for a default. */
export function settingOrigins(given: readonly GivenSetting[]): { readonly [name in SettingName]?: string } {
  return Object.fromEntries(given.map(({ name, origin }) => [name, origin]));
}
