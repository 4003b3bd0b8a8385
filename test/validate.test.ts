import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { EVENT_TYPES } from '../src/event-types.ts';
import type { RejectCode } from '../src/reject-codes.ts';
import type { Conformance } from '../src/settings.ts';
import type { Fault, Generation, JsonObject } from '../src/types.ts';
import { validate } from '../src/validate/validate.ts';
import { customEvent, documented2021, event2020, linuxEvent, singlePlatformEvent, windowsEvent } from './valid-events.ts';

function check(event: JsonObject, conformance: Conformance = 'compat', maxErrors = 20) {
  return validate(event, { conformance, maxErrors });
}

function faultOf(event: JsonObject, conformance: Conformance = 'compat', maxErrors = 20): Fault {
  const verdict = check(event, conformance, maxErrors);
  assert.ok(!verdict.ok, 'should have been refused');
  return verdict.fault;
}

function assertValid(event: JsonObject, conformance: Conformance = 'compat'): void {
  const verdict = check(event, conformance);
  assert.ok(verdict.ok, verdict.ok ? '' : JSON.stringify(verdict.fault, null, 1));
}

/** The object at a path of keys, to change something in it. */
function at(event: JsonObject, ...keys: readonly (string | number)[]): JsonObject {
  return keys.reduce((value: JsonObject, key) => value[key] as JsonObject, event);
}

const BASES: readonly (readonly [Generation, () => JsonObject])[] = [
  ['2020', event2020],
  ['2021', documented2021],
  ['single-platform', singlePlatformEvent],
  ['linux', linuxEvent],
  ['windows', windowsEvent],
  ['custom', () => customEvent('heartbeat', { policy: { name: 'default.policy' } })],
];

describe('a valid event', () => {
  for (const [generation, event] of BASES) {
    it(`of ${generation} passes and says what it is`, () => {
      const name = generation === 'custom' ? 'heartbeat' : generation === 'windows' ? 'create' : 'open';
      assert.deepEqual(check(event()), { ok: true, identity: { generation, name, known: true } });
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

const WITH_PATH = { file: { ...(documented2021()['file'] as JsonObject), container_path: '/a' } };
const CONTAINER = { container: { id: '3fa1' } };
const TRUTH_TABLE = [
  { file: 'absent', container: 'absent', own: { file: undefined }, documented: false },
  { file: 'absent', container: 'present', own: { file: undefined, ...CONTAINER }, documented: true },
  { file: 'without container_path', container: 'absent', own: {}, documented: true },
  { file: 'without container_path', container: 'present', own: CONTAINER, documented: false },
  { file: 'with container_path', container: 'absent', own: WITH_PATH, documented: false },
  { file: 'with container_path', container: 'present', own: { ...WITH_PATH, ...CONTAINER }, documented: true },
];

describe('container and file of 2021', () => {
  for (const { file, container, own, documented } of TRUTH_TABLE) {
    it(`file ${file}, container ${container}: ${documented ? 'valid' : 'invalid'} when documented, valid in compat`, () => {
      // A type that needs no file, so that nothing but the conditional can refuse it.
      const event = documented2021({ ...own, evt: { name: 'fork', category: '', outcome: '' } });
      assertValid(event);
      if (documented) assertValid(event, 'documented');
      else assert.equal(faultOf(event, 'documented').code, 'schema.condition');
    });
  }

  it('says which key is missing', () => {
    assert.deepEqual(faultOf(documented2021(CONTAINER), 'documented').errors, [
      { path: '/file/container_path', keyword: 'then', expected: 'present', found: 'absent' },
    ]);
  });

  it('does not look inside the container of the event, as the documentation does not', () => {
    assertValid(documented2021({ ...WITH_PATH, container: 'anything' }), 'documented');
    assert.equal(faultOf(documented2021({ container: 'anything' })).code, 'schema.type');
  });

  it('demands a container and its path of a process together, in both directions and at every depth', () => {
    for (const path of [['process'], ['process', 'parent'], ['process', 'ancestors', 0]]) {
      for (const own of [{ container: { id: '3fa1' } }, { executable_container_path: '/a' }]) {
        const event = documented2021();
        Object.assign(at(event, ...path), own);
        assert.equal(faultOf(event, 'documented').code, 'schema.condition');
        assertValid(event);
        Object.assign(at(event, ...path), { container: { id: '3fa1' }, executable_container_path: '/a' });
        assertValid(event, 'documented');
      }
    }
  });
});

const PIDS: readonly (readonly [process: JsonObject, code: RejectCode | undefined])[] = [
  [{ pid: 1, ppid: undefined }, undefined],
  [{ pid: 1, ppid: 'anything' }, undefined],
  [{ pid: 2, ppid: 1 }, undefined],
  [{ pid: 2, ppid: -1 }, undefined],
  [{ pid: 2, ppid: undefined }, 'schema.condition'],
  [{ pid: 2, ppid: '1' }, 'schema.type'],
  [{ pid: undefined, ppid: 1 }, 'schema.required'],
  [{ pid: 0, ppid: 1 }, 'schema.value'],
  [{ pid: -5, ppid: 1 }, 'schema.value'],
  [{ pid: 1.5, ppid: 1 }, 'schema.type'],
  [{ pid: '2', ppid: 1 }, 'schema.type'],
  [{ pid: 1, parent: undefined }, 'schema.required'],
  [{ pid: 1, ancestors: undefined }, 'schema.required'],
  [{ pid: 1, ancestors: [] }, undefined],
];

describe('process of 2021, documented', () => {
  for (const [process, code] of PIDS) {
    it(`${JSON.stringify(process, (_key, value) => value ?? 'absent')}: ${code ?? 'valid'}`, () => {
      const event = documented2021();
      Object.assign(at(event, 'process'), process);
      if (code === undefined) assertValid(event, 'documented');
      else assert.equal(faultOf(event, 'documented').code, code);
    });
  }

  it('holds every ancestor to the same rule', () => {
    const event = documented2021();
    at(event, 'process', 'ancestors', 0)['ppid'] = undefined;
    assert.equal(faultOf(event, 'documented').errors[0]?.path, '/process/ancestors/0/ppid');
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

const CREDENTIALS = ['process', 'credentials'] as const;
const number = 1;
/** What genuine agents wrote although a table forbids it: `compat` takes it, `documented` does not. */
const ONLY_COMPAT: readonly (readonly [what: string, event: JsonObject, code: RejectCode])[] = [
  [
    'null capability lists of Linux',
    changed(linuxEvent(), CREDENTIALS, { cap_effective: null, cap_permitted: null }),
    'schema.type',
  ],
  ['null capability lists before the split', changed(singlePlatformEvent(), CREDENTIALS, { cap_effective: null }), 'schema.type'],
  ['null capability lists of 2021', changed(documented2021(), CREDENTIALS, { cap_permitted: null }), 'schema.type'],
  ['a null list of tags', changed(linuxEvent(), ['evt', 'matched_rules', 0], { tags: null }), 'schema.type'],
  ['null variables', changed(linuxEvent(), ['process'], { variables: null }), 'schema.type'],
  ['no auid', changed(linuxEvent(), CREDENTIALS, { auid: undefined }), 'schema.required'],
  ['trace ids as numbers', changed(linuxEvent(), [], { dd: { span_id: number, trace_id: number } }), 'schema.type'],
  ['trace ids as texts before the split', changed(singlePlatformEvent(), ['dd'], { span_id: '1' }), 'schema.type'],
  ['a new cause of an exit', linuxEvent('exit', { exit: { cause: 'FROZEN', code: 1 } }), 'schema.value'],
  ['the same on Windows', windowsEvent('exit', { exit: { cause: 'FROZEN', code: 1 } }), 'schema.value'],
  ['dns without a direction', linuxEvent('dns', { dns: dns({}) }), 'schema.required'],
  ['dns with a null response', linuxEvent('dns', { dns: dns({ is_query: true, response: null }) }), 'schema.type'],
  ['bind without protocol', linuxEvent('bind', { bind: { addr: { family: 'AF_INET', ip: '::', port: 1 } } }), 'schema.required'],
  ['connect without names', linuxEvent('connect', { connect: { addr: { family: '', ip: '', port: 1 } } }), 'schema.required'],
  [
    'accept with null names',
    linuxEvent('accept', { accept: { addr: { family: '', ip: '', port: 1 }, hostnames: null } }),
    'schema.type',
  ],
  ['a profile with status', changed(linuxEvent(), [], { security_profile: profile({ status: 'stable' }) }), 'schema.required'],
  [
    'a profile without status before the split',
    changed(singlePlatformEvent(), [], { security_profile: profile({ event_in_profile: true }) }),
    'schema.required',
  ],
  [
    'the mount of 2022',
    singlePlatformEvent('mount', {
      mount: {
        mountpoint: { path: '/mnt' },
        source: { path: '/' },
        mount_id: 3,
        parent_mount_id: 1,
        group_id: 1,
        fs_type: 'ext4',
      },
    }),
    'schema.required',
  ],
  [
    'the mount of late 2021',
    singlePlatformEvent('mount', { file: { uid: 0, gid: 0, destination: { uid: 0, gid: 0 } } }),
    'schema.required',
  ],
  ['an exit of late 2021', singlePlatformEvent('exit', {}), 'schema.required'],
  [
    'a 2021 process without what was zero',
    changed(documented2021(), ['process'], { pid: undefined, tid: undefined }),
    'schema.required',
  ],
  [
    'a 2021 file with nothing but a mount',
    documented2021({ evt: { name: 'umount' }, file: { new_mount_id: 1, uid: 0, gid: 0 } }),
    'schema.required',
  ],
];

describe('conformance', () => {
  for (const [what, event, code] of ONLY_COMPAT) {
    it(`compat alone takes ${what}`, () => {
      assertValid(event);
      assert.equal(faultOf(event, 'documented').code, code);
    });
  }

  const worker = { pid: 9, tid: 9, uid: 0, gid: 0, is_kworker: true };
  const ids = { uid: 0, gid: 0, euid: 0, egid: 0, fsuid: 0, fsgid: 0, cap_effective: null, cap_permitted: null };
  const BOTH: readonly (readonly [what: string, event: JsonObject])[] = [
    ['a kernel worker', linuxEvent('open', { file: { uid: 0, gid: 0 }, process: { ...worker, credentials: ids } })],
    ['empty dd and usr', linuxEvent('fork', { dd: {}, usr: {} })],
    ['a file of which only the owner is known', linuxEvent('open', { file: { uid: 0, gid: 0 } })],
    ['an owner that is not changed', linuxEvent('chown', { file: { uid: 0, gid: 0, destination: { uid: -1, gid: -1 } } })],
    ['integers beyond 2^53', linuxEvent('open', { file: { uid: 0, gid: 0, inode: 2 ** 63 } })],
    ['a time that was never set', linuxEvent('fork', { date: '0001-01-01T00:00:00Z' })],
    [
      'keys with dots',
      linuxEvent('mount', { mount: { mount_id: 1, parent_mount_id: 1, bind_src_mount_id: 0, device: 1, 'source.path': '/' } }),
    ],
  ];
  for (const [what, event] of BOTH) it(`compat takes ${what}`, () => assertValid(event));

  it('compat refuses null for an object with known keys, which no agent writes', () => {
    assert.equal(faultOf(linuxEvent('fork', { process: null })).code, 'schema.type');
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
        assert.deepEqual(verdict, { ok: true, identity: { generation: 'custom', name: ruleId, known: true } });
        const refused = check(customEvent(ruleId, { ...own, ...bad }), conformance);
        assert.deepEqual([refused.ok, refused.identity], [false, verdict.identity]);
      }
    });
  }

  it('anomaly_detection is an event like any other', () => {
    const event = linuxEvent('exec', { file: { uid: 0, gid: 0 } });
    at(event, 'agent')['rule_id'] = 'anomaly_detection';
    assert.deepEqual(check(event), { ok: true, identity: { generation: 'linux', name: 'exec', known: true } });
    assert.equal(faultOf(linuxEvent('exec', {})).code, 'schema.required');
  });

  it('a rule id of tomorrow passes as unknown', () => {
    assert.deepEqual(check(customEvent('new_kind')), {
      ok: true,
      identity: { generation: 'custom', name: 'new_kind', known: false },
    });
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

function changed(event: JsonObject, path: readonly (string | number)[], members: JsonObject): JsonObject {
  Object.assign(at(event, ...path), members);
  return event;
}

function dns(members: JsonObject): JsonObject {
  return { id: 1, question: { class: 'IN', type: 'A', name: 'example.com', size: 29, count: 1 }, ...members };
}

function profile(members: JsonObject): JsonObject {
  return { name: 'web', version: '1', tags: [], ...members };
}
