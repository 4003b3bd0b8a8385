/** Values that do not mean what they say, as docs/generations.md lists them: each before and after. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { JsonObject } from '../src/types.ts';
import { contexts } from './support/judged.ts';

interface Row {
  readonly before: JsonObject;
  readonly after: JsonObject;
}

const WORKER = { pid: 9, tid: 9, is_kworker: true };
const ZEROS = { uid: 0, gid: 0, euid: 0, egid: 0, fsuid: 0, fsgid: 0, cap_effective: [], cap_permitted: null };
const FULL = { path: '/etc/a', inode: 7, uid: 0, gid: 0 };
const NESTED = { evt: { name: 'chmod', category: 'File Activity' }, file: { ...FULL, destination: { mode: 1, uid: 0, gid: 0 } } };
const NESTED_AFTER = { evt: { name: 'chmod', category: 'File Activity' }, file: { ...FULL, destination: { mode: 1 } } };

const ROWS: { readonly [name: string]: Row } = {
  'filler zeros of a chmod go, those of the file itself stay': {
    before: { evt: { name: 'chmod' }, file: { ...FULL, destination: { mode: 420, uid: 0, gid: 0 } } },
    after: { file: { ...FULL, destination: { mode: 420 } } },
  },
  'filler zeros of an open and of utimes go': {
    before: { evt: { name: 'utimes' }, file: { ...FULL, destination: { access_time: '2026-01-01T00:00:00Z', uid: 0, gid: 0 } } },
    after: { file: { ...FULL, destination: { access_time: '2026-01-01T00:00:00Z' } } },
  },
  'filler zeros of an umount go': {
    before: { evt: { name: 'umount' }, file: { new_mount_id: 27, uid: 0, gid: 0 } },
    after: { file: { new_mount_id: 27 } },
  },
  'a chown to root is asked for, and -1 means unchanged': {
    before: { evt: { name: 'chown' }, file: { ...FULL, destination: { uid: 0, gid: -1 } } },
    after: { file: { ...FULL, destination: { uid: 0, gid: -1 } } },
  },
  'a kernel worker has no user': {
    before: { process: { ...WORKER, uid: 0, gid: 0, credentials: ZEROS } },
    after: { process: WORKER },
  },
  'what a kernel worker really has stays': {
    before: { process: { ...WORKER, uid: 5, gid: 0, credentials: { ...ZEROS, euid: 5 } } },
    after: {
      process: { ...WORKER, uid: 5, credentials: { uid: 0, gid: 0, euid: 5, egid: 0, fsuid: 0, fsgid: 0, cap_effective: [] } },
    },
  },
  'zeros of any other process stay': {
    before: { process: { pid: 1, uid: 0, gid: 0, credentials: { uid: 0, gid: 0 } } },
    after: { process: { pid: 1, uid: 0, gid: 0, credentials: { uid: 0, gid: 0 } } },
  },
  'the parent is said once, as the nearest ancestor': {
    before: {
      process: { comm: 'c', parent: { comm: 'b' }, ancestors: [{ comm: 'b' }, { comm: 'a' }], truncated_ancestors: true },
    },
    after: {
      process: { comm: 'c', ancestors: [{ comm: 'b' }, { comm: 'a' }], truncated_ancestors: true, lineage: ['c', 'b', 'a'] },
    },
  },
  'a parent that tells more than the nearest ancestor stays': {
    before: { process: { comm: 'c', parent: { comm: 'b', args: ['-l'] }, ancestors: [{ comm: 'b' }] } },
    after: { process: { comm: 'c', parent: { comm: 'b', args: ['-l'] }, ancestors: [{ comm: 'b' }], lineage: ['c', 'b'] } },
  },
  'an empty object called __proto__ makes a difference between the two': {
    before: { process: { parent: JSON.parse('{"pid":1,"__proto__":{}}'), ancestors: [{ pid: 1, x_new: null }] } },
    after: {
      process: { parent: { pid: 1 }, ancestors: [{ pid: 1 }] },
      extra: { '/process/parent/__proto__': {}, '/process/ancestors/0/x_new': null },
    },
  },
  'a category that has moved is kept beside the newest one': {
    before: { evt: { name: 'load_module', category: 'File Activity', outcome: 'Success' } },
    after: { evt: { name: 'load_module', category: 'Kernel Activity', reported_category: 'File Activity', outcome: 'Success' } },
  },
  'a category that has not is said once': {
    before: { evt: { name: 'open', category: 'File Activity' } },
    after: { evt: { name: 'open', category: 'File Activity' } },
  },
  'an unknown event has no category of ours': {
    before: { evt: { name: 'teleport', category: 'Unknown Activity' } },
    after: { evt: { name: 'teleport', category: 'Unknown Category', reported_category: 'Unknown Activity' } },
  },
  'a Refused of 2021 and the protocol of a bind stay as reported: nobody can tell what they were': {
    before: { evt: { name: 'bind', outcome: 'Refused' }, bind: { addr: { port: 80 }, protocol: 'UDP' } },
    after: {
      evt: { name: 'bind', category: 'Network Activity', outcome: 'Refused' },
      bind: { addr: { port: 80 }, protocol: 'UDP' },
    },
  },
  'a time that was never set is not there': {
    before: { date: '0001-01-01T00:00:00Z', process: { pid: 1, exit_time: '0001-01-01T00:00:00Z' } },
    after: { time: undefined, time_ms: undefined, process: { pid: 1 } },
  },
  'two keys that disagree are both kept': {
    before: { process: { executable: { path: '/a' }, executable_path: '/b' }, usr: { id: 'alice', user: 'bob' } },
    after: {
      process: { executable: { path: '/a' }, lineage: ['a'] },
      usr: { name: 'alice' },
      extra: { '/process/executable_path': '/b', '/usr/user': 'bob' },
    },
  },
  'a mount path that neither dotted key says is kept': {
    before: { evt: { name: 'mount' }, mount: { mp: { path: '/c' }, 'mountpoint.path': '/a', 'source.path': '/b' } },
    after: { mount: { mountpoint: { path: '/a' }, source: { path: '/b' } }, extra: { '/mount/mp/path': '/c' } },
  },
  'a hash without an algorithm is kept': {
    before: { file: { path: 'a', hashes: ['sha1:00', 'no digest', 'sha1:11', 3] } },
    after: {
      file: { path: 'a', hashes: { sha1: '00' } },
      extra: { '/file/hashes/1': 'no digest', '/file/hashes/2': 'sha1:11', '/file/hashes/3': 3 },
    },
  },
  'values of another type than their field are kept, and the rest of a list moves up': {
    before: { process: { pid: '1', args: ['a', 2, 'b'] }, file: 'none' },
    after: {
      process: { args: ['a', 'b'] },
      file: undefined,
      extra: { '/process/pid': '1', '/process/args/1': 2, '/file': 'none' },
    },
  },
  'Windows registry and permissions': {
    before: {
      agent: { os: 'windows' },
      evt: { name: 'change_permission' },
      registry: { key_name: 'Run', key_path: '\\REGISTRY\\MACHINE\\Run', value_name: 'v' },
      permission_change: { username: 'u', user_domain: 'D', path: 'C:\\a', type: 'file', old_sd: 'O:', new_sd: 'O:B' },
    },
    after: {
      platform: 'windows',
      registry: { key_name: 'Run', key_path: '\\REGISTRY\\MACHINE\\Run', value_name: 'v' },
      permission_change: { username: 'u', user_domain: 'D', path: 'C:\\a', type: 'file', old_sd: 'O:', new_sd: 'O:B' },
    },
  },
  'a custom event says what it is in evt, and its own keys are apart': {
    before: { agent: { rule_id: 'lost_events' }, title: 'Lost events', service: 's', map: 'events', per_event: { open: 3 } },
    after: {
      evt: { name: 'lost_events', category: 'Agent Event' },
      ...{ title: 'Lost events', service: 's', platform: undefined, custom: { map: 'events', per_event: { open: 3 } } },
    },
  },
  'a whole event inside a custom one is read like any other': {
    before: {
      agent: { rule_id: 'abnormal_path', os: 'linux' },
      error: 'no path',
      triggering_event: { ...NESTED, usr: { id: 'a' }, more: 1 },
    },
    after: {
      custom: { error: 'no path', triggering_event: { ...NESTED_AFTER, usr: { name: 'a' } } },
      extra: { '/triggering_event/more': 1 },
    },
  },
  'events by rule id keep the id as it is, and what is no event keeps its place': {
    before: { agent: { rule_id: 'self_test' }, failed_tests: ['a/b'], test_events: { 'a/b': { ...NESTED, 'x~y': 1 }, 'c/~': 2 } },
    after: {
      custom: { failed_tests: ['a/b'], test_events: { 'a/b': NESTED_AFTER } },
      extra: { '/test_events/a~1b/x~0y': 1, '/test_events/c~1~0': 2 },
    },
  },
  'policies may hold anything where no source states a type': {
    before: {
      agent: { rule_id: 'ruleset_loaded' },
      ...{ filters: 'none', monitored_files: { a: 1 } },
      policies: [{ name: 'p', rules: [{ id: 'r', tags: ['a'], modified_by: [{ name: 'q' }] }] }],
    },
    after: {
      custom: {
        ...{ filters: 'none', monitored_files: { a: 1 } },
        policies: [{ name: 'p', rules: [{ id: 'r', tags: ['a'], modified_by: [{ name: 'q' }] }] }],
      },
    },
  },
  'a payload member of the wrong type keeps its own name, whatever stands beside it': {
    before: { attributes: { evt: { name: 'fork' } }, ddsource: 1, source: 2, _id: {}, id: 'x' },
    after: { envelope: { kind: 'archive', extra: { '/ddsource': 1, '/source': 2, '/_id': {}, '/id': 'x' } } },
  },
  'tags are lists by name': {
    before: { evt: { name: 'fork' }, ddtags: 'env:prod, team:a,team:b:c,,alone' },
    after: { tags: { env: ['prod'], team: ['a', 'b:c'], alone: [] } },
  },
  'no tags are no tags': { before: { evt: { name: 'fork' }, ddtags: '' }, after: { tags: undefined } },
};

describe('values that do not mean what they say', () => {
  for (const [name, { before, after }] of Object.entries(ROWS)) {
    it(name, () => {
      const result = contexts({ ...(before['attributes'] === undefined && { agent: {} }), ...before });
      for (const [context, expected] of Object.entries({ extra: undefined, ...after })) {
        assert.deepEqual(result[context], expected, context);
      }
    });
  }
});
