/** One story, written down in any generation of its platform. */
import { CUSTOM_EVENT_TYPES, EVENT_TYPES, type EventType } from '../event-types.ts';
import { GENERATIONS, type Generation, type JsonObject } from '../types.ts';
import { renderCustom } from './custom.ts';
import { renderEarly } from './early.ts';
import { renderLinux } from './linux.ts';
import type { Random } from './random.ts';
import type { Story } from './story.ts';
import { renderWindows } from './windows.ts';

/** One event type in one generation that has it. */
export interface Variety {
  readonly type: string;
  readonly generation: Generation;
}

/** Every event type in every generation whose agents write it, the agent's own events included. */
export const VARIETIES: readonly Variety[] = GENERATIONS.flatMap((generation): Variety[] =>
  generation === 'custom'
    ? CUSTOM_EVENT_TYPES.map(({ name }) => ({ type: name, generation }))
    : EVENT_TYPES.filter(({ generations }) => generations.includes(generation)).map(({ name }) => ({ type: name, generation })),
);

export interface RenderOptions {
  /** Keep to the letter of the documentation where the type allows it, without the gaps and nulls that real agents left. */
  readonly documented?: boolean;
}

/**
 * Writes a story down as an event of one type and generation. Integers beyond 2^53 are `JSON.rawJSON` values:
 * pass the event to `JSON.stringify`. `random` decides only what the story leaves open.
 */
export function renderEvent(
  type: string,
  generation: Generation,
  random: Random,
  story: Story,
  options: RenderOptions = {},
): JsonObject {
  if (generation === 'windows') {
    if (story.platform !== 'windows') throw new TypeError('a Windows event needs a Windows story');
    return renderWindows(type, eventType(type, generation).outcome, random, story);
  }
  if (story.platform !== 'linux') throw new TypeError(`an event of generation ${generation} needs a Linux story`);
  if (generation === 'custom') return renderCustom(type, random, story);
  const { outcome } = eventType(type, generation);
  return generation === 'linux' || generation === 'single-platform'
    ? renderLinux(type, outcome, generation, random, story, options.documented ?? false)
    : renderEarly(type, generation, random, story, options.documented ?? random.chance(0.7));
}

function eventType(name: string, generation: Generation): EventType {
  const found = EVENT_TYPES.find((type) => type.name === name && type.generations.includes(generation));
  if (found === undefined) throw new RangeError(`generation ${generation} has no event ${name}`);
  return found;
}
