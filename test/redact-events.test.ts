/** Events written with `redact = all`. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { generateRecords } from '../src/generate/batch.ts';
import { processObject } from '../src/process.ts';
import { maskedLine } from '../src/redact/event.ts';
import { replay } from '../src/replay/replay.ts';
import type { Settings } from '../src/settings.ts';
import type { JsonObject } from '../src/types.ts';
import { verify } from '../src/verify/verify.ts';
import { normalized } from './support/judged.ts';
import { jsonLines, linesOf, memorySource, memoryStore, runObject, settingsWith } from './support/objects.ts';
import { linuxEvent } from './valid-events.ts';

const SECRET = 'hunter2-hunter2';

function withSecrets(): JsonObject {
  const event = linuxEvent();
  const secrets = { args: [`--password=${SECRET}`], envs: [`API_TOKEN=${SECRET}`] };
  return { ...event, process: { ...(event['process'] as JsonObject), ...secrets } };
}

describe('with redact = all', () => {
  test('secrets leave events, and everything that accounts go by stays', async () => {
    const event = withSecrets();
    const key = `password=${SECRET}.ndjson`;
    const clear = await runObject(jsonLines([event]), { key });
    const { receipt, events, stored } = await runObject(jsonLines([event]), { key, settings: { redact: 'all' } });
    assert.ok(JSON.stringify(clear.events[0]?.['process']).includes(SECRET));
    const { source, ...rest } = events[0] ?? assert.fail('no event');
    assert.ok(!JSON.stringify(rest).includes(SECRET));
    assert.deepEqual([source, rest.event_id], [clear.events[0]?.source, clear.events[0]?.event_id]);
    assert.equal(receipt.counts.redacted, 2);
    assert.equal(stored.size, 2);
  });

  test('an event without secrets is written as it always is', () => {
    for (const { text } of generateRecords({ events: 200, seed: 5, generations: ['linux', 'windows', '2021'] })) {
      const { event, text: line } = normalized(String(text));
      assert.equal(
        maskedLine(event, (value) => value),
        JSON.stringify(event),
      );
      assert.ok(line.length > 0);
    }
  });

  test('what was written balances', async () => {
    const key = `token=${SECRET}/batch.ndjson`;
    const event = withSecrets();
    const source = memorySource({ [key]: Buffer.from(jsonLines([event, { ...event, title: 7 }])) });
    const store = memoryStore();
    await processObject({ bucket: 'landing', key }, { source, store, settings: settingsWith({ redact: 'all' }), now: () => 0 });
    assert.deepEqual((await verify(store)).problems, []);
  });

  test('a replay writes the event that a run writes', async () => {
    const key = `token=${SECRET}/batch.ndjson`;
    // Ids were numbers once; the documentation knows them as text alone.
    const input = jsonLines([{ ...withSecrets(), dd: { span_id: 5 } }]);
    const source = memorySource({ [key]: Buffer.from(input) });
    const settings: Partial<Settings> = { redact: 'all', redact_patterns: '[0-9a-f]{32}' };
    const store = memoryStore();
    const strict = settingsWith({ ...settings, conformance: 'documented' });
    await processObject({ bucket: 'landing', key }, { source, store, settings: strict, now: () => 0 });
    const deps = { isChosen: () => true, dryRun: false, warn: assert.fail };
    assert.equal((await replay({ store, settings: settingsWith(settings), ...deps })).passed, 1);
    const clean = await runObject(input, { key, settings });
    assert.deepEqual(linesOf(store.stored, 'events/'), clean.events);
    assert.deepEqual((await verify(store)).problems, []);
  });

  test('no example is shown', async () => {
    const key = 'batch.ndjson';
    const source = memorySource({ [key]: Buffer.from(jsonLines([linuxEvent()])) });
    const onEvent = () => assert.fail('an event was shown');
    const settings = settingsWith({ redact: 'all' });
    const deps = { source, store: memoryStore(), settings, now: () => 0, onEvent };
    assert.equal((await processObject({ bucket: 'landing', key }, deps)).receipt.counts.valid, 1);
  });
});
