/** `winnow settings`: the settings as they are in effect, and where each comes from. */
import { writeSetting } from '../setting-specs.ts';
import { type GivenSetting, readSettings, SETTING_NAMES, SETTINGS, type SettingName, settingOrigins } from '../settings.ts';
import { createChecks, UsageError } from './usage.ts';
import { printable, wrapped } from './words.ts';

export interface EffectiveSetting {
  readonly value: string | number | readonly string[];
  /** A flag, a variable, or a file with its line. */
  readonly origin: string;
}

export type EffectiveSettings = { readonly [name in SettingName]: EffectiveSetting };

const BY_DEFAULT = 'default';

/** Throws a `UsageError` that lists everything wrong. */
export async function effectiveSettings(given: readonly GivenSetting[]): Promise<EffectiveSettings> {
  const { problems, check } = createChecks();
  const settings = await check(() => readSettings(given));
  if (settings === undefined) throw new UsageError(problems);
  const origins = settingOrigins(given);
  const entries = SETTING_NAMES.map((name) => [name, { value: settings[name], origin: origins[name] ?? BY_DEFAULT }]);
  return Object.fromEntries(entries) as EffectiveSettings;
}

/** A line for each setting. */
export function describeSettings(settings: EffectiveSettings): string {
  const rows = SETTING_NAMES.map((name) => {
    const { value, origin } = settings[name];
    return [name, printable(writeSetting(SETTINGS[name], value)) || 'none', printable(origin)] as const;
  });
  const [names, values] = [0, 1].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) as [number, number];
  const lines = rows.map(([name, value, origin]) => `${name.padEnd(names)}  ${value.padEnd(values)}  ${origin}`);
  // Where they do not fit, one long value must not push all others to the next line.
  const isNarrow = lines.some((line) => line.length > (process.stdout.columns || Number.POSITIVE_INFINITY));
  const fitting = isNarrow ? rows.map(([name, value, origin]) => wrapped(`${name.padEnd(names)}  ${value}  ${origin}`)) : lines;
  return `${fitting.join('\n')}\n`;
}
