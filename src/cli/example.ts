/** One event before and after, for the end of a run: the shortest, because real process trees fill screens. */
import type { StageDeps } from '../pipeline.ts';
import type { NormalizedEvent } from '../types.ts';

export interface Example {
  readonly before: string;
  readonly after: NormalizedEvent;
}

/** Collects the shortest event of a rule that it is offered. */
export function createExample(): { offer: NonNullable<StageDeps['onEvent']>; best: () => Example | undefined } {
  let shortest = Number.POSITIVE_INFINITY;
  let example: Example | undefined;
  return {
    offer: (event, record) => {
      if (event.generation === 'custom' || record.length >= shortest) return;
      shortest = record.length;
      example = { before: record.bytes.toString(), after: event };
    },
    best: () => example,
  };
}
