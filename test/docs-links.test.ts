/** Every link on every page leads somewhere, and every page is reached from the README. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { describe, test } from 'node:test';
import { anchorsOf, PAGES, proseOf, ROOT, readPage } from './support/pages.ts';

/** Targets of the links and images on a page. Code in the running text is no link. */
function targetsOf(path: string): string[] {
  const prose = proseOf(readPage(path)).replaceAll(/`[^`]*`/g, 'code');
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
}

const isExternal = (target: string): boolean => /^[a-z][a-z0-9+.-]*:/.test(target);

/** Where a link within the repository leads, from the root of it. */
function resolve(from: string, target: string): { readonly path: string; readonly anchor?: string } {
  const [path = '', anchor] = target.split('#');
  const { href } = path === '' ? new URL(from, ROOT) : new URL(path, new URL(from, ROOT));
  return { path: decodeURIComponent(href.slice(ROOT.href.length)), ...(anchor !== undefined && { anchor }) };
}

describe('links', () => {
  for (const page of PAGES) {
    test(`of ${page} lead somewhere`, () => {
      for (const target of targetsOf(page).filter((found) => !isExternal(found))) {
        assert.doesNotMatch(target, /^\/|\\/, `${target}: must be relative`);
        const { path, anchor } = resolve(page, target);
        assert.ok(existsSync(new URL(path, ROOT)), target);
        if (anchor !== undefined && path.endsWith('.md')) assert.ok(anchorsOf(readPage(path)).has(anchor), target);
      }
    });

    test(`of ${page} to other sites are well-formed and secure`, () => {
      for (const target of targetsOf(page).filter(isExternal)) {
        const { protocol, hostname } = new URL(target);
        assert.equal(protocol, 'https:', target);
        assert.match(hostname, /^(?:[a-z0-9-]+\.)+[a-z]{2,}$/, target);
      }
    });
  }

  test('reach every page from the README', () => {
    const reached = new Set<string>();
    const follow = (page: string): void => {
      if (reached.has(page)) return;
      reached.add(page);
      const paths = targetsOf(page).flatMap((target) => (isExternal(target) ? [] : [resolve(page, target).path]));
      // A link to a folder shows all that is in it.
      for (const found of PAGES) if (paths.some((path) => path === found || found.startsWith(`${path}/`))) follow(found);
    };
    follow('README.md');
    assert.deepEqual(
      PAGES.filter((page) => !reached.has(page)),
      [],
    );
  });
});

test('the index names every page of docs', () => {
  const named = new Set(targetsOf('docs/README.md').map((target) => resolve('docs/README.md', target).path));
  const own = PAGES.filter((page) => /^docs\/[^/]+\.md$/.test(page) && page !== 'docs/README.md');
  assert.deepEqual(
    own.filter((page) => !named.has(page)),
    [],
  );
});

test('every page begins with its name and a sentence about it', () => {
  for (const page of PAGES.filter((path) => /^(?:docs\/)?[^/]+$/.test(path))) {
    const text = readPage(page).replace(/^<!--.*-->\n\n/, '');
    assert.match(text, /^# \S.*\n\n(?:\p{L}|\d|`)/u, page);
  }
});
