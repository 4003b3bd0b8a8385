/** Bars over time, and the same numbers as a table. */
import { number } from '../../figures.ts';
import type { Timeline } from '../timeline.ts';
import { capital } from './format.ts';
import { type Html, html } from './markup.ts';
import { numeric, plain, table } from './parts.ts';
import { ticks } from './ticks.ts';

interface Series<C extends string> {
  readonly column: C;
  readonly title: string;
  readonly tone: 'valid' | 'rejected' | 'plain';
}

export interface ChartParts<C extends string> {
  readonly title: string;
  readonly timeline: Timeline<C>;
  /** Stacked, from the bottom up. */
  readonly series: readonly Series<C>[];
  /** Columns that only the table shows. */
  readonly more?: readonly { readonly column: C; readonly title: string }[];
}

const HEIGHT = 100;
const BAR = 10;
const GAP = 2;
/** Bars keep to the middle of their places when there are few, or they would be as broad as boards. */
const FEWEST_BARS = 24;
/** As many as have room for a label each, on a phone. */
const MOST_LABELS = 4;

export function chart<C extends string>({ title, timeline, series, more = [] }: ChartParts<C>): Html {
  const { bars, step, gapless, outside } = timeline;
  const heights = bars.map((row) => series.reduce((all, { column }) => all + row[column], 0));
  const highest = Math.max(1, ...heights);
  const top = roundedUp(highest);
  const place = Math.max(BAR, (BAR * FEWEST_BARS) / bars.length);
  const width = round(bars.length * place);
  const stacks = bars.map((row, index) => {
    let reached = 0;
    const parts = series.map(({ column, tone }) => {
      const height = round((HEIGHT * row[column]) / top);
      reached += height;
      if (height === 0) return undefined;
      return html`<rect class="${tone}" x="${round(index * place + (place - BAR + GAP) / 2)}" y="${round(HEIGHT - reached)}" width="${BAR - GAP}" height="${height}"/>`;
    });
    return html`<g><title>${label(row.name)}: ${number(heights[index] ?? 0)}</title><rect class="hit" x="${round(index * place)}" y="0" width="${round(place)}" height="${HEIGHT}"/>${parts}</g>`;
  });
  const [first, last] = [bars[0]?.name ?? '', bars.at(-1)?.name ?? ''];
  const isFew = bars.length <= MOST_LABELS;
  const columns = [...series, ...more];
  const notes = [
    ...(gapless ? [] : [`Only ${step}s with something in them are shown.`]),
    ...(outside
      ? [
          `Not shown, for want of a time or of room: ${columns.map((each) => `${number(outside[each.column])} ${each.title.toLowerCase()}`).join(', ')}.`,
        ]
      : []),
  ];
  return html`<figure>
<figcaption>${title}, by ${step} (UTC)${series.length > 1 ? html`<span class="legend">${series.map((each) => html` <span class="key ${each.tone}"></span> ${each.title}`)}</span>` : undefined}</figcaption>
<div class="plot">
<p class="scale"><span>${number(top)}</span> <span>${number(top / 2)}</span> <span>0</span></p>
<svg class="chart" viewBox="0 0 ${width} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label="${title}: from ${label(first)} to ${label(last)}, at most ${number(highest)} in one ${step}"><path class="grid" d="M0 0H${width}M0 ${HEIGHT / 2}H${width}"/>${stacks}</svg>
${isFew ? undefined : html`<svg class="axis" aria-hidden="true">${ticks(timeline).map(({ at, text }) => html`<text x="${round(at * 100)}%" y="1em">${text}</text>`)}</svg>`}
<p class="ends${isFew ? ' each' : ''}">${(isFew ? bars.map(({ name }) => name) : [first, last]).map((each) => html`<span>${label(each)}</span> `)}</p>
</div>
${notes.map((note) => html`<p class="note">${note}</p>`)}
<details><summary>The numbers</summary>
${table({
  caption: `${title}, by ${step}`,
  headings: [{ title: capital(step) }, ...columns.map((each) => ({ title: each.title, isNumber: true }))],
  rows: bars.map((row) => [plain(label(row.name)), ...columns.map((each) => numeric(row[each.column]))]),
})}</details>
</figure>
`;
}

function label(name: string): string {
  return name.length > 10 ? `${name.replace('T', ' ')}:00` : name;
}

/** The next even number of at most two digits and zeros, so that half of it can be told as well. */
function roundedUp(value: number): number {
  const unit = 2 * 10 ** Math.max(0, String(value).length - 2);
  return Math.ceil(value / unit) * unit;
}

/** Enough digits for a bar. */
function round(value: number): number {
  return Math.round(value * 10) / 10;
}
