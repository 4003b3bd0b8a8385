/** Every command on the pages: parsed by the program's own definition, and run where that takes no account. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { generateRecords } from '../src/generate/batch.ts';
import { startEmbeddedS3 } from '../src/stores/embedded-s3.ts';
import { declared, examples, linesIn, linesOf, parse, wordsIn } from './support/commands.ts';
import { blocksOf, codeWordsOf, PAGES, ROOT, readPage } from './support/pages.ts';
import { bundle } from './support/playground.ts';
import { SAMPLES } from './support/runs.ts';

const WITH_COMMANDS = PAGES.filter((page) => linesOf(readPage(page)).length > 0);

async function parseAll(lines: readonly string[]): Promise<void> {
  for (const [line, commands] of await wordsIn(lines)) {
    assert.ok(commands.length > 0, line);
    for (const words of commands) await assert.doesNotReject(parse(words), line);
  }
}

describe('command lines are those of the program', () => {
  for (const page of WITH_COMMANDS) test(`in the blocks of ${page}`, () => parseAll(linesOf(readPage(page))));

  test('in the examples of --help', async () => {
    const lines = await examples();
    assert.ok(lines.length > 15);
    await parseAll(lines);
  });

  test('a mistake would be found', async () => {
    const wrong = [
      'winnow rnu in --out out',
      'winnow run in',
      'winnow run in --out out --codec rar',
      'winnow verify out --agaisnt in',
    ];
    for (const [line, [words = []]] of await wordsIn(wrong)) await assert.rejects(parse(words), line);
  });
});

test('commands in the running text exist, with the flags they are given', async () => {
  const { commands } = await declared();
  let seen = 0;
  for (const page of PAGES) {
    for (const words of codeWordsOf(readPage(page)).map((code) => code.replace(/^npx /, '').split(' '))) {
      const [program, name = '', ...more] = words;
      if (program !== 'winnow' || name.startsWith('-') || name === '') continue;
      const command = commands.find((one) => one.name() === name) ?? assert.fail(`${page}: ${words.join(' ')}`);
      const flags = more.filter((word) => word.startsWith('--'));
      for (const flag of flags)
        assert.ok(
          command.options.some(({ long }) => long === flag),
          `${page}: ${name} ${flag}`,
        );
      seen++;
    }
  }
  assert.ok(seen > 50);
});

test('scripts of npm and files run by node exist', () => {
  const { scripts }: { scripts: object } = JSON.parse(readPage('package.json'));
  for (const page of PAGES) {
    const text = readPage(page);
    for (const [, name = ''] of text.matchAll(/\bnpm run (?:--\w+ )?([\w:]+)/g)) assert.ok(name in scripts, `${page}: ${name}`);
    for (const [, name = ''] of text.matchAll(/\bnpm (start|test)\b/g)) assert.ok(name in scripts, `${page}: ${name}`);
    for (const [, path = ''] of text.matchAll(/\bnode ([\w/.-]+\.ts)\b/g))
      assert.ok(existsSync(new URL(path, ROOT)), `${page}: ${path}`);
  }
});

/** These go on until somebody ends them; tests of their own run them. */
const GOES_ON = /winnow local\b|--watch\b/;

describe('command lines run', { concurrency: 2 }, () => {
  let folder: string;
  let program: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'winnow-test-'));
    program = await bundle(join(folder, 'dist'));
  });
  after(() => rm(folder, { recursive: true }));

  for (const page of WITH_COMMANDS) {
    test(`of ${page}, one after another, and print what the page says`, async () => {
      const world = await createWorld(join(folder, page.replaceAll('/', '-')), program, readPage(page));
      try {
        let printed = '';
        for (const block of blocksOf(readPage(page))) {
          if (block.language === 'text') for (const line of block.text.trimEnd().split('\n')) assertPrinted(printed, line);
          const lines = linesIn(block).filter((line) => !GOES_ON.test(line));
          if (lines.length > 0) printed = '';
          for (const line of lines) printed += await world.run(line);
        }
      } finally {
        await world.stop();
      }
    });
  }
});

/** How long things took is another each time, and how small they were made depends on the version of zstd. */
const measureless = (text: string): string => text.replaceAll(/\d+(?:\.\d+)? (ms|s|kB|MB|bytes)\b/g, 'some $1');

function assertPrinted(printed: string, line: string): void {
  assert.ok(measureless(printed).split('\n').includes(measureless(line)), `${line}\nis not in\n${printed}`);
}

/** A folder as the pages take it for granted, and an S3 server with the buckets that a page names. */
async function createWorld(folder: string, program: string, page: string) {
  const s3 = join(folder, 's3');
  const cwd = join(folder, 'work');
  const records = [...generateRecords({ events: 40, seed: 3, broken: 0.2 })].map(({ text }) => Buffer.from(text));
  const batch = Buffer.concat(records.flatMap((record) => [record, Buffer.from('\n')]));
  async function put(path: string, bytes: Uint8Array | string): Promise<void> {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, bytes);
  }
  const lines = linesOf(page);
  for (const [, place = ''] of lines.join('\n').matchAll(/s3:\/\/(\S+\/)(?=\s|$)/g))
    await put(join(s3, place, 'batch.ndjson'), batch);
  for (const path of ['batches/1.ndjson.gz', 'logs/a/2.ndjson.gz', 'more.ndjson.gz']) await put(join(cwd, path), gzipSync(batch));
  await cp(SAMPLES, join(cwd, 'samples'), { recursive: true });
  await mkdir(join(folder, '.config/fish/completions'), { recursive: true });
  for (const [name, script] of Object.entries({ winnow: `exec "${process.execPath}" "${program}" "$@"`, npx: 'exec "$@"' })) {
    await put(join(folder, 'bin', name), `#!/bin/sh\n${script}\n`);
    await chmod(join(folder, 'bin', name), 0o755);
  }
  const buckets = new Set([...lines.join('\n').matchAll(/s3:\/\/([a-z0-9-]+)/g)].map(([, bucket = '']) => bucket));
  const server = await startEmbeddedS3({ folder: s3, buckets: [...buckets] });
  const env = { ...server.environment, HOME: folder, PATH: `${join(folder, 'bin')}:${process.env['PATH']}` };

  /** Standard output of a line that must succeed. */
  const bash = (line: string): Promise<string> =>
    new Promise((resolve, reject) => {
      execFile('bash', ['--norc', '-o', 'pipefail', '-c', line], { cwd, env }, (error, stdout, stderr) =>
        error ? reject(new Error(`${line}\n${stdout}${stderr}`)) : resolve(stdout),
      );
    });
  /** What reads outputs needs some. */
  async function prepare([command = '', out = '', ...more]: readonly string[]): Promise<void> {
    if (!['verify', 'replay', 'report'].includes(command)) return;
    const isThere = existsSync(out.startsWith('s3://') ? join(s3, out.slice(5)) : join(cwd, out));
    const against = more[more.indexOf('--against') + 1];
    if (!isThere) await bash(`winnow run ${more.includes('--against') ? against : 'batches/'} --out ${out} --quiet`);
  }
  return {
    async run(line: string): Promise<string> {
      for (const words of (await wordsIn([line])).get(line) ?? []) await prepare(words);
      return bash(line);
    },
    stop: server.stop,
  };
}
