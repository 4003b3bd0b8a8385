/** Takes the pictures in docs/images/: `npm run screenshots`. */
import { mkdir, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { launchBrowser } from '../test/support/browser.ts';
import { writeHours } from '../test/support/hours.ts';
import { winnow } from '../test/support/terminal.ts';

const IMAGES = fileURLToPath(new URL('images/', import.meta.url));

const PICTURES = [
  { name: 'report-light', width: 1280, height: 1000, colorScheme: 'light' },
  { name: 'report-dark', width: 1280, height: 1000, colorScheme: 'dark' },
  { name: 'report-phone', width: 360, height: 780, colorScheme: 'light' },
  { name: 'report-refused', width: 1280, height: 800, colorScheme: 'light', at: 'refused' },
] as const;

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

const folder = await mkdtemp(join(tmpdir(), 'winnow-pictures-'));
const browser = await launchBrowser();
try {
  const page = await writePage(folder);
  await mkdir(IMAGES, { recursive: true });
  for (const { name, width, height, colorScheme, ...where } of PICTURES) {
    const tab = await browser.newPage({ viewport: { width, height }, colorScheme });
    await tab.goto(`${pathToFileURL(page)}${'at' in where ? `#${where.at}` : ''}`);
    const path = join(IMAGES, `${name}.png`);
    await tab.screenshot({ path });
    console.error(`${name}.png: ${Math.ceil((await stat(path)).size / 1000)} kB`);
    await tab.close();
  }
} finally {
  await browser.close();
  await rm(folder, { recursive: true });
}
