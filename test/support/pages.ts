/** The pages that people read, and what is in them: blocks of code, words in code, anchors. */
import { readdirSync, readFileSync } from 'node:fs';

export const ROOT = new URL('../../', import.meta.url);

/** Paths from the root of everything that is linked from the README. */
export const PAGES: readonly string[] = [
  'README.md',
  ...readdirSync(new URL('docs/', ROOT), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`)
    .sort(),
  'bench/README.md',
];

export function readPage(path: string): string {
  return readFileSync(new URL(path, ROOT), 'utf8');
}

export interface Block {
  /** What stands behind the opening fence; empty for an indented block. */
  readonly language: string;
  readonly text: string;
}

/** The blocks of code on a page in their order, fenced or indented, without their margins. */
export function blocksOf(page: string): Block[] {
  const fenced = /^( *)```(\w*)\n([\s\S]*?)^ *```$/gm;
  const indented = /(?<=\n\n)(?: {4}.*\n|\n(?= {4}))+/g;
  const found = [...page.matchAll(fenced)].map((match) => ({ at: match.index, language: match[2] ?? '', text: match[3] ?? '' }));
  const without = page.replace(fenced, (text) => text.replaceAll(/[^\n]/g, ' ').replaceAll(/^ +$/gm, '-'));
  const others = [...without.matchAll(indented)].map(({ index, 0: text }) => ({ at: index, language: '', text }));
  return [...found, ...others].sort((a, b) => a.at - b.at).map(({ language, text }) => ({ language, text: withoutMargin(text) }));
}

function withoutMargin(text: string): string {
  const [narrowest = ''] = [...text.matchAll(/^ *(?=\S)/gm)].map(([margin]) => margin).sort();
  return text.replaceAll(new RegExp(`^ {${narrowest.length}}`, 'gm'), '');
}

/** Page without its blocks of code. */
export function proseOf(page: string): string {
  return page.replaceAll(/^ *```\w*\n[\s\S]*?^ *```$/gm, '').replaceAll(/(?<=\n\n)(?: {4}.*\n|\n(?= {4}))+/g, '\n');
}

/** What is set as code in the running text. A line break in it is a blank. */
export function codeWordsOf(page: string): string[] {
  return [...proseOf(page).matchAll(/`([^`]+)`/g)].map(([, code = '']) => code.replaceAll(/\s+/g, ' '));
}

/** Anchors as GitHub makes them of headings. */
export function anchorsOf(page: string): ReadonlySet<string> {
  const anchors = new Set<string>();
  for (const [, title = ''] of proseOf(page).matchAll(/^#+ (.+)$/gm)) {
    const anchor = title
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-');
    let unique = anchor;
    for (let again = 1; anchors.has(unique); again++) unique = `${anchor}-${again}`;
    anchors.add(unique);
  }
  return anchors;
}
