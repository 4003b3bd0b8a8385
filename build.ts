/** `node build.ts [folder]` bundles the doors into dist/: cli.mjs for the terminal, lambda/ and report/ for the functions. Prints what they weigh. */
import { chmod, rm, writeFile } from 'node:fs/promises';
import { type BuildOptions, build } from 'esbuild';

const common = {
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node22',
  // The SDK's ES modules can be tree-shaken, its CommonJS cannot.
  mainFields: ['module', 'main'],
  // What is imported dynamically stays out of the file that is always loaded: the SDK on a local run, and in Lambda the
  // SDK's ways to sign in on a laptop, which are a third of a cold start.
  splitting: true,
  chunkNames: 'chunks/[name]-[hash]',
  // Some dependencies are CommonJS and call require() for Node's own modules.
  banner: { js: "import { createRequire as winnowRequire } from 'node:module'; const require = winnowRequire(import.meta.url);" },
  metafile: true,
  logLevel: 'warning',
} as const satisfies BuildOptions;

const folder = process.argv[2] ?? 'dist';
await rm(folder, { recursive: true, force: true });

const functions = { lambda: 'src/lambda.ts', report: 'src/lambda-report.ts' };
const built = Object.entries(functions).map(async ([name, entry]) => {
  const result = await build({
    ...common,
    entryPoints: { index: entry },
    outdir: `${folder}/${name}`,
    minify: true,
    sourcemap: 'linked',
    sourcesContent: false,
  });
  // Says to Lambda, and to `osls invoke local`, that index.js is an ES module: the latter does not look for index.mjs.
  await writeFile(`${folder}/${name}/package.json`, '{ "type": "module" }\n');
  return result;
});

const cli = await build({
  ...common,
  // The worker is the thread that `winnow local` runs the function in.
  entryPoints: { cli: 'src/winnow.ts', worker: 'src/local/worker.ts' },
  outdir: folder,
  outExtension: { '.js': '.mjs' },
  // The chunks get the first line as well, where it does no harm.
  banner: { js: `#!/usr/bin/env node\n${common.banner.js}` },
});
await chmod(`${folder}/cli.mjs`, 0o755);

for (const { metafile } of [...(await Promise.all(built)), cli]) {
  const code = Object.entries(metafile.outputs).filter(([path]) => !path.endsWith('.map'));
  const all = code.reduce((sum, [, { bytes }]) => sum + bytes, 0);
  for (const [path, { bytes }] of code) {
    if (!path.includes('/chunks/')) console.error(`${path}: ${kib(bytes)} of ${kib(all)} in ${code.length} files`);
  }
}

function kib(bytes: number): string {
  return `${Math.ceil(bytes / 1024)} KiB`;
}
