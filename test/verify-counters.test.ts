/** Counters that ran full are held against the lines as well, as far as lines can tell. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { generateRecords } from '../src/generate/batch.ts';
import { verify } from '../src/verify/verify.ts';
import { memoryStore, type Outcome, runObject } from './support/objects.ts';

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
