/** The program as a user meets it: a process with arguments, an environment, two streams and an exit status. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { explain } from '../src/cli/explain.ts';
import { UsageError } from '../src/cli/usage.ts';
import { REJECT_CODE_NAMES, REJECT_CODES } from '../src/reject-codes.ts';
import { DIMENSIONS, flagName, SETTING_NAMES } from '../src/settings.ts';
import { filesBelow, SAMPLES, withFolder } from './support/runs.ts';
import { winnow } from './support/terminal.ts';

describe('a command line that is wrong', { concurrency: 4 }, () => {
  const rows: readonly {
    readonly args: readonly string[];
    readonly environment?: { [name: string]: string };
    readonly lines: readonly RegExp[];
  }[] = [
    { args: ['run', 'nowhere', '--out', 'OUT'], lines: [/nowhere: no such file or folder/] },
    { args: ['run', SAMPLES, '--out', 'OUT', '--colour', 'red'], lines: [/unknown option '--colour'/] },
    { args: ['run', SAMPLES, '--out', 'OUT', '--codecs', 'gzip'], lines: [/unknown option '--codecs' .*--codec\b/] },
    { args: ['rnu', SAMPLES], lines: [/unknown command 'rnu' .*run/] },
    { args: ['help', 'rnu'], lines: [/unknown command 'rnu' .*run/] },
    { args: ['run', SAMPLES], lines: [/required option '--out <place>' not specified/] },
    { args: ['run', SAMPLES, '--outt', 'OUT'], lines: [/unknown option '--outt' \(Did you mean --out\?\)/] },
    { args: ['run', SAMPLES, '--output=OUT'], lines: [/unknown option '--output=OUT'/] },
    { args: ['run', SAMPLES, '--out', 'OUT', '--quiet', '--verbose'], lines: [/'--verbose' cannot be used with .*'--quiet'/] },
    { args: ['run', SAMPLES, '--out', ''], lines: [/--out: "" names no place; write a path, or s3:\/\/bucket\/prefix/] },
    { args: ['run', SAMPLES, '--out', '--json'], lines: [/--out: --json is a flag, and no place/] },
    { args: ['run', SAMPLES, '--out', '-'], lines: [/--out: -: outputs are files/] },
    ...['gs://x/y', 'http://x/y', 's3:/lake/x', 'S3://lake/x', 'file:///x'].map((place) => ({
      args: ['run', place, '--out', place],
      lines: [/: \S+ is not a kind of place that is known/, /: --out: \S+ is not a kind of place that is known/],
    })),
    { args: ['verify', SAMPLES, '--against', '--json'], lines: [/--against: --json is a flag, and no place/] },
    {
      args: ['verify', SAMPLES, '--against', SAMPLES],
      lines: [/--against: .* lies within .*, so outputs would count as inputs/],
    },
    { args: ['report', SAMPLES, '--html', '--json'], lines: [/--html: --json is a flag, and no place/] },
    { args: ['report', SAMPLES, '--html', 'gs:/page.html'], lines: [/--html: gs:\S+ is not a kind of place/] },
    { args: ['generate', '--out', ''], lines: [/--out: must be a file on this machine/] },
    { args: ['generate', '--out', 's3://lake/x'], lines: [/--out: must be a file on this machine/] },
    ...['nope', '127.0.0.1:4569', 'localhost:4569', ''].map((url) => ({
      args: ['run', 's3://landing/x', '--out', 's3://lake/x', '--endpoint-url', url],
      lines: [/--endpoint-url: must be a URL such as http:\/\/127\.0\.0\.1:4569$/],
    })),
    {
      args: ['run', SAMPLES, '--out', 's3://lake/x'],
      environment: { AWS_ENDPOINT_URL: 'nope' },
      lines: [/AWS_ENDPOINT_URL: must be a URL/],
    },
    { args: ['run', '/dev/null', '--out', 'OUT'], lines: [/\/dev\/null: a device, and no file; .* with - as the place/] },
    { args: ['run', 's3://Bad_Bucket/', '--out', 'OUT'], lines: [/s3:\/\/Bad_Bucket: not the name of a bucket, .*us-east-1$/] },
    { args: ['run', '--out', 'OUT'], lines: [/missing required argument 'place'/] },
    { args: ['run', SAMPLES, '--out', `${SAMPLES}out`], lines: [/--out: .* lies within .*samples/] },
    {
      args: ['run', 'nowhere', SAMPLES, '--out', 'OUT', '--max-reject-rate', '2'],
      lines: [/nowhere/, /--max-reject-rate: must be a number from 0 to 1/],
    },
    { args: ['run', SAMPLES, '--out', 'OUT', '--max-reject-rate', ''], lines: [/--max-reject-rate/] },
    { args: ['run', SAMPLES, '--out', 's3://'], lines: [/s3:\/\//] },
    {
      args: ['run', SAMPLES, '--out', 'OUT', '--codec', 'rar'],
      environment: { WINNOW_MAX_DEPTH: 'deep', WINNOW_COLOUR: 'red', WINNOW_BUDGET: '1', WINNOW_MAX_DEPHT: '8' },
      lines: [
        /WINNOW_MAX_DEPTH: must be/,
        /WINNOW_COLOUR: there is no such setting; the settings are conformance, partition, /,
        /WINNOW_BUDGET: there is no such setting$/,
        /WINNOW_MAX_DEPHT: there is no such setting; did you mean max_depth\?$/,
        /--codec: must be one of zstd, gzip, none/,
      ],
    },
    { args: ['explain', 'foo'], lines: [/foo: no such reject code; winnow explain lists them$/] },
    { args: ['explain', 'schema.typ'], lines: [/schema\.typ: no such reject code; did you mean schema\.type\?/] },
    {
      args: ['generate', '--events', 'many', '--framing', 'csv'],
      lines: [/--framing: must be one of/, /--events: must be a whole number/],
    },
  ];
  for (const { args, environment, lines } of rows) {
    test(`${args.map((arg) => arg.replace(SAMPLES, 'samples/')).join(' ')}`, async () => {
      await withFolder(async (folder) => {
        const out = join(folder, 'out');
        const ended = await winnow(
          args.map((arg) => (arg === 'OUT' ? out : arg)),
          environment,
          folder,
        );
        assert.equal(ended.status, 2, ended.stderr);
        assert.equal(ended.stdout, '');
        const told = ended.stderr.trimEnd().split('\n');
        assert.equal(told.length, lines.length, ended.stderr);
        for (const [index, line] of lines.entries()) {
          assert.match(told[index] ?? '', line);
          assert.match(told[index] ?? '', /^winnow: /);
        }
        assert.deepEqual(await filesBelow(folder), [], 'nothing is written');
      });
    });
  }
});

describe('winnow explain', () => {
  test('explains every code and lists them all', () => {
    for (const code of REJECT_CODE_NAMES) {
      const text = explain(code);
      for (const part of [code, ...Object.values(REJECT_CODES[code]).filter((value) => typeof value === 'string')])
        assert.ok(text.includes(part), code);
      assert.ok(explain(undefined).includes(code));
    }
  });

  test('ends with the command that tries again', () => {
    assert.match(explain('schema.type'), /winnow replay <out> --code schema\.type --conformance compat\n$/);
    assert.match(explain('record.too_large'), /winnow run <place> --out <out> --force --max-record-bytes <size>\n$/);
  });

  test('names no command where only the sender can help', () => {
    for (const code of ['object.corrupt', 'json.syntax', 'json.encoding', 'json.truncated', 'envelope.message_truncated']) {
      assert.match(explain(code), /Again: {2}only by the sender, .*\.\n$/);
      assert.doesNotMatch(explain(code), /winnow (?:run|replay)/);
    }
  });

  test('lists the codes of a group', () => {
    const lines = explain('schema').trimEnd().split('\n');
    const codes = REJECT_CODE_NAMES.filter((code) => code.startsWith('schema.'));
    assert.deepEqual(
      lines.map((line) => line.split(' ')[0]),
      codes,
    );
  });

  test('suggests the nearest code', () => {
    const wrong = { 'json.sintax': 'json.syntax', too_large: 'too_large', schem: 'schema?' };
    for (const [code, near] of Object.entries(wrong)) {
      assert.throws(
        () => explain(code),
        (error) => error instanceof UsageError && error.problems.join().includes(near),
        code,
      );
    }
  });
});

describe('help', { concurrency: 4 }, () => {
  test('has the settings apart, and says what each takes', async () => {
    const { stdout } = await winnow(['run', '--help']);
    const [own = '', settings = ''] = stdout.split('\nSettings:\n');
    for (const name of SETTING_NAMES) assert.ok(!own.includes(flagName(name)) && settings.includes(flagName(name)), name);
    assert.doesNotMatch(stdout, /<value>/);
    assert.match(settings, /--max-record-bytes <size> [^-]*\(default: 8MiB\)/);
    for (const dimension of DIMENSIONS) assert.match(settings, new RegExp(`--partition <list> [^-]*\\b${dimension}\\b`));
  });

  for (const command of [
    'run',
    'verify',
    'replay',
    'report',
    'settings',
    'explain',
    'estimate',
    'generate',
    'local',
    'completion',
  ]) {
    for (const args of [
      [command, '--help'],
      ['help', command],
    ]) {
      test(args.join(' '), async () => {
        const { status, stdout, stderr } = await winnow(args);
        assert.deepEqual([status, stderr], [0, '']);
        assert.match(stdout, new RegExp(`^Usage: winnow ${command} `));
        assert.match(stdout, new RegExp(`\nExamples:\n  .*winnow ${command}`));
        if (command === 'generate') assert.match(stdout, /--manifest <file>/);
      });
    }
  }

  test('of the program, its version, and the error of giving no command', async () => {
    const [help, version, nothing] = await Promise.all([winnow(['--help']), winnow(['--version']), winnow([])]);
    assert.equal(help.status, 0);
    assert.match(help.stdout, /Commands:[\s\S]*run[\s\S]*explain[\s\S]*generate \[options\][\s\S]*Examples:/);
    const { version: wanted } = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8'));
    assert.deepEqual([version.status, version.stdout], [0, `${wanted}\n`]);
    assert.deepEqual([nothing.status, nothing.stdout], [2, '']);
    assert.match(nothing.stderr, /^Usage: winnow/);
  });
});
