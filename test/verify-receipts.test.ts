/** What a receipt says is held against its outputs, against itself and against its place. */
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { receiptBytes } from '../src/ledger.ts';
import type { Store } from '../src/stores/port.ts';
import type { OutputEntry, Receipt } from '../src/types.ts';
import { verify } from '../src/verify/verify.ts';
import { memoryStore, runObject } from './support/objects.ts';
import { batch, type Written, writeOutputs } from './support/written.ts';

let written: Written;

before(async () => {
  written = await writeOutputs();
});

/** What is found when the largest receipt is rewritten, as `kind key`. */
async function foundWith(change: (receipt: Receipt) => unknown, more?: (store: Store) => Promise<void>): Promise<string[]> {
  const store = await written.fill(memoryStore());
  const [key, receipt] = written.largest;
  await store.put(key, [receiptBytes(change(receipt) as Receipt)]);
  await more?.(store);
  const { problems, notes } = await verify(store);
  return [...problems, ...notes].map((problem) => `${problem.kind} ${problem.key}`);
}

/** Members of a receipt whose values stand nowhere else. */
const TOLD_ONCE =
  /"(?:settings_digest|last_modified|version_id|started_at|duration_ms|first_seen_agent_version|redacted|attempt)":(?:"[^"]*"|\d+)/g;

test('any byte that is edited is found, but for what nothing else repeats', async () => {
  const [key, { outputs }] = written.largest;
  const store = await written.fill(memoryStore());
  const body = written.files.get(key) ?? Buffer.alloc(0);
  const text = body.toString('latin1');
  const toldOnce = [...text.matchAll(TOLD_ONCE)].map(({ 0: member, index }) => [index, index + member.length] as const);
  assert.ok(toldOnce.length >= 6);
  let edits = 0;
  for (let at = 0; at < body.length; at += 5) {
    if (toldOnce.some(([start, end]) => at >= start && at < end)) continue;
    const edited = Buffer.from(body);
    edited[at] = (edited[at] ?? 0) ^ 1;
    await store.put(key, [edited]);
    const { problems } = await verify(store);
    // What a receipt says of an output is a problem of that output.
    const named = problems.some((problem) => problem.key === key || outputs.some((output) => output.key === problem.key));
    assert.ok(named, `byte ${at}: ${text.slice(Math.max(0, at - 40), at + 40)}`);
    edits++;
  }
  assert.ok(edits > 300);
});

test('each count is held against another', async () => {
  const [key, { counts }] = written.largest;
  const { redacted: _, ...repeated } = counts;
  const edits = Object.entries(repeated).flatMap(([name, value]): [string, object][] =>
    typeof value === 'number'
      ? [[name, { [name]: value + 1 }]]
      : Object.entries(value).map(([counter, count]) => [
          `${name} ${counter}`,
          { [name]: { ...value, [counter]: Number(count) + 1 } },
        ]),
  );
  // Sums that agree are not enough: one code for another.
  const [one = '', two = ''] = Object.keys(counts.by_code);
  const moved = { ...counts.by_code, [one]: (counts.by_code[one] ?? 0) - 1, [two]: (counts.by_code[two] ?? 0) + 1 };
  edits.push(['one code for another', { by_code: moved }]);
  assert.ok(edits.length > 14);
  for (const [name, edit] of edits) {
    const found = await foundWith((receipt) => ({ ...receipt, counts: { ...counts, ...edit } }));
    assert.ok(found.includes(`receipt.unbalanced ${key}`), `${name}: ${found}`);
  }
  const found = await foundWith((receipt) => ({ ...receipt, drift: { '/made/up': { count: 1 } } }));
  assert.deepEqual(found, [`receipt.unbalanced ${key}`]);
});

test('that an object could not be read to its end is held against its rejects', async () => {
  const [key] = written.largest;
  const made = await foundWith((receipt) => ({ ...receipt, object_fault: 'object.truncated' }));
  assert.deepEqual(made, [`receipt.unbalanced ${key}`]);
  const { receipt, stored } = await runObject(gzipSync(batch(12, 6)).subarray(0, -20));
  assert.equal(receipt.object_fault, 'object.truncated');
  const { object_fault: _, ...silent } = receipt;
  for (const [edited, kinds] of [
    [receipt, []],
    [silent, ['receipt.unbalanced']],
    [{ ...receipt, object_fault: 'object.corrupt' } as const, ['receipt.unbalanced']],
  ] as const) {
    const store = memoryStore(stored);
    for await (const { key } of store.list('receipts/')) await store.put(key, [receiptBytes(edited)]);
    assert.deepEqual(
      (await verify(store)).problems.map(({ kind }) => kind),
      kinds,
    );
  }
});

test('what it says of an output is held against that output', async () => {
  for (const [index, output] of written.largest[1].outputs.entries()) {
    for (const [kind, change] of [
      ['output.miscounted', { records: output.records + 1 }],
      ['output.changed', { bytes: output.bytes - 1 }],
      ['output.changed', { sha256: '0'.repeat(64) }],
    ] as const) {
      const found = await foundWith((r) => ({ ...r, outputs: r.outputs.with(index, { ...output, ...change }) }));
      assert.ok(found.includes(`${kind} ${output.key}`), String(found));
    }
  }
});

describe('a receipt', () => {
  const withOutputs = (change: (outputs: readonly OutputEntry[]) => readonly OutputEntry[]) => (receipt: Receipt) => ({
    ...receipt,
    outputs: change(receipt.outputs),
  });

  test('that leaves out an output makes it an orphan, and its records lost', async () => {
    const [key, { outputs }] = written.largest;
    const found = await foundWith(withOutputs((listed) => listed.slice(1)));
    assert.ok(found.includes(`output.orphan ${outputs[0]?.key}`), String(found));
    assert.ok(found.includes(`record.lost ${key}`), String(found));
  });

  test('that skips a part has a gap', async () => {
    const [key, { outputs }] = written.largest;
    const several = outputs.filter((output) => output.key.startsWith('events/') && /-000[01]\./.test(output.key));
    const first = several.find(({ key }) => several.some((other) => other.key === key.replace('-0000.', '-0001.')))?.key;
    assert.ok(first?.includes('-0000.'));
    const found = await foundWith(withOutputs((listed) => listed.filter((output) => output.key !== first)));
    assert.ok(found.includes(`output.gap ${key}`), String(found));
  });

  test('has no gap where a replay retired a part of rejects', async () => {
    const [key, { outputs }] = written.largest;
    const rejects = outputs.find((output) => output.key.startsWith('rejects/'));
    assert.ok(rejects);
    const later = rejects.key.replace('-0000.', '-0007.');
    const move = async (store: Store): Promise<void> => {
      await store.put(later, [written.files.get(rejects.key) ?? Buffer.alloc(0)]);
      await store.delete(rejects.key);
    };
    const renamed = withOutputs((listed) => listed.map((output) => (output === rejects ? { ...output, key: later } : output)));
    assert.deepEqual(await foundWith((receipt) => ({ ...renamed(receipt), attempt: 2 }), move), []);
    assert.deepEqual(await foundWith(renamed, move), [`output.gap ${key}`]);
  });

  test('that lists an output twice, in another partition or of another object is told so', async () => {
    const [key, { outputs }] = written.largest;
    const [, other] = written.receipts.find(([another, { outputs }]) => another !== key && outputs.length > 0) ?? [];
    const [[first], [stranger]] = [outputs, other?.outputs ?? []];
    assert.ok(first && stranger);
    for (const [listed, named] of [
      [[...outputs, first], first],
      [[{ ...first, partition: 'dt=1999-01-01' }, ...outputs.slice(1)], first],
      [[...outputs, stranger], stranger],
    ] as const) {
      const found = await foundWith(withOutputs(() => listed));
      assert.ok(found.includes(`output.misnamed ${named.key}`), String(found));
    }
  });

  test('that is partial is a problem, and accounts for the records before it stopped', async () => {
    const [key, { outputs, counts }] = written.largest;
    const partial = (receipt: Receipt) => ({
      ...receipt,
      status: 'partial',
      resume: { record: counts.records, offset: counts.bytes_decompressed, attempts: 1 },
    });
    const [first] = outputs;
    assert.ok(first);
    assert.deepEqual(await foundWith(partial), [`receipt.partial ${key}`]);
    const missing = await foundWith(partial, (store) => store.delete(first.key));
    assert.deepEqual(missing, [`output.missing ${first.key}`, `receipt.partial ${key}`]);
    const beyond = first.key.replace('-0000.', '-0009.');
    const killed = await foundWith(partial, (store) => store.put(beyond, [Buffer.from('by an attempt that was killed')]));
    assert.deepEqual(killed, [`receipt.partial ${key}`, `output.unfinished ${beyond}`]);
  });

  test('that still names what it replaced is a problem, and what it names is no orphan', async () => {
    const [key, { outputs }] = written.largest;
    const old = `${outputs[0]?.key}`.replace('-0000.', '-0009.');
    const leave = (store: Store) => store.put(old, [Buffer.from('old')]);
    assert.deepEqual(await foundWith((receipt) => ({ ...receipt, retired: [old] }), leave), [`receipt.retired ${key}`]);
  });

  test('that is not what the schema says is unreadable, and its outputs are no orphans', async () => {
    const [key] = written.largest;
    assert.deepEqual(await foundWith((receipt) => ({ ...receipt, mood: 'good' })), [`receipt.unreadable ${key}`]);
  });

  test('written otherwise than Winnow writes is edited', async () => {
    const [key, receipt] = written.largest;
    const compact = (store: Store) => store.put(key, [Buffer.from(JSON.stringify(receipt))]);
    assert.deepEqual(await foundWith((same) => same, compact), [`receipt.edited ${key}`]);
  });

  test('of the same object on a later day repeats it, and only the later one counts', async () => {
    const [key, receipt] = written.largest;
    const later = (text: string) => text.replaceAll(receipt.source.last_modified.slice(0, 10), '2099-12-31');
    const again: Receipt = JSON.parse(later(JSON.stringify(receipt)));
    const store = await written.fill(memoryStore());
    for (const output of written.keysBelow('rejects/'))
      await store.put(later(output), [written.files.get(output) ?? Buffer.of()]);
    const others = again.outputs.map((output) => output.key);
    for await (const { key: found } of store.list('rejects/dt=2099')) if (!others.includes(found)) await store.delete(found);
    await store.put(later(key), [receiptBytes(again)]);
    const { problems, records } = await verify(store);
    assert.deepEqual(
      problems.map((problem) => `${problem.kind} ${problem.key}`),
      [`receipt.repeated ${key}`],
    );
    assert.equal(records, 36);
  });
});
