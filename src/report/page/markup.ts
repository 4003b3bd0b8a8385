/** Pieces of HTML in which nothing but what is written here is ever taken for markup. */
import { escapeUTF8 } from 'entities/escape';
import { visible } from '../visible.ts';

const MARKUP = Symbol('markup');

/** HTML that was made by `html` or is our own. Data cannot look like it: the symbol stays in this module. */
export interface Html {
  readonly [MARKUP]: string;
}

type Value = Html | string | number | undefined | readonly Value[];

/** Fills values in. Texts are escaped, so that they may stand between tags and in quoted attributes, and nowhere else. */
export function html(strings: TemplateStringsArray, ...values: readonly Value[]): Html {
  return trusted(strings.map((text, index) => text + (index < values.length ? markupOf(values[index]) : '')).join(''));
}

/** Takes our own text for HTML as it is. */
export function trusted(text: string): Html {
  return { [MARKUP]: text };
}

export function textOfPage(page: Html): string {
  return page[MARKUP];
}

function markupOf(value: Value): string {
  if (value === undefined) return '';
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string') return escapeUTF8(visible(value));
  return MARKUP in value ? value[MARKUP] : value.map(markupOf).join('');
}
