import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { EVENT_TYPES } from '../src/event-types.ts';
import type { Generation, JsonObject } from '../src/types.ts';
import { customEvent, documented2021, event2020, linuxEvent, singlePlatformEvent, windowsEvent } from './valid-events.ts';
import { assertValid, at, check, faultOf } from './verdicts.ts';

const BASES: readonly (readonly [Generation, () => JsonObject])[] = [
  ['2020', event2020],
  ['2021', documented2021],
  ['single-platform', singlePlatformEvent],
  ['linux', linuxEvent],
  ['windows', windowsEvent],
  ['custom', () => customEvent('heartbeat', { policy: { name: 'default.policy' } })],
];

function accepted(event: JsonObject) {
  const verdict = check(event);
  assert.ok(verdict.ok);
  return verdict.identity;
}

describe('a valid event', () => {
  for (const [generation, event] of BASES) {
    it(`of ${generation} passes and says what it is`, () => {
      const name = generation === 'custom' ? 'heartbeat' : generation === 'windows' ? 'create' : 'open';
      assert.deepEqual(accepted(event()), { generation, name, known: true });
    });
  }

  it('passes `documented` in every generation that was documented', () => {
    for (const [generation, event] of BASES) {
      if (generation !== '2020') assertValid(event(), 'documented');
    }
  });

  it('may have a name that nobody knows', () => {
    for (const event of [linuxEvent, singlePlatformEvent, windowsEvent, documented2021]) {
      for (const name of ['teleport', 'constructor', '__proto__', '']) {
        const unknown = event();
        at(unknown, 'evt')['name'] = name;
        const verdict = check(unknown);
        assert.ok(verdict.ok);
        assert.deepEqual([verdict.identity.name, verdict.identity.known], [name, false]);
      }
    }
  });

  it('is left as it was', () => {
    const event = linuxEvent();
    const before = structuredClone(event);
    check(event);
    assert.deepEqual(event, before);
  });
});

const EVENTS: { readonly [generation in Generation]?: (name: string, own: JsonObject) => JsonObject } = {
  'single-platform': singlePlatformEvent,
  linux: linuxEvent,
  windows: windowsEvent,
};

describe('contexts of an event type', () => {
  for (const type of EVENT_TYPES) {
    for (const generation of type.generations) {
      const build = EVENTS[generation];
      if (build === undefined) continue;
      it(`${generation} ${type.name} needs ${type.requires.join(' and ') || 'none'}`, () => {
        // Early agents of this generation wrote mount and exit without a context of their own.
        const early = generation === 'single-platform' && type.requiresIn2021?.length === 0;
        for (const conformance of ['compat', 'documented'] as const) {
          const bare = build(type.name, {});
          if (type.requires.length === 0 || (early && conformance === 'compat')) {
            assertValid(bare, conformance);
            continue;
          }
          const fault = faultOf(bare, conformance);
          assert.equal(fault.code, 'schema.required');
          for (const path of type.requires) {
            const missing = fault.errors.some((error) => `/${path}`.startsWith(error.path) && error.keyword === 'required');
            assert.ok(missing, JSON.stringify(fault.errors));
          }
        }
      });
    }
  }

  it('are those of their time in 2021', () => {
    const mount = { evt: { name: 'mount' }, file: { destination: {}, new_mount_id: 3, group_id: 1, device: 8, fstype: 'ext4' } };
    const fork = { evt: { name: 'fork' } };
    assertValid({ ...event2020(), ...mount });
    assertValid({ ...event2020(), ...fork, file: undefined });
    assert.equal(faultOf({ ...event2020(), ...mount, file: {} }).errors[0]?.path, '/file/destination');
    assert.equal(faultOf({ ...event2020(), file: undefined }).errors[0]?.path, '/file');
  });
});

const CUSTOM: readonly (readonly [ruleId: string, own: JsonObject, bad: JsonObject])[] = [
  [
    'ruleset_loaded',
    { policies: [{ name: 'default.policy', rules: [{ id: 'a', tags: { b: 'c' } }] }], filters: {} },
    { policies: [{ name: 1 }] },
  ],
  ['heartbeat', { policy: { name: 'default.policy', version: '1', source: 'file' } }, { policy: [] }],
  ['self_test', { succeeded_tests: ['a'], failed_tests: null, test_events: { a: {} } }, { succeeded_tests: 'a' }],
  ['lost_events', { map: 'events', lost: 3, per_event: { open: 3 } }, { per_event: { open: 'three' } }],
  [
    'noisy_process',
    { pid_count: 1, control_period: 2, discarded_until: '2021-01-01T00:00:00Z', comm: 'a' },
    { discarded_until: 'later' },
  ],
  ['abnormal_path', { triggering_event: linuxEvent(), error: 'no path' }, { triggering_event: 'open' }],
  ['no_process_context', { triggering_event: linuxEvent(), error: 'no process' }, { error: 5 }],
  ['broken_process_lineage', { triggering_event: linuxEvent(), error: 'no parent' }, { triggering_event: [] }],
  ['sysctl_snapshot', { sysctl: { kernel: {} } }, { title: 5 }],
];

describe("the agent's own events", () => {
  for (const [ruleId, own, bad] of CUSTOM) {
    it(`${ruleId} passes, and its own keys are typed`, () => {
      for (const conformance of ['compat', 'documented'] as const) {
        const verdict = check(customEvent(ruleId, own), conformance);
        assert.deepEqual([verdict.ok, verdict.identity], [true, { generation: 'custom', name: ruleId, known: true }]);
        const refused = check(customEvent(ruleId, { ...own, ...bad }), conformance);
        assert.deepEqual([refused.ok, refused.identity], [false, verdict.identity]);
      }
    });
  }

  it('anomaly_detection is an event like any other', () => {
    const event = linuxEvent('exec', { file: { uid: 0, gid: 0 } });
    at(event, 'agent')['rule_id'] = 'anomaly_detection';
    assert.deepEqual(accepted(event), { generation: 'linux', name: 'exec', known: true });
    assert.equal(faultOf(linuxEvent('exec', {})).code, 'schema.required');
  });

  it('a rule id of tomorrow passes as unknown', () => {
    assert.deepEqual(accepted(customEvent('new_kind')), { generation: 'custom', name: 'new_kind', known: false });
  });
});

describe('a fault', () => {
  it('lists every error, names the place of each and is about the first by precedence', () => {
    const event = linuxEvent();
    at(event, 'process')['pid'] = '4001';
    at(event, 'file')['uid'] = undefined;
    event['date'] = 'yesterday';
    const fault = faultOf(event);
    assert.equal(fault.code, 'schema.type');
    assert.deepEqual(
      [...fault.errors].sort((one, other) => one.path.localeCompare(other.path)),
      [
        { path: '/date', keyword: 'format', expected: 'date-time', found: 'string of 9 characters' },
        { path: '/file/uid', keyword: 'required', expected: 'present', found: 'absent' },
        { path: '/process/pid', keyword: 'type', expected: 'integer', found: 'string of 4 characters' },
      ],
    );
  });

  it('names generation and event although it is refused', () => {
    const verdict = check(linuxEvent('dns', {}));
    assert.deepEqual([verdict.ok, verdict.identity], [false, { generation: 'linux', name: 'dns', known: true }]);
  });

  it('lists no more errors than asked for and keeps its code', () => {
    const event = linuxEvent();
    at(event, 'process')['args'] = Array.from({ length: 50 }, () => 1);
    delete event['title'];
    for (const maxErrors of [1, 2, 20]) {
      const fault = faultOf(event, 'compat', maxErrors);
      assert.deepEqual([fault.code, fault.errors.length], ['schema.type', maxErrors]);
    }
  });

  it('is a copy that later events leave alone', () => {
    const fault = faultOf(linuxEvent('dns', {}));
    const before = structuredClone(fault);
    faultOf(linuxEvent('open', {}));
    assert.deepEqual(fault, before);
  });

  it('describes what it found by type and size', () => {
    const FOUND: readonly (readonly [value: unknown, found: string])[] = [
      ['text', 'string of 4 characters'],
      [7, 'integer'],
      [7.5, 'number'],
      [null, 'null'],
      [[1, 2], 'array of 2'],
      [{ a: 1 }, 'object of 1'],
    ];
    for (const [value, found] of FOUND) {
      const [error] = faultOf(linuxEvent('fork', { process: { uid: 0, gid: 0, is_thread: value } })).errors;
      assert.deepEqual(error, { path: '/process/is_thread', keyword: 'type', expected: 'boolean', found });
    }
  });

  it('never holds a value', () => {
    const secret = 'hunter2-hunter2';
    const bad = [secret, [secret], { password: secret }];
    for (const [, event] of BASES) {
      for (const conformance of ['compat', 'documented'] as const) {
        for (const change of everyReplacement(event(), bad)) {
          const verdict = check(change, conformance, 1000);
          if (!verdict.ok) assert.doesNotMatch(JSON.stringify(verdict.fault), /hunter2/);
        }
      }
    }
  });
});

/** Puts each of the values in the place of every member, one at a time. */
function* everyReplacement(event: JsonObject, values: readonly unknown[], object: JsonObject = event): Generator<JsonObject> {
  for (const [key, original] of Object.entries(object)) {
    for (const value of values) {
      object[key] = value;
      yield event;
    }
    object[key] = original;
    if (typeof original === 'object' && original !== null) yield* everyReplacement(event, values, original as JsonObject);
  }
}
