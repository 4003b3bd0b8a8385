/** The page in a real browser: what it shows, what it leaves alone, and whether everybody can use it. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import type { AxeResults } from 'axe-core';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { reportPage } from '../src/report/page/page.ts';
import { launchBrowser } from './support/browser.ts';
import { HOSTILE, hostileReport } from './support/hostile-report.ts';
import { writeHours } from './support/hours.ts';
import { runInto } from './support/runs.ts';
import { winnow } from './support/terminal.ts';

const AXE = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const WIDTHS = [360, 768, 1280];

const folder = await mkdtemp(join(tmpdir(), 'winnow-browser-'));
const browser = await launchBrowser();
after(async () => {
  await browser.close();
  await rm(folder, { recursive: true });
});

/** What the page did that it should not do. */
interface Watched {
  readonly page: Page;
  readonly noticed: readonly string[];
}

async function open(path: string, options: BrowserContextOptions = {}): Promise<Watched> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, ...options });
  const noticed: string[] = [];
  page.on('console', (message) => noticed.push(`console: ${message.text()}`));
  page.on('pageerror', (error) => noticed.push(`error: ${error.message}`));
  page.on('dialog', (dialog) => noticed.push(`dialog: ${dialog.message()}`));
  const url = pathToFileURL(path).href;
  page.on('request', (request) => {
    if (request.url() !== url && !request.url().startsWith('data:')) noticed.push(`request: ${request.url()}`);
  });
  await page.goto(url);
  return { page, noticed };
}

async function pageOfDays(): Promise<string> {
  const path = join(folder, 'days.html');
  await writeHours(join(folder, 'landing'), { hours: 30, events: 80, broken: 0.05 });
  await runInto(join(folder, 'out'), [join(folder, 'landing')]);
  const { status, stderr } = await winnow(['report', join(folder, 'out'), '--html', path]);
  assert.equal(status, 0, stderr);
  return path;
}

async function pageOfHostiles(): Promise<string> {
  const path = join(folder, 'hostile.html');
  await writeFile(path, reportPage(await hostileReport()));
  return path;
}

for (const [name, path] of [
  ['the page of a run with 5 % broken records', await pageOfDays()],
  ['the page of hostile data', await pageOfHostiles()],
] as const) {
  describe(name, () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      test(`has nothing that axe finds fault with, in ${colorScheme}`, async () => {
        // The page's own policy keeps every foreign script out, this one as well.
        const { page } = await open(path, { colorScheme, bypassCSP: true });
        await page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true");
        await page.evaluate(AXE);
        const results: AxeResults = await page.evaluate('axe.run(document, { resultTypes: ["violations", "incomplete"] })');
        const told = (found: AxeResults['violations']) =>
          found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
        assert.deepEqual(told(results.violations), []);
        assert.ok(results.passes.length > 20);
        await page.close();
      });
    }

    test('asks for nothing, complains of nothing, runs nothing of the data, and never scrolls sideways', async () => {
      for (const width of WIDTHS) {
        const { page, noticed } = await open(path, { viewport: { width, height: 800 } });
        await page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true");
        const [content, window]: [number, number] = await page.evaluate('[document.documentElement.scrollWidth, innerWidth]');
        assert.equal(window, width);
        assert.ok(content <= width, `${content} of ${width}`);
        assert.deepEqual(noticed, []);
        await page.close();
      }
    });

    test('looks the same without scripts, but for the buttons that sort', async () => {
      const [{ page: plain, noticed }, { page }] = await Promise.all([open(path, { javaScriptEnabled: false }), open(path)]);
      assert.equal(await plain.locator('button').count(), 0);
      assert.ok((await page.locator('button').count()) > 10);
      assert.equal(await plain.locator('body').textContent(), await page.locator('body').textContent());
      assert.deepEqual(noticed, []);
      await Promise.all([plain.close(), page.close()]);
    });
  });
}

test('hostile texts are text, and nothing but text', async () => {
  const { page } = await open(join(folder, 'hostile.html'));
  assert.deepEqual(
    await page.evaluate(
      "[document.scripts.length, document.querySelectorAll('img, iframe, object, b, svg:not(.bar, .chart, .axis)').length]",
    ),
    [1, 0],
  );
  const text = (await page.locator('body').textContent()) ?? '';
  for (const hostile of HOSTILE.slice(0, 6)) assert.ok(text.includes(hostile), hostile);
  assert.ok(text.includes('\\u{202e}gpj.exe\\u{2066}'));
  await page.close();
});

test('a phone has room for names and shares, and no bars', async () => {
  const { page } = await open(join(folder, 'days.html'), { viewport: { width: 360, height: 800 } });
  assert.equal(await page.locator('.bar:visible').count(), 0);
  // A table that hides something shows a shadow; those with a share need none.
  const cut =
    "[...document.querySelectorAll('.scroll:has(.percent)')].filter((each) => each.scrollWidth > each.clientWidth).length";
  assert.equal(await page.evaluate(cut), 0);
  const breaks =
    "[...document.querySelectorAll('.name')].find((name) => name.textContent === 'windows_autorun_modified').innerHTML";
  assert.equal(await page.evaluate(breaks), 'windows_<wbr>autorun_<wbr>modified');
  await page.close();
});

test('tables are sorted by mouse and by keyboard, numbers as numbers', async () => {
  const { page } = await open(join(folder, 'days.html'));
  const table = page.locator('table', { has: page.locator('caption', { hasText: /^Event types$/ }) });
  const counts = async () =>
    (await table.locator('tbody td:nth-child(2)').allInnerTexts()).map((text) => Number(text.replaceAll(',', '')));
  const names = () => table.locator('tbody th').allInnerTexts();
  const before = await counts();
  assert.deepEqual(
    before,
    before.toSorted((a, b) => b - a),
  );

  const byCount = table.locator('thead th', { hasText: 'Events' });
  await byCount.locator('button').click();
  assert.equal(await byCount.getAttribute('aria-sort'), 'descending');
  await byCount.locator('button').click();
  assert.equal(await byCount.getAttribute('aria-sort'), 'ascending');
  assert.deepEqual(
    await counts(),
    before.toSorted((a, b) => a - b),
  );

  const byName = table.locator('thead th', { hasText: 'Type' });
  await byName.locator('button').focus();
  await page.keyboard.press('Enter');
  assert.equal(await byName.getAttribute('aria-sort'), 'ascending');
  assert.equal(await byCount.getAttribute('aria-sort'), null);
  assert.deepEqual(await names(), (await names()).toSorted());
  await page.close();
});

test('the keyboard reaches the report without the header, and every part of it', async () => {
  const { page } = await open(join(folder, 'days.html'));
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate('document.activeElement.textContent'), 'Skip to the report');
  for (const id of ['time', 'refused', 'drift', 'events', 'files', 'objects']) {
    await page.locator(`nav a[href="#${id}"]`).press('Enter');
    assert.equal(await page.evaluate('document.querySelector(":target").id'), id);
  }
  await page.close();
});

test('on paper everything is there', async () => {
  const { page } = await open(join(folder, 'days.html'));
  await page.emulateMedia({ media: 'print' });
  assert.equal(await page.locator('nav').isVisible(), false);
  assert.equal(await page.locator('h1').isVisible(), true);
  const isShown = 'document.querySelector(".example .raw").checkVisibility({ contentVisibilityAuto: true })';
  assert.equal(await page.evaluate(isShown), true);
  await page.emulateMedia({ media: 'screen' });
  assert.equal(await page.evaluate(isShown), false);
  assert.ok((await page.pdf()).length > 10_000);
  await page.close();
});
