/** One object's name, wherever an event keeps it. */
import { isObject } from '../../json.ts';
import type { ObjectRef } from '../../types.ts';

/** Why an object is passed over. Nothing is passed over for another reason. */
export const IGNORED_REASONS = ['test_event', 'not_created', 'folder_marker', 'own_output', 'filtered'] as const;
export type IgnoredReason = (typeof IGNORED_REASONS)[number];

export interface Ignored {
  readonly why: IgnoredReason;
  readonly ref?: ObjectRef;
}

/** What a part of an event says. Each problem names its place in the event and never quotes a value. */
export interface Found {
  readonly refs: readonly ObjectRef[];
  readonly ignored: readonly Ignored[];
  readonly problems: readonly string[];
}

/** Where an event keeps the parts of an object's name: member names from the outside in. */
export interface Places {
  readonly bucket: readonly string[];
  readonly key: readonly string[];
  readonly versionId: readonly string[];
  readonly size: readonly string[];
  /** Whether the key is URL-encoded, with `+` for a space. */
  readonly encoded: boolean;
}

/** Reads one object's name out of `value`, which stands at `path` in the event. */
export function readRef(value: unknown, path: string, places: Places): Found {
  const problems: string[] = [];
  const text = (names: readonly string[]): string => {
    const found = at(value, names);
    if (typeof found === 'string' && found !== '') return found;
    problems.push(`${path}.${names.join('.')} must be text`);
    return '';
  };
  const bucket = text(places.bucket);
  const written = text(places.key);
  const key = places.encoded ? decodeKey(written) : written;
  if (key === undefined) problems.push(`${path}.${places.key.join('.')} is not URL-encoded`);
  // Batch Operations writes null, and some writers an empty text, for an object without versions.
  const versionId = at(value, places.versionId) || undefined;
  if (versionId !== undefined && typeof versionId !== 'string')
    problems.push(`${path}.${places.versionId.join('.')} must be text`);
  if (key === undefined || problems.length > 0) return { refs: [], ignored: [], problems };

  const ref = { bucket: bucketName(bucket), key, ...(typeof versionId === 'string' && { versionId }) };
  const size = at(value, places.size);
  // The console makes an empty object to show an empty folder. Any other empty object gets its receipt, with no records.
  return key.endsWith('/') && (size === 0 || size === '0')
    ? passedOver('folder_marker', ref)
    : { refs: [ref], ignored: [], problems };
}

export function passedOver(why: IgnoredReason, ref?: ObjectRef): Found {
  return { refs: [], ignored: [{ why, ...(ref && { ref }) }], problems: [] };
}

export function wrong(problem: string): Found {
  return { refs: [], ignored: [], problems: [problem] };
}

export function together(parts: readonly Found[]): Found {
  return {
    refs: parts.flatMap(({ refs }) => refs),
    ignored: parts.flatMap(({ ignored }) => ignored),
    problems: parts.flatMap(({ problems }) => problems),
  };
}

/** The value at the end of a path of members, or undefined. */
export function at(value: unknown, names: readonly string[]): unknown {
  return names.reduce<unknown>((inner, name) => (isObject(inner) ? inner[name] : undefined), value);
}

/** A bucket may be named by its ARN, as invocation schema 1.0 of Batch Operations does. No name holds a colon. */
function bucketName(nameOrArn: string): string {
  return nameOrArn.slice(nameOrArn.lastIndexOf(':') + 1);
}

function decodeKey(encoded: string): string | undefined {
  try {
    return decodeURIComponent(encoded.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}
