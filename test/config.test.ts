/** The file of settings, and `winnow settings`. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { settingsFromFile } from '../src/cli/config.ts';
import { effectiveSettings } from '../src/cli/settings.ts';
import { UsageError } from '../src/cli/usage.ts';
import { readSettings, SETTING_NAMES, type Settings, SettingsError } from '../src/settings.ts';
import { closedSchema } from './support/closed-schemas.ts';
import { SAMPLES, withFolder } from './support/runs.ts';

const CLI = new URL('../src/cli.ts', import.meta.url).pathname;

/** Runs the program in a folder. */
function winnowIn(cwd: string, args: readonly string[], env: { readonly [name: string]: string } = {}) {
  return new Promise<{ status: number; stdout: string; stderr: string }>((resolve) => {
    execFile(process.execPath, [CLI, ...args], { cwd, env }, (error, stdout, stderr) =>
      resolve({ status: error === null ? 0 : Number(error.code), stdout, stderr }),
    );
  });
}

/** The settings of a file with this text. */
async function read(text: string, name = 'winnow.yml'): Promise<Settings> {
  return withFolder(async (folder) => {
    await writeFile(join(folder, name), text);
    return readSettings(await settingsFromFile(join(folder, name)));
  });
}

/** What is wrong with a file with this text, its path left out. */
async function problemsOf(text: string): Promise<readonly string[]> {
  return withFolder(async (folder) => {
    const path = join(folder, 'winnow.yml');
    await writeFile(path, text);
    try {
      await effectiveSettings(await settingsFromFile(path));
    } catch (error) {
      if (error instanceof UsageError) return error.problems.map((problem) => problem.replaceAll(path, 'winnow.yml'));
      throw error;
    }
    return [];
  });
}

const TEXT = `# yaml-language-server: $schema=schemas/output/settings.schema.json
codec: gzip
partition: [dt, name]
max_part_bytes: 4MiB
max_depth: 32
input_suffix:
  - .gz
  - .zst
redact_patterns: 'token-(\\d+)'
`;

describe('a file of settings', () => {
  test('gives texts, numbers and lists, as YAML and as JSON', async () => {
    const settings = await read(TEXT);
    const { codec, partition, max_part_bytes, max_depth, input_suffix, redact_patterns } = settings;
    assert.deepEqual(
      { codec, partition, max_part_bytes, max_depth, input_suffix, redact_patterns },
      {
        codec: 'gzip',
        partition: ['dt', 'name'],
        max_part_bytes: 4 * 1024 * 1024,
        max_depth: 32,
        input_suffix: ['.gz', '.zst'],
        redact_patterns: 'token-(\\d+)',
      },
    );
    const json = { $schema: 'settings.schema.json', ...settings };
    assert.deepEqual(await read(JSON.stringify(json), 'winnow.json'), settings);
    assert.deepEqual(await read('# nothing yet\n'), readSettings([]));
  });

  test('is refused in one go, each problem with its file, line and key', async () => {
    const rows: readonly (readonly [string, readonly RegExp[]])[] = [
      [
        'codec: rar\nmax_dept: 3\n',
        [
          /^winnow\.yml:1: codec: must be one of/,
          /^winnow\.yml:2: max_dept: there is no such setting; did you mean max_depth\?$/,
        ],
      ],
      ['codec:\nmax_depth: [64]\n', [/:1: codec: must be one of zstd, gzip, none$/, /:2: max_depth: must be one number$/]],
      ['max_depth: 1.5\nredact: yes', [/:1: max_depth: must be a whole number/, /:2: redact: must be one of/]],
      ['input_suffix: ["a,b"]', [/:1: input_suffix: holds an item with a comma/]],
      ['codec: zstd\ncodec: gzip\n', [/^winnow\.yml:2: codec: is set in line 1 already$/]],
      [
        'codec: gzip\ncompression_level: 19',
        [/^winnow\.yml:2: compression_level: must be from 1 to 9 with gzip \(winnow\.yml:1: codec\)$/],
      ],
      ['codec: gzip\n---\ncodec: zstd\n', [/^winnow\.yml:2: a second document begins here/]],
      ['[codec]: gzip', [/^winnow\.yml:1: must be the name of a setting$/]],
      ['max_part_bytes: 1', [/:1: max_part_bytes: must be a size, such as 64MiB or 500MB, from 4KiB to 4GiB$/]],
      ['partition: [dt', [/^winnow\.yml:1: /]],
      ['- codec', [/^winnow\.yml: must hold names of settings/]],
      ['input_suffix: *.gz\ncodec: rar', [/:1: \*\.gz is an alias: .* in quotes/]],
      ['codec: &x {a: *x}', [/^winnow\.yml:1: \*x is an alias: write the value itself/]],
      ['&a codec: *b', [/^winnow\.yml:1: \*b is an alias: write the value itself/]],
    ];
    for (const [text, expected] of rows) {
      const problems = await problemsOf(text);
      assert.equal(problems.length, expected.length, `${text}\n${problems.join('\n')}`);
      for (const [index, problem] of problems.entries()) assert.match(problem, expected[index] ?? /never/);
    }
  });

  test('must be there when it is named, and be the only one when it is not', async () => {
    await withFolder(async (folder) => {
      const missing = await winnowIn(folder, ['settings', '--config', 'lake.yml']);
      assert.deepEqual([missing.status, missing.stderr], [2, 'winnow: --config: lake.yml: no such file\n']);
      for (const name of ['winnow.yml', 'winnow.json']) await writeFile(join(folder, name), '{}');
      const two = await winnowIn(folder, ['run', SAMPLES, '--out', 'out']);
      assert.deepEqual([two.status, two.stderr], [2, 'winnow: winnow.yml and winnow.json: keep one of them\n']);
    });
  });
});

describe('the schema and the program', () => {
  const assertSchema = closedSchema('settings');

  for (const good of [
    { partition: ['dt', 'name'] },
    { partition: 'dt, name' },
    { codec: 'gzip', compression_level: 9 },
    { codec: 'gzip', compression_level: '9' },
    { max_depth: 32 },
    { max_depth: '32' },
    ...['65536', '4 MiB', '4MB', '64kB', '1.5MiB'].map((max_part_bytes) => ({ max_part_bytes })),
    { input_suffix: ['.gz', '.zst'] },
    { input_suffix: '.gz,.zst' },
    { input_suffix: [] },
    { input_suffix: '' },
    { redact_patterns: '' },
  ]) {
    test(`accept ${JSON.stringify(good)}`, async () => {
      assertSchema(good);
      await read(JSON.stringify(good));
    });
  }

  for (const bad of [
    { colour: 'blue' },
    { codec: 'lzma' },
    { codec: ['gzip'] },
    { codec: null },
    { codec: 'gzip', compression_level: 10 },
    { codec: 'gzip', compression_level: '10' },
    { max_depth: 7 },
    { max_depth: 32.5 },
    { max_depth: [32] },
    ...['4 Mb', '1.5', '4 M', 4096.5, '1.5B'].map((max_part_bytes) => ({ max_part_bytes })),
    { partition: ['dt', 'dt'] },
    { partition: [] },
    { partition: '' },
    { partition: 'dt;name' },
    { partition: { dt: 'name' } },
    { input_suffix: ['.gz', ''] },
    { input_suffix: ['.gz,.zst'] },
    { input_suffix: 5 },
    { redact_patterns: 5 },
    { redact_patterns: ['a'] },
  ]) {
    test(`refuse ${JSON.stringify(bad)}`, async () => {
      assert.throws(() => assertSchema(bad));
      await assert.rejects(read(JSON.stringify(bad)), (error) => error instanceof UsageError || error instanceof SettingsError);
    });
  }
});

describe('winnow settings', () => {
  test('tells where each comes from: flags before the environment before the file before the defaults', async () => {
    await withFolder(async (folder) => {
      await writeFile(join(folder, 'winnow.yml'), 'codec: none\nmax_depth: 32\nmax_open_parts: 8\n');
      const environment = { WINNOW_MAX_DEPTH: '33', WINNOW_CODEC: 'zstd' };
      const { status, stdout } = await winnowIn(folder, ['settings', '--json', '--codec', 'gzip'], environment);
      assert.equal(status, 0);
      const told = JSON.parse(stdout);
      assert.deepEqual(Object.keys(told), SETTING_NAMES);
      assert.deepEqual(
        [told.codec, told.max_depth, told.max_open_parts, told.redact],
        [
          { value: 'gzip', origin: '--codec' },
          { value: 33, origin: 'WINNOW_MAX_DEPTH' },
          { value: 8, origin: 'winnow.yml:3: max_open_parts' },
          { value: 'rejects', origin: 'default' },
        ],
      );
      const text = await winnowIn(folder, ['settings']);
      assert.match(
        text.stdout,
        /^conformance +compat +default\npartition +dt,category +default\ncodec +none +winnow\.yml:1: codec\n/,
      );
      assert.match(text.stdout, /\nmax_decompressed_bytes +64GiB +default\n/);
    });
  });

  test('are those of a run', async () => {
    await withFolder(async (folder) => {
      await writeFile(join(folder, 'lake.json'), '{ "codec": "none", "partition": ["platform"] }');
      const run = await winnowIn(folder, ['run', join(SAMPLES, '2020'), '--out', 'out', '--config', 'lake.json', '--json']);
      assert.match(JSON.parse(run.stdout).outputs[0].key, /^events\/platform=linux\/\w+-0000\.ndjson$/);
    });
  });
});
