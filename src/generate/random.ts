/**
 * Seeded pseudo-randomness: the same seed gives the same batch on every machine. Not for secrets.
 */

export interface Random {
  /** A real number from 0 up to, not including, 1. */
  real(): number;
  /** A whole number, both ends included. */
  int(min: number, max: number): number;
  chance(probability: number): boolean;
  pick<T>(list: readonly T[]): T;
  /** `count` different items in the order of the list; all of them when the list is shorter. */
  some<T>(list: readonly T[], count: number): T[];
  /** The value with this probability, else undefined: an optional field. */
  maybe<T>(probability: number, make: () => T): T | undefined;
  hex(length: number): string;
  /** Characters of base64url. */
  token(length: number): string;
  uuid(): string;
  /** An independent generator whose numbers depend on this one's state. */
  fork(): Random;
}

const HEX = '0123456789abcdef';
const TOKEN = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** Makes a generator (sfc32) from a whole number. */
export function createRandom(seed: number): Random {
  const next = sfc32(seed);
  const real = () => next() / 0x1_0000_0000;
  const int = (min: number, max: number) => min + Math.floor(real() * (max - min + 1));
  const chance = (probability: number) => real() < probability;
  const text = (alphabet: string, length: number) => {
    let made = '';
    for (let index = 0; index < length; index++) made += alphabet[int(0, alphabet.length - 1)];
    return made;
  };
  const pick = <T>(list: readonly T[]): T => {
    if (list.length === 0) throw new RangeError('cannot pick from an empty list');
    return list[int(0, list.length - 1)] as T;
  };
  return {
    real,
    int,
    chance,
    pick,
    some(list, count) {
      let wanted = Math.min(count, list.length);
      return list.filter((_, index) => {
        const taken = real() * (list.length - index) < wanted;
        if (taken) wanted--;
        return taken;
      });
    },
    maybe: (probability, make) => (chance(probability) ? make() : undefined),
    hex: (length) => text(HEX, length),
    token: (length) => text(TOKEN, length),
    uuid() {
      const hex = text(HEX, 32);
      return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
    },
    fork: () => createRandom(next()),
  };
}

function sfc32(seed: number): () => number {
  let a = 0x9e3779b9 ^ Math.floor(seed / 0x1_0000_0000);
  let b = 0x243f6a88;
  let c = seed | 0;
  let counter = 1;
  const next = () => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + sum) | 0;
    return sum >>> 0;
  };
  // Neighbouring seeds start out alike; the first rounds pull them apart.
  for (let round = 0; round < 15; round++) next();
  return next;
}
