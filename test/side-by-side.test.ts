/** The same fact told by agents of different years, side by side, and the one shape that it ends in. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { json } from '../src/json.ts';
import type { JsonObject } from '../src/types.ts';
import { closedSchema } from './support/closed-schemas.ts';
import { contexts, normalized } from './support/judged.ts';
import { documented2021, event2020, linuxEvent, windowsEvent } from './valid-events.ts';

interface Row {
  /** The event as agents of several generations wrote it; only the keys that matter. */
  readonly before: { readonly [agent: string]: JsonObject };
  /** The contexts that all of them become; nothing may be left under `extra`. */
  readonly after: JsonObject;
}

const DIGEST = 'b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9';

const ROWS: { readonly [name: string]: Row } = {
  'executable: path, inode, mount and file system': {
    before: {
      'spring 2021, flat': {
        process: {
          executable_path: '/usr/bin/bash',
          executable_inode: json.rawJSON('18446744073709551615'),
          executable_mount_id: 31,
          executable_filesystem: 'overlay',
        },
      },
      'spring 2021, flat and nested': {
        process: {
          executable_path: '/usr/bin/bash',
          executable_inode: json.rawJSON('18446744073709551615'),
          executable_mount_id: 31,
          executable: { path: '/usr/bin/bash', inode: json.rawJSON('18446744073709551615'), filesystem: 'overlay' },
        },
      },
      today: {
        process: {
          executable: {
            path: '/usr/bin/bash',
            inode: json.rawJSON('18446744073709551615'),
            mount_id: 31,
            filesystem: 'overlay',
          },
        },
      },
    },
    after: {
      process: {
        // A JavaScript test reads it rounded; test/leaves.test.ts looks at the digits.
        executable: { path: '/usr/bin/bash', inode: 2 ** 64, mount_id: 31, filesystem: 'overlay' },
        lineage: ['bash'],
      },
    },
  },
  'executable: path inside the container': {
    before: {
      'flat key': { process: { executable_container_path: '/merged/bin/sh' } },
      'nested key': { process: { executable: { container_path: '/merged/bin/sh' } } },
    },
    after: { process: { executable: { container_path: '/merged/bin/sh' } } },
  },
  'process name': {
    before: { 2020: { process: { pid: 42, name: 'bash' } }, today: { process: { pid: 42, comm: 'bash' } } },
    after: { process: { pid: 42, comm: 'bash', lineage: ['bash'] } },
  },
  user: {
    before: {
      2020: { usr: { user: 'alice', group: 'staff' } },
      'Linux since 2021': { usr: { id: 'alice', group: 'staff' } },
    },
    after: { usr: { name: 'alice', group: 'staff' } },
  },
  'user name': {
    before: { 'Linux today': { usr: { id: 'alice' } }, Windows: { usr: { name: 'alice' } } },
    after: { usr: { name: 'alice' } },
  },
  mount: {
    before: {
      '2021, inside file': {
        evt: { name: 'mount' },
        file: {
          ...{ path: '/dev/sdb1', uid: 0, gid: 0, new_mount_id: 33, device: 8, fstype: 'ext4' },
          destination: { path: '/mnt', mount_id: 27, uid: 0, gid: 0 },
        },
      },
      '2022, objects': {
        evt: { name: 'mount' },
        mount: {
          ...{ mount_id: 33, parent_mount_id: 27, device: 8, fs_type: 'ext4' },
          mountpoint: { path: '/mnt' },
          source: { path: '/dev/sdb1' },
        },
      },
      'today, other objects and keys with dots': {
        evt: { name: 'mount' },
        mount: {
          ...{ mount_id: 33, parent_mount_id: 27, device: 8, fs_type: 'ext4' },
          mp: { path: '/mnt', uid: 0, gid: 0 },
          root: { path: '/dev/sdb1', uid: 0, gid: 0 },
          'mountpoint.path': '/mnt',
          'source.path': '/dev/sdb1',
        },
      },
      'one version, which fills the objects crosswise': {
        evt: { name: 'mount' },
        mount: {
          ...{ mount_id: 33, parent_mount_id: 27, device: 8, fs_type: 'ext4' },
          mp: { path: '/dev/sdb1', uid: 0, gid: 0 },
          root: { path: '/mnt', uid: 0, gid: 0 },
          'mountpoint.path': '/mnt',
          'source.path': '/dev/sdb1',
        },
      },
    },
    after: {
      mount: {
        ...{ mount_id: 33, parent_mount_id: 27, device: 8, fs_type: 'ext4' },
        mountpoint: { path: '/mnt' },
        source: { path: '/dev/sdb1' },
      },
      file: undefined,
    },
  },
  'trace ids': {
    before: {
      'numbers until early 2024': {
        dd: { span_id: json.rawJSON('9007199254740993'), trace_id: json.rawJSON('18446744073709551615') },
      },
      'text since': { dd: { span_id: '9007199254740993', trace_id: '18446744073709551615' } },
    },
    after: { dd: { span_id: '9007199254740993', trace_id: '18446744073709551615' } },
  },
  'anomalous system call': {
    before: {
      'before 2024': { anomaly_detection_syscall: { syscall: 'kexec_load' } },
      today: { syscalls: [{ name: 'kexec_load' }] },
    },
    after: { syscalls: [{ name: 'kexec_load' }], anomaly_detection_syscall: undefined },
  },
  'capability lists without anything in them': {
    before: {
      'absent in 2021': { process: { credentials: { uid: 1 } } },
      'null in some builds': { process: { credentials: { uid: 1, cap_effective: null, cap_permitted: null } } },
    },
    after: { process: { credentials: { uid: 1 } } },
  },
  'no terminal': {
    before: { 'early agents': { process: { pid: 1, tty: 'null' } }, today: { process: { pid: 1 } } },
    after: { process: { pid: 1 } },
  },
  'contexts without anything in them': {
    before: { today: { dd: {}, usr: {}, container: { created_at: '0001-01-01T00:00:00Z' } }, 'early agents': {} },
    after: { dd: undefined, usr: undefined, container: undefined },
  },
  'what setuid asks for': {
    before: {
      2021: {
        evt: { name: 'setuid' },
        process: { executable_path: '/a', credentials: { uid: 1, destination: { uid: 0, user: 'root' } } },
      },
      today: {
        evt: { name: 'setuid' },
        process: { executable: { path: '/a' }, credentials: { uid: 1, destination: { uid: 0, user: 'root' } } },
      },
    },
    after: {
      process: { executable: { path: '/a' }, credentials: { uid: 1, destination: { uid: 0, user: 'root' } }, lineage: ['a'] },
    },
  },
  'exit, on both platforms': {
    before: {
      'single platform': { evt: { name: 'exit' }, exit: { cause: 'EXITED', code: 1 } },
      Windows: { evt: { name: 'exit' }, agent: { os: 'windows' }, exit: { cause: 'EXITED', code: 1 } },
    },
    after: { exit: { cause: 'EXITED', code: 1 } },
  },
  'a rename, on both platforms': {
    before: {
      2021: { evt: { name: 'rename' }, file: { path: 'a', destination: { path: 'b' } } },
      Windows: { evt: { name: 'rename' }, agent: { os: 'windows' }, file: { path: 'a', destination: { path: 'b' } } },
    },
    after: { file: { path: 'a', destination: { path: 'b' } } },
  },
  'the time, with its digits': {
    before: {
      'with an offset': { date: '2026-03-04T07:06:07.890123400+02:00' },
      'in lower case': { date: '2026-03-04t05:06:07.890123400z' },
      today: { date: '2026-03-04T05:06:07.890123400Z' },
    },
    after: { time: '2026-03-04T05:06:07.890123400Z', time_ms: 1772600767890 },
  },
  hashes: {
    before: {
      'single platform': { file: { path: 'a', hashes: [`sha256:${DIGEST}`, 'ssdeep:3:a:b'], hash_state: 'Done' } },
      Windows: {
        agent: { os: 'windows' },
        file: { path: 'a', hashes: [`sha256:${DIGEST}`, 'ssdeep:3:a:b'], hash_state: 'Done' },
      },
    },
    after: { file: { path: 'a', hashes: { sha256: DIGEST, ssdeep: '3:a:b' }, hash_state: 'Done' } },
  },
};

const assertEvent = closedSchema('normalized-event');

describe('one fact, whichever agent tells it, ends in the same fields', () => {
  for (const [name, { before, after }] of Object.entries(ROWS)) {
    for (const [agent, event] of Object.entries(before)) {
      it(`${name}: ${agent}`, () => {
        const result = contexts({ agent: {}, ...event });
        for (const [context, expected] of Object.entries(after)) assert.deepEqual(result[context], expected, context);
        assert.equal(result['extra'], undefined);
      });
    }
  }

  it('whole events of four generations name the same process, user and file', () => {
    const events = {
      2020: { ...event2020(), file: { path: '/root/.bash_history', inode: 7, uid: 0, gid: 0 } },
      2021: documented2021({ file: { ...(documented2021()['file'] as JsonObject), path: '/root/.bash_history', inode: 7 } }),
      linux: linuxEvent('open', { file: { ...(linuxEvent()['file'] as JsonObject), path: '/root/.bash_history', inode: 7 } }),
      windows: windowsEvent('create', { file: { path: '/root/.bash_history' }, usr: { name: 'root', sid: 'S-1-5-18' } }),
    };
    for (const [generation, input] of Object.entries(events)) {
      const { event } = normalized(input);
      assertEvent(event);
      assert.equal(event.generation, generation);
      assert.equal((event['file'] as JsonObject)['path'], '/root/.bash_history');
      assert.equal((event['usr'] as JsonObject)['name'], 'root');
      const { comm, executable } = event['process'] as { comm?: string; executable?: JsonObject };
      assert.equal(comm ?? executable?.['name'], generation === 'windows' ? 'cmd.exe' : 'bash');
      assert.equal(event.extra, undefined);
    }
  });
});
