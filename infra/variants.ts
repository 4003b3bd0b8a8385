/** Every way to deploy, and its CloudFormation template as the Serverless Framework makes it: without an account, without a network. */
import { spawn } from 'node:child_process';
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface Variant {
  readonly name: string;
  /** What `--param` gives. */
  readonly params: { readonly [name: string]: string };
}

export interface Resource {
  readonly Type: string;
  readonly Condition?: string;
  readonly Properties?: { readonly [name: string]: unknown };
}

export interface Template {
  readonly Conditions: { readonly [name: string]: unknown };
  readonly Resources: { readonly [id: string]: Resource };
  readonly Outputs: { readonly [id: string]: { readonly Condition?: string } };
}

export const INPUTS = ['created', 'existing'] as const;
export const TRIGGERS = ['sqs', 'direct', 'eventbridge'] as const;
const KEYS: { readonly [name: string]: Variant['params'] } = {
  'own-key': { kmsKeyArn: 'arn:aws:kms:eu-west-1:111122223333:key/01234567-89ab-cdef-0123-456789abcdef' },
  's3-key': {},
};

const REPORTS = {
  name: 'created-sqs-own-key-report',
  params: { input: 'created', trigger: 'sqs', report: 'daily', ...KEYS['own-key'] },
};

export const VARIANTS: readonly Variant[] = [
  ...INPUTS.flatMap((input) =>
    TRIGGERS.flatMap((trigger) =>
      Object.entries(KEYS).map(([key, params]) => ({
        name: `${input}-${trigger}-${key}`,
        params: { input, trigger, ...params },
      })),
    ),
  ),
  REPORTS,
];

const ROOT = fileURLToPath(new URL('../', import.meta.url));

/**
 * Packages a stage into a folder, with the code that lies in `dist`, and gives its template. Fails with what the framework says.
 * Done in a copy of the service: the framework works in one place, where two runs would be in each other's way.
 */
export async function packageVariant({ params }: Variant, folder: string, dist: string, stage = 'dev'): Promise<Template> {
  const service = await mkdtemp(join(tmpdir(), 'winnow-package-'));
  try {
    for (const part of ['serverless.yml', 'infra']) await cp(join(ROOT, part), join(service, part), { recursive: true });
    for (const code of ['lambda', 'report']) await cp(join(dist, code), join(service, 'dist', code), { recursive: true });
    const given = Object.entries(params).flatMap(([name, value]) => ['--param', `${name}=${value}`]);
    await osls(service, ['package', '--stage', stage, ...given]);
    await cp(join(service, '.serverless'), folder, { recursive: true });
  } finally {
    await rm(service, { recursive: true });
  }
  return JSON.parse(await readFile(join(folder, 'cloudformation-template-update-stack.json'), 'utf8'));
}

/** Does `work` for all of `items`, two at a time. */
export async function twoAtATime<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const entries = items.entries();
  const worker = async () => {
    for (const [index, item] of entries) results[index] = await work(item);
  };
  await Promise.all([worker(), worker()]);
  return results;
}

function osls(cwd: string, args: readonly string[]): Promise<void> {
  const program = fileURLToPath(import.meta.resolve('osls/bin/serverless.js'));
  // Whoever is signed in on this machine has no part in it.
  const signedOut = Object.entries(process.env).filter(([name]) => !name.startsWith('AWS_'));
  const env = { ...Object.fromEntries(signedOut), AWS_EC2_METADATA_DISABLED: 'true' };
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, ...args], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    const said: Buffer[] = [];
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => said.push(chunk));
    child.on('error', reject);
    child.on('close', (status) => {
      if (status === 0) resolve();
      else reject(new Error(`osls ${args.join(' ')}: status ${status}\n${Buffer.concat(said)}`));
    });
  });
}
