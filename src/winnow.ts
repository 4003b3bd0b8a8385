/** Where the built program begins: an older Node is told what is missing, instead of failing while it loads the rest. */
import zlib from 'node:zlib';

/** As package.json says; a test compares them. */
const NEEDS = '22.15';

// Not by number: of the odd versions, which nobody supports for long, some newer ones have no zstd either.
if ('createZstdCompress' in zlib) {
  await import('./cli.ts');
} else {
  process.stderr.write(`winnow needs Node ${NEEDS} or newer; this is ${process.versions.node}\n`);
  process.exitCode = 2;
}
