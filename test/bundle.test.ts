/**
 * The program as it is built: what a bundler may change is what is loaded when it is needed. `winnow local` and every command on the pages run
 * bundled in tests of their own.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { declared } from './support/commands.ts';
import { bundle, until } from './support/playground.ts';
import { anyInTerminal } from './support/pty.ts';
import { type Ended, winnow } from './support/terminal.ts';

describe('the bundled program', () => {
  let folder: string;
  let program: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'winnow-test-'));
    program = await bundle(join(folder, 'dist'));
    assert.equal((await run(['generate', '--events', '50', '--broken', '0.2', '--out', 'batch.ndjson'])).status, 0);
  });
  after(() => rm(folder, { recursive: true }));

  const run = (args: readonly string[], environment: { readonly [name: string]: string } = {}): Promise<Ended> =>
    winnow(args, environment, folder, program);

  test('has help for every command', async () => {
    const { commands } = await declared();
    for (const command of commands) {
      const { status, stdout, stderr } = await run([command.name(), '--help']);
      assert.deepEqual([status, stderr], [0, '']);
      assert.match(stdout, new RegExp(`^Usage: winnow ${command.name()} `));
    }
  });

  test('runs every command that ends', async () => {
    const rows: readonly (readonly [line: string, told: RegExp, besides?: string])[] = [
      ['run batch.ndjson --out out', /^1 object, 50 records = \d+ valid \+ \d+ rejected/],
      ['verify out --against batch.ndjson', /\nout: balanced\n$/],
      ['replay out --dry-run', /^\d+ rejects of 1 object = /],
      ['report out', /50/],
      ['report out --html report.html', /50/, 'winnow: page written to report.html\n'],
      ['explain schema.type', /^schema\.type /],
      ['estimate batch.ndjson', /^batch\.ndjson: 1 object/],
      ['completion bash', /^# winnow completion bash\n/],
      ['settings', /\ncodec +zstd +default\n/],
    ];
    for (const [line, told, besides = ''] of rows) {
      const { status, stdout, stderr } = await run(line.split(' '));
      assert.deepEqual([status, stderr], [0, besides], line);
      assert.match(stdout, told, line);
    }
    assert.match(await readFile(join(folder, 'report.html'), 'utf8'), /^<!doctype html>/i);
  });

  test('reads a file of settings, and says what is wrong with one', async () => {
    for (const [name, text] of Object.entries({ 'lake.yml': 'codec: gzip\n', 'lake.json': '{ "codec": "gzip" }' })) {
      await writeFile(join(folder, name), text);
      const { status, stdout, stderr } = await run(['settings', '--config', name]);
      assert.deepEqual([status, stderr], [0, '']);
      assert.match(stdout, new RegExp(`\ncodec +gzip +${name}:1: codec\n`));
    }
    await writeFile(join(folder, 'bad.yml'), 'codec: [gzip');
    const { status, stderr } = await run(['settings', '--config', 'bad.yml']);
    assert.equal(status, 2);
    assert.match(stderr, /^winnow: bad\.yml:1: .*\n$/);
  });

  test('watches a folder', async () => {
    const [inbox, out] = [join(folder, 'inbox'), join(folder, 'watched')];
    await mkdir(inbox);
    const child = spawn(process.execPath, [program, 'run', inbox, '--out', out, '--watch'], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let told = '';
    child.stderr.setEncoding('utf8').on('data', (text) => (told += text));
    const ended = once(child, 'exit');
    await writeFile(join(inbox, 'later.ndjson'), await readFile(join(folder, 'batch.ndjson')));
    await until('the object is processed', () => {
      assert.equal(child.exitCode, null, told);
      return told.includes('later.ndjson: 50 records');
    });
    child.kill('SIGINT');
    assert.deepEqual(await ended, [0, null]);
    assert.equal((await readdir(join(out, 'receipts'))).length, 1);
  });

  test('shows progress in a terminal', async () => {
    const terminal = anyInTerminal(process.execPath, [program, 'run', 'batch.ndjson', '--out', 'shown'], { cwd: folder });
    assert.equal(await terminal.ended(), 0, terminal.screen());
    assert.match(terminal.screen(), /^1 object, 50 records = /);
  });

  test('tells an older Node which one it needs, in one line', async () => {
    const { engines }: { engines: { node: string } } = JSON.parse(await readFile('package.json', 'utf8'));
    const needed = engines.node.replace('>=', '');
    const older = 'import zlib from "node:zlib"; delete zlib.createZstdCompress;';
    const { status, stdout, stderr } = await run(['--help'], {
      NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(older)}`,
    });
    assert.deepEqual([status, stdout], [2, '']);
    assert.equal(stderr, `winnow needs Node ${needed} or newer; this is ${process.versions.node}\n`);
  });
});
