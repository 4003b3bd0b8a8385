/** The kinds of settings there are: what each may say, and how its text is read. */
import { patternProblem } from './pattern.ts';
import { parseSize, writeSize } from './size.ts';

export const KiB = 1024;
export const MiB = 1024 * KiB;
export const GiB = 1024 * MiB;

interface ChoiceSpec<T extends string> {
  readonly type: 'choice';
  readonly choices: readonly T[];
  readonly default: T;
  readonly help: string;
}
interface ChoicesSpec<T extends string> {
  readonly type: 'choices';
  readonly choices: readonly T[];
  readonly default: readonly T[];
  readonly help: string;
}
interface IntegerSpec {
  /** `bytes` accepts units behind the number. */
  readonly type: 'integer' | 'bytes';
  readonly min: number;
  readonly max: number;
  readonly default: number;
  readonly help: string;
}

interface TextsSpec {
  readonly type: 'texts';
  readonly default: readonly string[];
  readonly help: string;
}
interface PatternSpec {
  readonly type: 'pattern';
  readonly default: string;
  readonly help: string;
}
/** Marks a setting that decides when or whether an object is processed, never what comes of it. */
interface OutsideOutputs {
  readonly affectsOutput?: false;
}

export function choice<T extends string>(choices: readonly T[], byDefault: T, help: string): ChoiceSpec<T> {
  return { type: 'choice', choices, default: byDefault, help };
}
export function choices<T extends string>(all: readonly T[], byDefault: readonly T[], help: string): ChoicesSpec<T> {
  return { type: 'choices', choices: all, default: byDefault, help };
}
export function integer(byDefault: number, min: number, max: number, help: string): IntegerSpec {
  return { type: 'integer', default: byDefault, min, max, help };
}
export function bytes(byDefault: number, min: number, max: number, help: string): IntegerSpec {
  return { type: 'bytes', default: byDefault, min, max, help };
}

/** Any texts, separated by commas; given as nothing, it is the empty list. */
export function texts(byDefault: readonly string[], help: string): TextsSpec {
  return { type: 'texts', default: byDefault, help };
}
/** A regular expression as `patternProblem` accepts it, or nothing. */
export function pattern(help: string): PatternSpec {
  return { type: 'pattern', default: '', help };
}
export function outsideOutputs<S extends SettingSpec>(spec: S): S & { readonly affectsOutput: false } {
  return { ...spec, affectsOutput: false };
}

export type SettingSpec = (ChoiceSpec<string> | ChoicesSpec<string> | IntegerSpec | TextsSpec | PatternSpec) & OutsideOutputs;

/** What a setting holds once it is read. */
export type ValueOf<S> =
  S extends ChoiceSpec<infer T>
    ? T
    : S extends ChoicesSpec<infer T>
      ? readonly T[]
      : S extends TextsSpec
        ? readonly string[]
        : S extends PatternSpec
          ? string
          : number;

/** Reads the text of one setting: its value, or what is wrong with it. */
export function parseSetting(
  spec: SettingSpec,
  text: string,
): string | readonly string[] | number | { readonly problem: string } {
  switch (spec.type) {
    case 'choice':
      return spec.choices.includes(text) ? text : { problem: `must be one of ${spec.choices.join(', ')}` };
    case 'choices': {
      const items = text.split(',').map((item) => item.trim());
      const unknown = items.filter((item) => !spec.choices.includes(item));
      if (unknown.length > 0) return { problem: `must be a list of ${spec.choices.join(', ')}, separated by commas` };
      return new Set(items).size === items.length ? items : { problem: 'names one column twice' };
    }
    case 'texts':
      return text
        .split(',')
        .map((item) => item.trim())
        .filter((item) => item !== '');
    case 'pattern': {
      const problem = patternProblem(text);
      return problem === undefined ? text : { problem };
    }
    default: {
      const number = spec.type === 'bytes' ? parseSize(text) : /^\d+$/.test(text) ? Number(text) : Number.NaN;
      if (number >= spec.min && number <= spec.max) return number;
      const kind = spec.type === 'bytes' ? 'a size, such as 64MiB or 500MB,' : 'a whole number';
      return { problem: `must be ${kind} from ${writeNumber(spec, spec.min)} to ${writeNumber(spec, spec.max)}` };
    }
  }
}

/** The value of a setting as text that `parseSetting` reads; nothing for an empty list. */
export function writeSetting(spec: SettingSpec, value: string | number | readonly string[]): string {
  return typeof value === 'number' ? writeNumber(spec, value) : String(value);
}

function writeNumber({ type }: SettingSpec, number: number): string {
  return type === 'bytes' ? writeSize(number) : String(number);
}
