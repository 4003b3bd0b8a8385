import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { RejectCode } from '../src/reject-codes.ts';
import type { JsonObject } from '../src/types.ts';
import { documented2021, linuxEvent, singlePlatformEvent, windowsEvent } from './valid-events.ts';
import { assertValid, at, changed, faultOf } from './verdicts.ts';

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

function dns(members: JsonObject): JsonObject {
  return { id: 1, question: { class: 'IN', type: 'A', name: 'example.com', size: 29, count: 1 }, ...members };
}

function profile(members: JsonObject): JsonObject {
  return { name: 'web', version: '1', tags: [], ...members };
}
