/** Counters that ran full are held against the lines as well, as far as lines can tell. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { generateRecords } from '../src/generate/batch.ts';
import { receiptBytes } from '../src/ledger.ts';
import type { Receipt } from '../src/types.ts';
import { verify } from '../src/verify/verify.ts';
import { jsonLines, memoryStore, type Outcome, runObject } from './support/objects.ts';
import { linuxEvent } from './valid-events.ts';

/** More codes and more types than the smallest bound of names. */
const MANY = [...generateRecords({ events: 300, seed: 5, broken: 0.6 })].map(({ text }) => `${text}\n`).join('');

function runFull(): Promise<Outcome> {
  return runObject(MANY, { settings: { max_count_keys: 10 } });
}

async function found(stored: Outcome['stored']): Promise<string[]> {
  return (await verify(memoryStore(stored))).problems.map(({ kind }) => kind);
}

test('an object with more codes than names may be told apart has a receipt that can be read', async () => {
  const { receipt, stored } = await runFull();
  assert.ok(Object.keys(receipt.counts.by_code).length > 11);
  assert.ok(Object.keys(receipt.counts.by_event).includes('(others)'));
  assert.deepEqual(await found(stored), []);
});

/** What is found when a receipt is rewritten. */
async function foundWith({ receipt, stored }: Outcome, change: (receipt: Receipt) => Receipt): Promise<string[]> {
  const files = new Map(stored);
  for (const key of files.keys()) if (key.startsWith('receipts/')) files.set(key, receiptBytes(change(receipt)));
  return found(files);
}

type Counter = 'by_code' | 'by_event' | 'by_category' | 'by_generation';

function withCounter(counter: Counter, change: (counts: { [name: string]: number }) => void): (receipt: Receipt) => Receipt {
  return (receipt) => {
    const edited = structuredClone(receipt);
    change(edited.counts[counter]);
    return edited;
  };
}

test('names are counted together only where there are too many', async () => {
  const run = await runObject(MANY);
  for (const counter of ['by_event', 'by_category'] as const) {
    const all = withCounter(counter, (counts) => {
      for (const name of Object.keys(counts)) delete counts[name];
      counts['(others)'] = run.receipt.counts.valid;
    });
    assert.deepEqual(await foundWith(run, all), ['receipt.unbalanced'], counter);
  }
  assert.deepEqual(await foundWith(run, (receipt) => ({ ...receipt, drift: { '(others)': { count: 1 } } })), [
    'receipt.unbalanced',
  ]);
});

test('a counter that ran full still says how often each of its names occurs, and how many are left', async () => {
  const run = await runFull();
  const [first = '', second = ''] = Object.keys(run.receipt.counts.by_event).filter((name) => name !== '(others)');
  const moved = (from: string, to: string) =>
    withCounter('by_event', (counts) => {
      counts[from] = (counts[from] ?? 0) - 1;
      counts[to] = (counts[to] ?? 0) + 1;
    });
  for (const [from, to] of [
    [first, second],
    ['(others)', first],
    ['(others)', 'made_up'],
  ] as const) {
    assert.deepEqual(await foundWith(run, moved(from, to)), ['receipt.unbalanced'], `${from} to ${to}`);
  }
  // A replay under a larger bound counts some by name that the run counted with the others.
  const [hidden = ''] = (await runObject(MANY)).events
    .map(({ evt }) => String(evt?.['name']))
    .filter((name) => run.receipt.counts.by_event[name] === undefined);
  assert.ok(hidden);
  const replayed = (receipt: Receipt) => ({ ...moved('(others)', hidden)(receipt), attempt: 2 });
  assert.deepEqual(await foundWith(run, replayed), []);
});

test('an event that is called like the sum of all others is an event', async () => {
  const event = linuxEvent();
  const { stored, receipt } = await runObject(jsonLines([{ ...event, evt: { name: '(others)' } }]));
  assert.deepEqual(receipt.counts.by_event, { '(others)': 1 });
  assert.deepEqual(await found(stored), []);
});
