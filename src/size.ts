/** Sizes as people write them: a number, and a unit of either kind behind it. */

const PREFIXES = ['K', 'M', 'G', 'T', 'P'] as const;
/** In the order in which they are tried for writing. */
const UNITS: readonly (readonly [unit: string, bytes: number])[] = [
  ...PREFIXES.map((prefix, power) => [`${prefix}iB`, 1024 ** (power + 1)] as const),
  ...PREFIXES.map((prefix, power) => [`${prefix}B`, 1000 ** (power + 1)] as const),
];

/** What a size looks like, for a schema as well. There is no part of a byte. */
export const SIZE_PATTERN = '^\\s*(\\d+|\\d+\\.\\d+(?=\\s*[kKMGTP]))\\s*(B|kB|[KMGTP]i?B)?\\s*$';
const SIZE = new RegExp(SIZE_PATTERN);

/** The bytes of a size such as `64MiB`, `1.5 GB` or `500`, or NaN. */
export function parseSize(text: string): number {
  const [, number, unit = 'B'] = SIZE.exec(text) ?? [];
  const found = UNITS.find(([name]) => name === unit.replace(/^k/, 'K'));
  return Math.round(Number(number) * (found?.[1] ?? 1));
}

/** A number of bytes, exactly, in the unit that makes it shortest: `64GiB`, `500MB`, `1023`. */
export function writeSize(bytes: number): string {
  const exact = UNITS.filter(([, unit]) => bytes >= unit && bytes % unit === 0).map(([name, unit]) => `${bytes / unit}${name}`);
  return [...exact, String(bytes)].toSorted((a, b) => a.length - b.length)[0] ?? '';
}
