/** A Chromium to look at pages with: the one that is installed, or the one that npm brought along. */
import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const WELL_KNOWN = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

/** Throws when there is none: then nobody has looked at the page, and nobody may think otherwise. */
export async function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: await findChromium(), args: ['--disable-gpu', '--font-render-hinting=none'] });
}

async function findChromium(): Promise<string> {
  const given = process.env['CHROMIUM_PATH'];
  if (given) return given;
  const installed = WELL_KNOWN.find((path) => existsSync(path));
  if (installed !== undefined) return installed;
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new Error('no Chromium was found, and npm has one only for Linux on x64: name yours in CHROMIUM_PATH');
  // Unpacks itself into the folder for temporary files, once.
  const { default: packed } = await import('@sparticuz/chromium');
  return packed.executablePath();
}
