/**
 * What is in a file of settings. JSON is YAML, so one parser reads both. This file is loaded only when there is one, and imports the
 * parser by its names: the parser is CommonJS, and of such a package `import()` has in a bundle nothing but `default`.
 */
import { isMap, isNode, isScalar, LineCounter, parseDocument, visit } from 'yaml';
import type { SettingSpec } from '../setting-specs.ts';
import { type GivenSetting, SETTINGS, type SettingName } from '../settings.ts';
import { UsageError } from './usage.ts';

/** Names the schema to an editor, and is no setting. */
const SCHEMA_KEY = '$schema';

/** The settings of a text, each with file, line and key as its origin. Throws a `UsageError` when it is not what such a file holds. */
export function settingsIn(path: string, text: string): GivenSetting[] {
  const lines = new LineCounter();
  // That a name is there twice is for us to say: the parser does not tell which.
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'error', uniqueKeys: false });
  const lineOf = (offset: number | undefined): number => lines.linePos(offset ?? 0).line;
  const problems = document.errors.map(({ pos, code, message }) => {
    const what = code === 'MULTIPLE_DOCS' ? 'a second document begins here; a file of settings is one' : message;
    return `${path}:${lineOf(pos[0])}: ${what}`;
  });
  visit(document, {
    // Settings have no use for them, and an alias may stand for nothing, or for far too much.
    Alias: (_, { source, range }) =>
      void problems.push(
        `${path}:${lineOf(range?.[0])}: *${source} is an alias: write the value itself, in quotes when it begins with *`,
      ),
  });
  if (problems.length > 0) throw new UsageError(problems);
  const { contents } = document;
  if (contents === null || (isScalar(contents) && contents.value === null)) return [];
  if (!isMap(contents)) throw new UsageError([`${path}: must hold names of settings with their values`]);
  const seen = new Map<string, number>();
  return contents.items.flatMap(({ key, value }): GivenSetting[] => {
    const line = lineOf(isNode(key) ? key.range?.[0] : undefined);
    if (!isScalar(key)) return [{ origin: `${path}:${line}`, name: '', value: '', problem: 'must be the name of a setting' }];
    const name = String(key.value);
    if (name === SCHEMA_KEY) return [];
    const origin = `${path}:${line}: ${name}`;
    const before = seen.get(name);
    seen.set(name, line);
    if (before !== undefined) return [{ origin, name, value: '', problem: `is set in line ${before} already` }];
    return [{ origin, name, ...asText(name, isNode(value) ? value.toJS(document) : value) }];
  });
}

/** A value of the file as the environment would have it. What may be there is what settings.schema.json says. */
function asText(name: string, value: unknown): Pick<GivenSetting, 'value' | 'problem'> {
  const refuse = (problem: string) => ({ value: '', problem });
  if (typeof value === 'string') return { value };
  const spec: SettingSpec | undefined = SETTINGS[name as SettingName];
  switch (spec?.type) {
    // That there is no such setting is said elsewhere.
    case undefined:
      return { value: '' };
    case 'integer':
    case 'bytes':
      return typeof value === 'number' ? { value: String(value) } : refuse('must be one number');
    case 'choice':
      return refuse(`must be one of ${spec.choices.join(', ')}`);
    case 'pattern':
      return refuse('must be a text; quotes make it one');
    default: {
      const items: readonly unknown[] = Array.isArray(value) ? value : [undefined];
      if (!items.every((item) => typeof item === 'string' && item.trim() !== '')) return refuse('must be a list of texts');
      // In the environment a comma separates items, so there is no way to have one inside.
      return items.some((item) => String(item).includes(',')) ? refuse('holds an item with a comma') : { value: items.join(',') };
    }
  }
}
