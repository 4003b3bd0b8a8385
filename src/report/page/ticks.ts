/** Which bars of a timeline have their time written below them. */
import type { Step, Timeline } from '../timeline.ts';

/** As many as have room on a phone. */
const MOST_TICKS = 6;

/** Steps from one to the next that people reckon in. */
const STRIDES: { readonly [step in Step]: readonly number[] } = {
  hour: [1, 2, 3, 6, 12, 24],
  day: [1, 2, 5, 7, 10, 14],
  month: [1, 2, 3, 6, 12],
  year: [1, 2, 5, 10, 20],
};

export interface Tick {
  /** The middle of its bar, as a share of the width. */
  readonly at: number;
  readonly text: string;
}

/** A few ticks between the first bar and the last one, whose times stand below in full. */
export function ticks<C extends string>({ bars, step, gapless }: Timeline<C>): readonly Tick[] {
  const fits = (stride: number): boolean => bars.length / stride <= MOST_TICKS;
  const stride = STRIDES[step].find(fits) ?? Math.ceil(bars.length / MOST_TICKS);
  return bars.flatMap(({ name }, index) => {
    // Hours count from midnight, unless some are left out.
    const count = gapless && step === 'hour' ? Number(name.slice(11)) : index;
    const isInner = index > 0 && index < bars.length - 1;
    return isInner && count % stride === 0 ? [{ at: (index + 0.5) / bars.length, text: shortened(name, step) }] : [];
  });
}

function shortened(name: string, step: Step): string {
  if (step === 'hour') return name.endsWith('T00') ? name.slice(5, 10) : `${name.slice(11)}:00`;
  return step === 'day' ? name.slice(5) : name;
}
