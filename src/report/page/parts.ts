/** What sections are built from: tables, bars and names. */
import { counted, number, percent } from '../../figures.ts';
import type { Ranking } from '../table.ts';
import { type Html, html } from './markup.ts';

const LONGEST_NAME = 160;
/** Columns that fit a phone. */
const WIDEST = 3;

/** A text out of the data: kept from turning its surroundings around, and cut when it is too long for a page. */
export function name(text: string): Html {
  const cut = text.length > LONGEST_NAME ? `${text.slice(0, LONGEST_NAME)}…` : text;
  return html`<bdi class="name">${breakable(cut)}</bdi>`;
}

/** A text that lines break behind its own separators rather than within its words. */
export function breakable(text: string): Html {
  return html`${text.split(/(?<=[\w*][/_.=])(?=[\w*])/).map((part, index) => (index === 0 ? part : html`<wbr>${part}`))}`;
}

/** Our own text, in which backticks hold code. */
export function prose(text: string): Html {
  return html`${text.split('`').map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : part))}`;
}

/** What to type, whole and ready to be selected. */
export function command(text: string): Html {
  return html`<code class="command">${text}</code>`;
}

export function section(id: string, title: string, lead: Html | string, ...content: readonly (Html | undefined)[]): Html {
  return html`<section id="${id}" aria-labelledby="${id}-title">
<h2 id="${id}-title">${title}</h2>
<p class="lead">${lead}</p>
${content}
</section>
`;
}

export interface Cell {
  readonly shown: Html | string;
  /** What to sort by when that is not what is shown. */
  readonly value?: number;
}

export interface Heading {
  readonly title: string;
  /** Numbers stand to the right and are sorted from the largest down. */
  readonly isNumber?: boolean;
  /** `prose` needs room; `aside` needs it as well and is told elsewhere too: like `minor`, it is left out where there is none. */
  readonly kind?: 'prose' | 'aside' | 'minor';
}

export interface TableParts {
  readonly caption: string;
  readonly headings: readonly Heading[];
  readonly rows: readonly (readonly Cell[])[];
  /** Stands last however the rows are sorted. */
  readonly last?: readonly Cell[] | undefined;
}

/** A table whose first column names its rows. It scrolls by itself when it does not fit; the page never does. */
export function table({ caption, headings, rows, last }: TableParts): Html {
  const cells = (row: readonly Cell[]) =>
    row.map(({ shown, value }, column) => {
      const sortable = value === undefined ? undefined : html` data-value="${value}"`;
      if (column === 0) return html`<th scope="row"${sortable}>${shown}</th>`;
      return html`<td${classOf(headings[column])}${sortable}>${shown}</td>`;
    });
  // Narrow tables fit a phone; wide ones must be reachable by keyboard to be scrolled.
  const isWide = headings.length > WIDEST || headings.some(({ kind }) => kind !== undefined);
  const scrolls = isWide ? html` role="region" aria-label="${caption}" tabindex="0"` : undefined;
  return html`<div class="scroll${isWide ? '' : ' narrow'}"${scrolls}><table>
<caption>${caption}</caption>
<thead><tr>${headings.map((heading) => html`<th scope="col"${classOf(heading)}>${heading.title}</th>`)}</tr></thead>
<tbody>${rows.map((row) => html`<tr>${cells(row)}</tr>\n`)}</tbody>
${last && html`<tfoot><tr>${cells(last)}</tr></tfoot>`}
</table></div>
`;
}

function classOf(heading: Heading | undefined): Html | undefined {
  if (heading?.isNumber) return html` class="number"`;
  return heading?.kind && html` class="${heading.kind}"`;
}

export function numeric(value: number): Cell {
  return { shown: number(value), value };
}

export function plain(shown: Html | string): Cell {
  return { shown };
}

/** Says nothing that a number beside it does not say. */
function bar(part: number, whole: number, tone: 'valid' | 'rejected' | 'plain' = 'plain'): Html {
  const width = whole === 0 || part === 0 ? 0 : Math.max(1, Math.round((100 * part) / whole));
  return html`<svg class="bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true"><rect class="track" width="100" height="8"/><rect class="${tone}" width="${width}" height="8"/></svg>`;
}

/** A part of a whole as a bar and a number. The bar is drawn against the largest part, so that small ones can be compared. */
export function share(part: number, whole: number, largest: number, tone?: 'valid' | 'rejected'): Cell {
  return { shown: html`${bar(part, largest, tone)}<span class="percent">${percent(part, whole)}</span>`, value: part };
}

export interface RankingParts {
  readonly caption: string;
  readonly noun: string;
  readonly unit: string;
  readonly total: number;
  readonly ranking: Ranking<'count'>;
  readonly tone?: 'valid' | 'rejected';
}

/** Names and how often each occurs, with its share of `total`. Nothing when there are none. */
export function rankingTable({ caption, noun, unit, total, ranking, tone }: RankingParts): Html | undefined {
  const { rows, others } = ranking;
  const largest = rows[0]?.count ?? 0;
  if (rows.length === 0) return undefined;
  return table({
    caption,
    headings: [{ title: noun }, { title: unit, isNumber: true }, { title: 'Share', isNumber: true }],
    rows: rows.map((row) => [plain(name(row.name)), numeric(row.count), share(row.count, total, largest, tone)]),
    last: others && [plain(counted(others.names, 'other')), numeric(others.count), plain(percent(others.count, total))],
  });
}
