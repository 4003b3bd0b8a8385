/** `npm run package`: packages every variant, and prints what the function weighs and how long it takes to start here. */
import { execFile } from 'node:child_process';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { packageVariant, twoAtATime, VARIANTS } from './variants.ts';

const DIST = fileURLToPath(new URL('../dist/', import.meta.url));
const BUNDLE = join(DIST, 'lambda');
const FOLDER = fileURLToPath(new URL('../.serverless/', import.meta.url));
const STARTS = 9;

const summaries = await twoAtATime(VARIANTS, async (variant) => {
  const folder = join(FOLDER, variant.name);
  const { Resources } = await packageVariant(variant, folder, DIST);
  const zip = (await stat(join(folder, 'normalize.zip'))).size;
  return { variant: variant.name, resources: Object.keys(Resources).length, zip };
});
for (const { variant, resources } of summaries) console.log(`${variant.padEnd(28)} ${resources} resources`);

const files = await readdir(BUNDLE, { recursive: true });
const code = await Promise.all(
  files.filter((name) => name.endsWith('.js')).map(async (name) => (await stat(join(BUNDLE, name))).size),
);
console.log(
  `bundle ${kib(code.reduce((sum, size) => sum + size, 0))}, ${kib((await stat(join(BUNDLE, 'index.js'))).size)} of it loaded at the start`,
);
console.log(`zip    ${kib(Math.max(...summaries.map(({ zip }) => zip)))}, source maps included`);
console.log(`init   ${Math.round(await medianStartMs())} ms, the median of ${STARTS} on this machine`);

/** How long a new process takes to load the function, from the first line of code to a handler that can be called. */
async function medianStartMs(): Promise<number> {
  const script = `const start = performance.now(); await import(${JSON.stringify(join(BUNDLE, 'index.js'))}); console.log(performance.now() - start);`;
  const env = {
    ...process.env,
    OUTPUT_URI: 's3://bucket/winnow',
    AWS_REGION: 'eu-west-1',
    AWS_LAMBDA_FUNCTION_NAME: 'normalize',
  };
  const times: number[] = [];
  for (let start = 0; start < STARTS; start++) {
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script], { env });
    times.push(Number(stdout));
  }
  return times.sort((a, b) => a - b)[STARTS >> 1] ?? Number.NaN;
}

function kib(bytes: number): string {
  return `${Math.ceil(bytes / 1024)} KiB`;
}
