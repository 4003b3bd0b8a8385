/** Takes the pictures in docs/images/: `npm run screenshots`. */
import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { launchBrowser } from '../test/support/browser.ts';
import { writeHours } from '../test/support/hours.ts';
import { inTerminal } from '../test/support/pty.ts';
import { winnow } from '../test/support/terminal.ts';
import { terminalPage } from './terminal-page.ts';

const IMAGES = fileURLToPath(new URL('images/', import.meta.url));

const PICTURES = [
  { name: 'report-light', width: 1280, height: 1000, colorScheme: 'light' },
  { name: 'report-dark', width: 1280, height: 1000, colorScheme: 'dark' },
  { name: 'report-phone', width: 360, height: 780, colorScheme: 'light' },
  { name: 'report-refused', width: 1280, height: 800, colorScheme: 'light', at: 'refused' },
  { name: 'terminal', width: 640, height: 100, colorScheme: 'dark' },
] as const;
const COLUMNS = 100;

/** Writes a page about generated data. Its place is what the page calls it, so it is a folder as a user would name it. */
async function writePage(folder: string): Promise<string> {
  const page = join(folder, 'report.html');
  await writeHours(join(folder, 'landing'), { hours: 36, events: 700, broken: 0.05 });
  for (const args of [
    ['run', 'landing', '--out', 'out'],
    ['report', 'out', '--html', page],
  ]) {
    const { status, stderr } = await winnow(args, {}, folder);
    if (status !== 0) throw new Error(stderr);
  }
  return page;
}

/** A page that looks like the terminal after a run over the samples. */
async function writeTerminal(folder: string): Promise<string> {
  const out = join(folder, 'terminal');
  const terminal = inTerminal(['run', 'samples', '--out', out], { columns: COLUMNS });
  if ((await terminal.ended()) !== 0) throw new Error(terminal.screen());
  const text = `$ winnow run samples --out out\r\n\r\n${terminal.raw().replaceAll(out, 'out')}`;
  const page = join(folder, 'terminal.html');
  await writeFile(page, await terminalPage(text, COLUMNS));
  return page;
}

const folder = await mkdtemp(join(tmpdir(), 'winnow-pictures-'));
const browser = await launchBrowser();
try {
  const report = await writePage(folder);
  const terminal = await writeTerminal(folder);
  await mkdir(IMAGES, { recursive: true });
  for (const { name, width, height, colorScheme, ...where } of PICTURES) {
    const page = name === 'terminal' ? terminal : report;
    const tab = await browser.newPage({ viewport: { width, height }, colorScheme });
    await tab.goto(`${pathToFileURL(page)}${'at' in where ? `#${where.at}` : ''}`);
    const path = join(IMAGES, `${name}.png`);
    await tab.screenshot({ path, fullPage: name === 'terminal' });
    console.error(`${name}.png: ${Math.ceil((await stat(path)).size / 1000)} kB`);
    await tab.close();
  }
} finally {
  await browser.close();
  await rm(folder, { recursive: true });
}
