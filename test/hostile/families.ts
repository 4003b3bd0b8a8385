/** Every family of hostile cases, in the order of the documentation. */
import type { Family } from './case.ts';
import { COMPRESSION } from './compression.ts';
import { FORMATS } from './formats.ts';
import { FRAMING } from './framing.ts';
import { KEYS } from './keys.ts';
import { LIMITS } from './limits.ts';
import { NESTING } from './nesting.ts';
import { NUMBERS } from './numbers.ts';
import { PARTITIONS } from './partitions.ts';
import { TEXT } from './text.ts';

export const FAMILIES: readonly Family[] = [COMPRESSION, FORMATS, FRAMING, NESTING, KEYS, TEXT, NUMBERS, PARTITIONS, LIMITS];
