/** Events of a wanted size: real ones differ mostly in how deep the process tree is and how long command lines are. */
import type { Generation, JsonObject } from '../types.ts';
import type { Instant } from './instant.ts';
import { tellLinuxStory } from './linux-story.ts';
import type { Random } from './random.ts';
import { type RenderOptions, renderEvent, type Variety } from './render.ts';
import type { Story } from './story.ts';
import { tellWindowsStory } from './windows-story.ts';

export interface ToldEvent {
  readonly story: Story;
  readonly event: JsonObject;
}

/** Deeper trees than this are rare; what is missing then is made up by command lines. */
const DEEPEST_TREE = 24;
const NATURAL_DEPTHS = [1, 2, 2, 3, 3, 4, 5, undefined];
const ATTEMPTS = 6;
/** How far the sizes of single events lie around the wanted one. */
const SPREAD = 0.3;
const WORDS = [
  '--label=com.example.team=platform',
  '--set=image.tag=v1.42.0',
  '--header=Accept: application/json',
  '--exclude=/var/cache/apt/archives',
];

/** Makes up a story that suits the generation. */
export function tellStory(random: Random, generation: Generation, at: Instant, ancestors?: number): Story {
  return generation === 'windows' ? tellWindowsStory(random, at, ancestors) : tellLinuxStory(random, at, ancestors);
}

/** Makes up a story and writes it down. With `bytes` the event's JSON is about that long, where its type can be. */
export function tellEvent(
  { type, generation }: Variety,
  random: Random,
  at: Instant,
  bytes?: number,
  options: RenderOptions = {},
): ToldEvent {
  const told = (ancestors?: number): ToldEvent => {
    const story = tellStory(random, generation, at, ancestors);
    return { story, event: renderEvent(type, generation, random, story, options) };
  };
  // Custom events nest at most two processes: nothing about them can be stretched.
  if (bytes === undefined || generation === 'custom') return told(random.pick(NATURAL_DEPTHS));
  const goal = bytes * (1 - SPREAD / 2 + random.real() * SPREAD);
  let ancestors = 1;
  let best = told(ancestors);
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const missing = goal - sizeOf(best.event);
    const step = missing / ancestorSize(best.event);
    // Too short by little can be filled up; events of 2020 have no arguments for that, so half an ancestor off has to do.
    if (generation === '2020' ? Math.abs(step) < 0.6 : step >= -0.1 && step < 1.2) break;
    const next = Math.max(1, Math.min(DEEPEST_TREE, ancestors + (step < 0 ? Math.floor(step) : Math.max(1, Math.floor(step)))));
    if (next === ancestors) break;
    ancestors = next;
    best = told(ancestors);
  }
  return { ...best, event: lengthened(best.event, goal - sizeOf(best.event), generation, random) };
}

function sizeOf(event: JsonObject): number {
  return Buffer.byteLength(JSON.stringify(event));
}

function ancestorSize(event: JsonObject): number {
  const ancestors = (event['process'] as JsonObject)['ancestors'];
  return Array.isArray(ancestors) && ancestors.length > 0
    ? Buffer.byteLength(JSON.stringify(ancestors)) / ancestors.length
    : 1000;
}

/** Lengthens the acting process's command line. */
function lengthened(event: JsonObject, missing: number, generation: Generation, random: Random): JsonObject {
  const process = event['process'] as JsonObject;
  if (missing < 50 || generation === '2020' || process['is_kworker'] === true) return event;
  if (generation === 'windows') {
    const cmdline = `${String(process['cmdline'])} -EncodedCommand ${random.token(Math.floor(missing) - 16)}`;
    return { ...event, process: { ...process, cmdline } };
  }
  const args = Array.isArray(process['args']) ? [...process['args']] : [];
  for (let left = missing; left > 50; ) {
    const word = `${random.pick(WORDS)}-${random.hex(8)}`;
    args.push(word);
    left -= word.length + 3;
  }
  return { ...event, process: { ...process, args } };
}
