import type { JsonObject } from '../types.ts';

/**
 * Leaves out what is undefined: agents omit empty fields, they do not write null.
 */
export function present(members: { readonly [key: string]: unknown }): JsonObject {
  const object: JsonObject = {};
  for (const key of Object.keys(members)) if (members[key] !== undefined) object[key] = members[key];
  return object;
}

// Not yet in TypeScript's library.
const { rawJSON } = JSON as unknown as { rawJSON(text: string): object };

/** A whole number from its decimal digits. Beyond 2^53 a JavaScript number would lose some; `JSON.stringify` writes this whole. */
export function integer(digits: string): number | object {
  const number = Number(digits);
  return Number.isSafeInteger(number) ? number : rawJSON(digits);
}
