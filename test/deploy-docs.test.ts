/** The commands on the pages about a stack, as far as they can be checked without an account. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { before, describe, test } from 'node:test';
import { parse } from 'yaml';
import { readTrigger } from '../src/intake/trigger/trigger.ts';
import { dayWanted } from '../src/lambda/daily.ts';
import { environmentName, SETTING_NAMES } from '../src/settings.ts';
import { readMachine } from './support/backfill.ts';
import { runObject } from './support/objects.ts';
import { execute, type Machine } from './support/state-machine.ts';

const ROOT = new URL('../', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, ROOT), 'utf8');
const SERVERLESS = read('serverless.yml');
const INFRA = readdirSync(new URL('infra/', ROOT))
  .filter((name) => name.endsWith('.yml'))
  .map((name) => read(`infra/${name}`))
  .join('\n');
/** Names are looked for as text, because CloudFormation's tags are no plain YAML. */
const PARAMETERS = [...(/^ {2}default:\n((?: {4}.*\n)+)/m.exec(SERVERLESS)?.[1] ?? '').matchAll(/^ {4}(\w+):/gm)].map(
  ([, name = '']) => name,
);

/** The blocks of code on a page, without their margins. */
function blocksOf(page: string): string[] {
  return page
    .split('\n\n')
    .filter((block) => block.split('\n').every((line) => /^ {4}/.test(line)))
    .map((block) => block.replaceAll(/^ {4}/gm, ''));
}

/** The commands on a page, each in one line. */
function commandsOf(page: string): string[] {
  return blocksOf(page)
    .flatMap((block) => block.replaceAll(/\\\n\s*/g, '').split('\n'))
    .filter((line) => /\b(?:aws|npm|npx) /.test(line));
}

function all(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map(([, found = '']) => found);
}

const PAGES = ['docs/deploy.md', 'docs/backfill.md', 'docs/report.md'].map((path) => ({ path, page: read(path) }));
const COMMANDS = PAGES.flatMap(({ page }) => commandsOf(page));

test('there are commands to check', () => {
  assert.ok(COMMANDS.length > 25, COMMANDS.join('\n'));
  assert.ok(PARAMETERS.length > 5, PARAMETERS.join(', '));
});

test('parameters are those of serverless.yml, and deploy.md explains each', () => {
  for (const name of PAGES.flatMap(({ page }) => all(page, /--param (\w+)=/g))) assert.ok(PARAMETERS.includes(name), name);
  const explained = all(PAGES[0]?.page.split('## What may be chosen')[1]?.split('##')[0] ?? '', /^\| `(\w+)` \|/gm);
  assert.deepEqual(explained.sort(), PARAMETERS.toSorted());
});

test('files and variables exist', () => {
  for (const path of COMMANDS.flatMap((command) => all(command, / (samples\/\S+)/g)))
    assert.ok(existsSync(new URL(path, ROOT)), path);
  const variables = SETTING_NAMES.map(environmentName);
  for (const name of PAGES.flatMap(({ page }) => all(page, /\b(WINNOW_[A-Z_]+)/g))) assert.ok(variables.includes(name), name);
});

test('outputs and names are those of the stack', () => {
  for (const { page } of PAGES) {
    for (const output of all(page, /\b((?:\w+)(?:StateMachineArn|RoleArn))\b/g))
      assert.match(INFRA, new RegExp(`^ {2}${output}:$`, 'm'));
    for (const name of all(page, /\bcws-winnow-dev-([a-z-]+)/g)) {
      const isFunction = new RegExp(`^functions:\\n {2}(?:- )?${name}:$`, 'm').test(`${SERVERLESS}\n${INFRA}`);
      assert.ok(isFunction || INFRA.includes(`\${self:service}-\${sls:stage}-${name}`), name);
    }
  }
});

test('each alarm has its row', () => {
  const alarms = new Set(all(INFRA, /^ {2,4}(\w+Alarm):$/gm));
  assert.deepEqual(all(PAGES[0]?.page ?? '', /^\| `(\w+Alarm)` \|/gm).sort(), [...alarms].sort());
});

describe('JSON in commands', () => {
  let machine: Machine;
  before(async () => {
    machine = await readMachine();
  });
  const ofFunction = (name: string) =>
    quoted(
      'payload',
      COMMANDS.filter((each) => each.includes(`-${name} `)),
    );
  const quoted = (flag: string, commands = COMMANDS): unknown[] =>
    commands
      .flatMap((command) => all(command.replaceAll(/'"\$\w+"'/g, 'value'), new RegExp(`--${flag} '(\\{.*?\\})'(?: |$)`, 'g')))
      .map((text) => JSON.parse(text));

  test('is JSON', () => {
    for (const flag of ['operation', 'manifest', 'report', 'notification-configuration', 'event-pattern'])
      assert.ok(quoted(flag).length > 0, flag);
  });

  test('is taken by the state machine', async () => {
    const world = { read: async () => [], invoke: async () => ({}) };
    const inputs = quoted('input');
    assert.ok(inputs.length >= 3);
    for (const input of inputs) assert.equal((await execute(machine, input, world)).cause, undefined, JSON.stringify(input));
  });

  test('is taken by the function', () => {
    const payloads = ofFunction('normalize');
    assert.ok(payloads.length > 0);
    for (const payload of payloads) {
      const [item] = readTrigger(payload).items;
      assert.deepEqual([item?.problems, item?.refs.length], [[], 1]);
    }
  });

  test('is taken by the function of reports', () => {
    assert.deepEqual(ofFunction('report').map(dayWanted), ['2026-11-21']);
  });
});

test('policies are JSON, and give what the stack would give', () => {
  const policies = blocksOf(PAGES[0]?.page ?? '').filter((block) => /^[[{]/.test(block));
  assert.equal(policies.length, 2);
  const granted = policies.flatMap((text) => JSON.parse(text)).flatMap(({ Action }) => Action);
  assert.deepEqual(granted, ['s3:GetObject', 's3:GetObjectVersion', 's3:ListBucket', 'kms:Decrypt']);
  for (const action of granted) assert.ok(INFRA.includes(action), action);
  for (const role of all(PAGES[0]?.page ?? '', /--logical-resource-id (\w+)/g))
    assert.match(INFRA, new RegExp(`^ {2}${role}:$`, 'm'));
});

test('configurations of agents and collectors are YAML', () => {
  const configurations = blocksOf(PAGES[0]?.page ?? '').filter((block) => /^(?:runtime_security_config|sources):$/m.test(block));
  const [agent, vector] = configurations.map((text) => parse(text));
  assert.equal(agent.runtime_security_config.endpoints.logs_dd_url.split(':')[1], vector.sources.agents.address.split(':')[1]);
  assert.deepEqual(vector.sinks.landing.inputs, Object.keys(vector.sources));
});

test('an event as this collector writes it is read', async () => {
  const [line = ''] = read('samples/linux/collector-crlf.ndjson').split('\r\n');
  const written = { ...JSON.parse(line), source_type: 'http_server', path: '/api/v2/secruntime' };
  const { events, rejects } = await runObject(`${JSON.stringify(written)}\n`);
  assert.deepEqual([events.length, rejects.length], [1, 0]);
});
