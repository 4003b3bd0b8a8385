/** `winnow replay`: what passes today becomes events, the rest stays, and every account balances. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { generateRecords } from '../src/generate/batch.ts';
import type { Settings } from '../src/settings.ts';
import type { Store } from '../src/stores/port.ts';
import type { Counts, NormalizedEvent, Receipt, Reject } from '../src/types.ts';
import { verify } from '../src/verify/verify.ts';
import { jsonLines, keysOf, linesOf, memoryStore, outputsOf, type Stored, timeless } from './support/objects.ts';
import { BATCH, deliver, MENDED, receiptIn, replayed, STRICT, storeAfter, textsBelow } from './support/replays.ts';

const rejectsIn = (stored: Stored) => linesOf<Reject>(stored, 'rejects/');
const byRecord = (rejects: readonly Reject[]) => new Map(rejects.map((reject) => [reject.source.record, reject]));
const drift = (receipt: Receipt): Counts =>
  Object.fromEntries(Object.entries(receipt.drift).map(([pointer, { count }]) => [pointer, count]));

/** A store that is read only. */
function unwritable(store: Store): Store {
  return { ...store, put: (key) => assert.fail(`wrote ${key}`), delete: (key) => assert.fail(`removed ${key}`) };
}

async function assertBalanced(store: Store): Promise<void> {
  assert.deepEqual((await verify(store)).problems, []);
}

describe('a replay after a schema fix', async () => {
  const store = await storeAfter(STRICT);
  const before = { rejects: byRecord(rejectsIn(store.stored)), receipt: receiptIn(store.stored) };
  const summary = await replayed(store);
  const clean = await storeAfter(MENDED);

  test('leaves the events that a clean run writes, byte for byte', () => {
    assert.ok(summary.passed > 20, String(summary.passed));
    assert.deepEqual(textsBelow(store.stored, 'events/'), textsBelow(clean.stored, 'events/'));
  });

  test('keeps what nobody accepts, with the verdict of today and one attempt more', () => {
    const left = rejectsIn(store.stored);
    assert.ok(left.length > 20);
    assert.equal(left.length, summary.refused + summary.unfit);
    const expected = byRecord(rejectsIn(clean.stored));
    for (const reject of left) {
      const isTried = reject.code !== 'envelope.container_members' && reject.raw !== '';
      assert.equal(reject.attempt, isTried ? 2 : 1, reject.code);
      assert.deepEqual({ ...reject, attempt: 1 }, expected.get(reject.source.record));
      assert.equal(reject.raw, before.rejects.get(reject.source.record)?.raw);
    }
    assert.equal(expected.size, left.length);
  });

  test('leaves a receipt that counts what a clean run counts, under the settings of the run', async () => {
    const [after, expected] = [receiptIn(store.stored), receiptIn(clean.stored)];
    const { bytes_out: _, ...counts } = after.counts;
    const { bytes_out: __, ...cleanCounts } = expected.counts;
    assert.deepEqual(counts, cleanCounts);
    assert.deepEqual(drift(after), drift(expected));
    assert.equal(after.settings_digest, before.receipt.settings_digest);
    assert.deepEqual([after.attempt, after.retired, after.timings], [2, undefined, before.receipt.timings]);
    assert.deepEqual(
      keysOf(store.stored, '').filter((key) => !key.startsWith('receipts/')),
      after.outputs.map(({ key }) => key),
    );
    await assertBalanced(store);
  });

  test('goes on with the numbers of parts, and lists what it wrote', () => {
    const keys = keysOf(store.stored, 'events/');
    for (const { key } of before.receipt.outputs.filter(({ key }) => key.startsWith('events/'))) assert.ok(keys.includes(key));
    for (const { key } of summary.outputs) assert.doesNotMatch(key, /-0000\./);
    assert.ok(summary.outputs.every(({ key }) => store.stored.has(key)));
  });

  test('leaves nothing to do for a second one, nor for a redelivery', async () => {
    const second = await replayed(unwritable(store));
    assert.deepEqual([second.passed, second.changed_objects, second.outputs], [0, 0, []]);
    assert.equal((await deliver(unwritable(store), STRICT)).outcome, 'unchanged');
  });

  test('is undone by a run with force', async () => {
    assert.equal((await deliver(store, STRICT, { force: true })).outcome, 'complete');
    const fresh = await storeAfter(STRICT);
    assert.deepEqual(outputsOf(store.stored), outputsOf(fresh.stored));
    assert.deepEqual(timeless(receiptIn(store.stored)), timeless(receiptIn(fresh.stored)));
  });
});

describe('a replay', () => {
  test('under the settings of the run finds the verdicts of the run, whatever the framing', async () => {
    const broken = [...generateRecords({ events: 60, seed: 5, broken: 1 })].map(({ text }) => text);
    const inputs = [
      BATCH,
      Buffer.from(`[${broken.join(',\n')}]`),
      Buffer.from(broken.join('')),
      Buffer.from('{"Records":[{"a":1},x{{{{{{{{{{{{,[1,[2]],"t",{"a":\n{"b":2}],"more":{"c":[3]}}'),
      Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xff, 0xfe]), Buffer.from('"}\n{"a":"\n{"a":1}\n[[')]),
    ];
    for (const input of inputs) {
      const store = await storeAfter({ ...STRICT, max_depth: 8 }, input);
      const { changed_objects, rejects, failed_objects } = await replayed(unwritable(store), {
        settings: { ...STRICT, max_depth: 8 },
      });
      assert.deepEqual([changed_objects, failed_objects], [0, 0]);
      assert.equal(rejects, receiptIn(store.stored).counts.rejected);
      assert.ok(rejects > 1);
    }
  });

  test('of some codes leaves the other rejects as they are, byte for byte', async () => {
    const store = await storeAfter(STRICT);
    const others = textsBelow(store.stored, 'rejects/').filter((line) => !line.startsWith('{"code":"schema.condition"'));
    const { passed, by_code } = await replayed(store, { codes: 'schema.condition' });
    assert.deepEqual([passed > 0, Object.keys(by_code)], [true, ['schema.condition']]);
    const left = textsBelow(store.stored, 'rejects/');
    assert.deepEqual(left.filter((line) => others.includes(line)).length, others.length);
    await assertBalanced(store);
    const { by_code: rest } = await replayed(store);
    assert.ok(Object.keys(rest).length > 3);
    const whole = await storeAfter(STRICT);
    await replayed(whole);
    assert.deepEqual(textsBelow(store.stored, 'events/'), textsBelow(whole.stored, 'events/'));
    await assertBalanced(store);
  });

  test('of codes that no reject has writes nothing', async () => {
    const { objects, receipts } = await replayed(unwritable(await storeAfter(STRICT)), { codes: 'object.' });
    assert.deepEqual([objects, receipts], [0, 1]);
  });

  test('that is only tried tells what would happen and writes nothing', async () => {
    const store = await storeAfter(STRICT);
    const tried = await replayed(unwritable(store), { dryRun: true });
    const { outputs, ...real } = await replayed(store);
    assert.ok(outputs.length > 0);
    assert.deepEqual(tried, { ...real, dry_run: true, outputs: [] });
  });

  test('masks events as the settings say', async () => {
    const store = await storeAfter(STRICT, secretive());
    const { outputs } = await replayed(store, { settings: { ...MENDED, redact: 'all' } });
    const written = outputs.filter(({ key }) => key.startsWith('events/')).map(({ key }) => String(store.stored.get(key)));
    assert.ok(written.length > 0);
    assert.ok(written.every((text) => !text.includes('hunter2') && text.includes('DB_PASSWORD=[redacted]')));
    assert.ok(receiptIn(store.stored).counts.redacted > 0);
    await assertBalanced(store);
  });
});

/** Events that only the strict settings refuse, each with a secret. */
function secretive(): Buffer {
  const records = generateRecords({ events: 40, seed: 3, generations: ['2021'], envelopes: ['bare'] });
  const events = [...records].map(({ text }) => JSON.parse(String(text)));
  return Buffer.from(jsonLines(events.map((event) => ({ ...event, note: { deep: [[[[['DB_PASSWORD=hunter2']]]]] } }))));
}

describe('the original of a reject', () => {
  const MASKED: Partial<Settings> = { ...STRICT, redact: 'rejects' };

  test('that was masked gives the event the id of the event as it came', async () => {
    const store = await storeAfter(MASKED, secretive());
    const clean = await storeAfter(MENDED, secretive());
    const { passed } = await replayed(store, { settings: { ...MASKED, conformance: 'compat' } });
    assert.ok(passed > 5, String(passed));
    const ids = (stored: Stored) =>
      linesOf<NormalizedEvent>(stored, 'events/')
        .map((event) => event.event_id)
        .sort();
    assert.deepEqual(ids(store.stored), ids(clean.stored));
    assert.ok(textsBelow(store.stored, 'events/').some((line) => line.includes('DB_PASSWORD=[redacted]')));
    await assertBalanced(store);
  });

  test('that was masked before there was an event stays, for its id is lost', async () => {
    const shallow: Partial<Settings> = { ...MASKED, max_depth: 8 };
    const secret = '{"evt":{"name":"x"},"a":[[[[[[[["API_KEY=hunter2"]]]]]]]]}';
    const input = Buffer.from(`${secret}\n${secret.replace('API_KEY=', '')}\n`);
    const store = await storeAfter(shallow, input);
    const { by_code } = await replayed(store, { settings: MENDED });
    assert.deepEqual(by_code, { 'json.too_deep': { passed: 1, refused: {}, unfit: { masked: 1 } } });
    await assertBalanced(store);
  });

  test('that is no text keeps its bytes', async () => {
    const bytes = Buffer.from([0x7b, 0xff, 0x00, 0x7d]);
    const store = await storeAfter(STRICT, Buffer.concat([bytes, Buffer.from('\n'), BATCH]));
    await replayed(store);
    const [reject] = rejectsIn(store.stored).filter(({ source }) => source.offset === 0);
    assert.deepEqual([reject?.code, reject?.attempt, reject?.raw_encoding], ['json.encoding', 2, 'base64']);
    assert.deepEqual(Buffer.from(reject?.raw ?? '', 'base64'), bytes);
  });

  test('of which only the beginning was kept, or which was never there, is not judged', async () => {
    const long = JSON.stringify({ evt: { name: 'x'.repeat(5000) } });
    const store = await storeAfter({ ...STRICT, max_record_bytes: 4096, max_reject_raw_bytes: 1024 }, Buffer.from(`[${long},`));
    const { by_code, changed_objects } = await replayed(unwritable(store));
    assert.deepEqual(by_code, {
      'json.truncated': { passed: 0, refused: {}, unfit: { no_record: 1 } },
      'record.too_large': { passed: 0, refused: {}, unfit: { truncated: 1 } },
    });
    assert.equal(changed_objects, 0);
  });
});

describe('an object', () => {
  test('that is not done, or whose receipt cannot be read, is skipped with a word', async () => {
    const store = await storeAfter(STRICT);
    const [key = ''] = keysOf(store.stored, 'receipts/');
    const receipt = receiptIn(store.stored);
    for (const [body, told] of [
      [
        JSON.stringify({ ...receipt, status: 'partial', resume: { record: 9, offset: 9, attempts: 1 } }),
        /process it again first/,
      ],
      ['{', /receipt\.unreadable/],
    ] as const) {
      const warnings: string[] = [];
      const spoilt = { ...store, get: async () => ({ body: Buffer.from(body), tag: '' }) };
      const { skipped_objects } = await replayed(unwritable(spoilt), { warnings });
      assert.deepEqual([skipped_objects, warnings.length], [1, 1]);
      assert.match(warnings[0] ?? '', told);
      assert.ok(warnings[0]?.startsWith(`${key}: `));
    }
  });

  test('whose rejects were tampered with fails, and is left as it is', async () => {
    const store = memoryStore();
    await deliver(store, STRICT);
    const [key = ''] = keysOf(store.stored, 'rejects/');
    await store.put(key, [Buffer.from(String(store.stored.get(key)).replace('"attempt":1', '"attempt":7'))]);
    const warnings: string[] = [];
    const { failed_objects, passed } = await replayed(unwritable(store), { warnings });
    assert.deepEqual([failed_objects, passed], [1, 0]);
    assert.match(warnings[0] ?? '', /^rejects\/.*output\.changed/);
  });
});
