/** Rules of the house that no type checks: who may import whom, and what must be nowhere. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, extname, join, posix } from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { REJECT_CODE_NAMES, REJECT_CODES, STAGES } from '../src/reject-codes.ts';
import { VERSION } from '../src/version.ts';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const NOT_OURS = new Set(['node_modules', '.git', 'dist', 'out', '.bench', '.serverless', '.winnow-local']);

/** Paths of all files of the project below a folder, relative to its root. */
function filesBelow(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    if (NOT_OURS.has(entry.name)) return [];
    const path = posix.join(folder, entry.name);
    return entry.isDirectory() ? filesBelow(path) : [path];
  });
}

const textOf = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const sources = filesBelow('src').filter((path) => path.endsWith('.ts') && !path.startsWith('src/generated/'));
const packageJson: { version: string; dependencies?: object; devDependencies: object; scripts: object } = JSON.parse(
  textOf('package.json'),
);

/** What a file imports, statically or not; own files as paths from the root. */
function importsOf(path: string): string[] {
  const names = [...textOf(path).matchAll(/(?:\bfrom|\bimport|\bimport\()\s*'([^']+)'/g)].map(([, name = '']) => name);
  return names.map((name) => (name.startsWith('.') ? posix.join(dirname(path), name) : name));
}

/** Code without comments. */
function codeOf(path: string): string {
  return textOf(path).replace(/\/\*[\s\S]*?\*\/|(^|\s)\/\/.*$/gm, '');
}

const STAGE_FOLDERS = ['intake', 'validate', 'normalize', 'redact', 'output'] as const;
const stageOf = (path: string) => STAGE_FOLDERS.find((stage) => path.startsWith(`src/${stage}/`));
const VOCABULARY = [
  'types',
  'settings',
  'setting-specs',
  'pattern',
  'reject-codes',
  'event-types',
  'json',
  'rfc3339',
  'size',
  'nearest',
  'version',
].map((name) => `src/${name}.ts`);
/** What is compiled for one stage. */
const GENERATED: { readonly [path: string]: string } = {
  'src/generated/validators.js': 'validate',
  'src/generated/scan-kernel.ts': 'intake',
};
/** Modules that compute and touch nothing. */
const PURE = ['node:buffer', 'node:crypto', 'node:zlib', 'fastest-levenshtein'];
const OUTSIDE_WORLD =
  /\bprocess\.(?:env|argv|cwd|std\w+|exit\w*|hrtime|uptime|memoryUsage|pid|platform|on)\b|\bDate\.now\b|\bnew Date\(\)|\bperformance\.|\bMath\.random\b|\bconsole\.|\brandomUUID\b|\bsetTimeout\b/;

describe('stages', () => {
  for (const path of sources.filter((file) => stageOf(file) !== undefined)) {
    test(`${path} knows only its own folder and the vocabulary`, () => {
      const foreign = importsOf(path).filter((name) => {
        if (VOCABULARY.includes(name) || PURE.includes(name)) return false;
        if (name.startsWith('src/generated/')) return GENERATED[name] !== stageOf(path);
        return dirname(name) !== dirname(path);
      });
      assert.deepEqual(foreign, []);
    });
  }

  test('and what they share read no clock, no environment and no chance', () => {
    for (const path of [...sources.filter((file) => stageOf(file) !== undefined), ...VOCABULARY, 'src/pipeline.ts']) {
      assert.doesNotMatch(codeOf(path), OUTSIDE_WORLD, path);
    }
  });

  test('are put together in pipeline.ts alone', () => {
    const users = sources.filter(
      (path) => stageOf(path) === undefined && importsOf(path).some((name) => stageOf(name) !== undefined),
    );
    const partly = {
      'src/cli/estimate.ts': ['src/intake/trigger/admit.ts'],
      'src/cli/places.ts': ['src/intake/trigger/admit.ts'],
      'src/cli/report.ts': ['src/redact/redact.ts'],
      'src/cli/run.ts': ['src/intake/trigger/admit.ts', 'src/output/summary.ts'],
      'src/cli/summary.ts': ['src/output/summary.ts'],
      'src/cli/verify.ts': ['src/intake/trigger/admit.ts'],
      'src/lambda-report.ts': ['src/redact/redact.ts'],
      'src/lambda.ts': ['src/intake/trigger/admit.ts', 'src/intake/trigger/trigger.ts'],
      'src/lambda/answer.ts': ['src/intake/trigger/trigger.ts', 'src/output/naming.ts'],
      'src/lambda/items.ts': ['src/intake/trigger/found.ts', 'src/intake/trigger/trigger.ts'],
      'src/ledger.ts': ['src/output/naming.ts'],
      'src/process.ts': ['src/output/receipt.ts'],
      'src/replay/object.ts': [
        'src/intake/decompress.ts',
        'src/output/naming.ts',
        'src/output/partition.ts',
        'src/output/parts.ts',
        'src/output/receipt.ts',
        'src/output/tally.ts',
        'src/redact/event.ts',
        'src/redact/redact.ts',
      ],
      'src/replay/replay.ts': ['src/output/naming.ts'],
      'src/replay/retrial.ts': ['src/intake/scan.ts', 'src/output/reject.ts', 'src/redact/mark.ts'],
      'src/report/drift.ts': ['src/output/tally.ts'],
      'src/report/read.ts': ['src/intake/decompress.ts'],
      'src/verify/inputs.ts': ['src/output/naming.ts'],
      'src/verify/lines.ts': ['src/output/tally.ts'],
      'src/verify/listing.ts': ['src/output/naming.ts'],
      'src/verify/object.ts': ['src/output/tally.ts'],
      'src/verify/output.ts': ['src/intake/decompress.ts'],
      'src/verify/receipt.ts': ['src/output/naming.ts'],
      'src/verify/verify.ts': ['src/output/naming.ts'],
    };
    assert.deepEqual(users.sort(), [...Object.keys(partly), 'src/pipeline.ts'].sort());
    for (const [path, stages] of Object.entries(partly)) {
      assert.deepEqual(
        importsOf(path).filter((name) => stageOf(name) !== undefined),
        stages,
        path,
      );
    }
  });

  test('are not known to the vocabulary', () => {
    for (const path of VOCABULARY)
      assert.deepEqual(
        importsOf(path).filter((name) => !VOCABULARY.includes(name) && !PURE.includes(name)),
        [],
        path,
      );
  });
});

test('only stores touch files and S3, but for the generator’s own output', () => {
  const touching = sources.filter((path) => importsOf(path).some((name) => /^(?:node:fs|@aws-sdk|@smithy)/.test(name)));
  assert.deepEqual(
    touching.filter((path) => !path.startsWith('src/stores/')),
    ['src/cli/generate.ts'],
  );
});

test('a run loads neither the generator nor the AWS SDK, and what few runs need only when they do', () => {
  const loaded = new Set<string>();
  const load = (path: string): void => {
    if (loaded.has(path)) return;
    loaded.add(path);
    if (!path.startsWith('src/') || !path.endsWith('.ts')) return;
    const code = textOf(path).replace(/^import type [\s\S]*?;$/gm, '');
    for (const [, name = ''] of code.matchAll(/(?:\bfrom|^import)\s*'([^']+)'/gm))
      load(name.startsWith('.') ? posix.join(dirname(path), name) : name);
  };
  load('src/cli.ts');
  assert.deepEqual(
    [...loaded].filter((name) => /^src\/generate\/|cli\/generate|^@|s3\.ts$|^(?:chokidar|log-update|yaml)$/.test(name)),
    [],
  );
  assert.ok(loaded.has('src/pipeline.ts'));
});

test('files stay short', () => {
  for (const path of [...sources, ...filesBelow('test').filter((file) => file.endsWith('.test.ts'))]) {
    const lines = textOf(path).split('\n').length - 1;
    assert.ok(lines <= 250, `${path}: ${lines} lines`);
  }
});

/** Types that the declarations of another package import without depending on them. */
const TYPES_FOR_OTHERS = ['@types/aws-lambda'];

describe('the package', () => {
  test('needs nothing when it runs', () => {
    assert.equal(packageJson.dependencies, undefined);
  });

  test('has the version that the program says', () => {
    assert.equal(VERSION, packageJson.version);
  });

  test('lists no development dependency that nobody uses', () => {
    const code = filesBelow('').filter(
      (path) => /\.(?:ts|json|yml)$/.test(path) && !/^(?:package|samples|schemas\/input)/.test(path),
    );
    const imported = code.map(textOf).join('\n');
    const commands = `${JSON.stringify(packageJson.scripts)}\n${imported}`;
    for (const name of Object.keys(packageJson.devDependencies)) {
      const { bin = {} }: { bin?: string | object } = JSON.parse(textOf(`node_modules/${name}/package.json`));
      const binaries = typeof bin === 'string' ? [basename(name)] : Object.keys(bin);
      const typed = name.replace(/^@types\//, '');
      const used =
        new RegExp(`['"]${name}(?:['"/])`).test(imported) ||
        (typed !== name && new RegExp(`['"]${typed}['":]`).test(imported)) ||
        binaries.some((binary) => new RegExp(`\\b${binary}\\b`).test(commands));
      assert.ok(used || TYPES_FOR_OTHERS.includes(name), name);
    }
  });
});

describe('nowhere', () => {
  const code = filesBelow('').filter((path) => path.endsWith('.ts') && !path.startsWith('src/generated/'));

  test('is anything typed any', () => {
    for (const path of code)
      assert.doesNotMatch(codeOf(path), /(?::|<|\bas)\s*any\b(?!\s*[:'])|\bany\[\]|@ts-(?:ignore|nocheck)/, path);
  });

  test('is a test skipped, postponed or run alone', () => {
    for (const path of filesBelow('test').filter((file) => file.endsWith('.test.ts'))) {
      assert.doesNotMatch(codeOf(path), /\b(?:test|it|describe|t|suite)\.(?:only|skip|todo)\b|\b(?:only|skip|todo): true/, path);
    }
  });

  test('is a path of this machine', () => {
    for (const path of filesBelow('').filter((file) => ['.ts', '.json', '.yml', '.md', '.js', ''].includes(extname(file)))) {
      assert.ok(!textOf(path).includes(ROOT.replace(/\/$/, '')), path);
    }
  });
});

test('reject codes are stage by stage, each with its own kind of name', () => {
  const stagesByPrefix = new Map<string, Set<string>>();
  for (const code of REJECT_CODE_NAMES) {
    assert.match(code, /^[a-z]+\.[a-z]+(?:_[a-z]+)*$/);
    const [prefix = ''] = code.split('.');
    stagesByPrefix.set(prefix, (stagesByPrefix.get(prefix) ?? new Set()).add(REJECT_CODES[code].stage));
  }
  assert.deepEqual(Object.fromEntries([...stagesByPrefix].map(([prefix, stages]) => [prefix, [...stages]])), {
    object: ['decompress'],
    record: ['split'],
    json: ['parse'],
    envelope: ['unwrap'],
    schema: ['validate'],
    internal: ['normalize'],
  });
  const order = REJECT_CODE_NAMES.map((code) => STAGES.indexOf(REJECT_CODES[code].stage));
  assert.deepEqual(order, order.toSorted(), 'in the order of the stages');
});
