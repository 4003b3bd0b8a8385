/** One valid event of every generation, built anew on each call: a test changes one thing and asserts one thing. */
import type { JsonObject } from '../src/types.ts';

const TIME = '2026-03-04T05:06:07.890123456Z';

const executable = {
  path: '/usr/bin/bash',
  name: 'bash',
  inode: 4051,
  mode: 33261,
  mount_id: 31,
  filesystem: 'ext4',
  uid: 0,
  gid: 0,
  user: 'root',
  group: 'root',
  modification_time: TIME,
  change_time: TIME,
  package_name: 'bash',
  package_version: '5.1.16',
  hashes: ['sha256:0f3a9c1e5b7d2468ace013579bdf2468ace013579bdf2468ace013579bdf2468'],
  hash_state: 'Done',
};

const ids = { uid: 0, gid: 0, euid: 0, egid: 0, fsuid: 0, fsgid: 0 };
const names = { user: 'root', group: 'root', euser: 'root', egroup: 'root', fsuser: 'root', fsgroup: 'root' };
const capabilities = { cap_effective: ['CAP_CHOWN', 'CAP_KILL'], cap_permitted: ['CAP_CHOWN'] };

function linuxProcess(pid: number): JsonObject {
  return {
    pid,
    ppid: pid - 1,
    tid: pid,
    uid: 0,
    gid: 0,
    user: 'root',
    group: 'root',
    comm: 'bash',
    tty: 'pts1',
    fork_time: TIME,
    exec_time: TIME,
    credentials: { ...ids, ...names, auid: 1000, ...capabilities },
    executable,
    cgroup: { id: '/system.slice/ssh.service', manager: 'systemd' },
    argv0: 'bash',
    args: ['-c', 'id'],
    envs: ['PATH', 'HOME'],
  };
}

/** A current Linux event; `depth` ancestors make it as large as genuine ones (ten: about 9 KB). */
export function linuxEvent(
  name = 'open',
  own: JsonObject = { file: { ...executable, flags: ['O_RDONLY'] } },
  depth = 2,
): JsonObject {
  const ancestors = Array.from({ length: depth }, (_, index) => linuxProcess(4000 - index));
  return separate({
    agent: {
      rule_id: 'shell_history',
      policy_name: 'default.policy',
      version: '7.72.0',
      os: 'linux',
      arch: 'x64',
      origin: 'ebpf',
    },
    title: 'A shell was opened',
    evt: {
      name,
      category: 'File Activity',
      outcome: 'Success',
      matched_rules: [{ id: 'shell_history', tags: ['tactic:execution'] }],
    },
    date: TIME,
    process: { ...linuxProcess(4001), parent: ancestors[0], ancestors },
    usr: { id: 'root', group: 'root' },
    dd: {},
    ...own,
  });
}

/** An event of the years with one schema for all platforms. */
export function singlePlatformEvent(name = 'open', own: JsonObject = { file: executable }): JsonObject {
  const { auid: _auid, ...credentials } = linuxProcess(1)['credentials'] as JsonObject;
  const process = { ...linuxProcess(4001), credentials };
  return separate({
    agent: { rule_id: 'shell_history', version: '7.45.0' },
    title: 'A shell was opened',
    evt: { name, category: 'File Activity', outcome: 'Success', async: false },
    date: TIME,
    process: { ...process, parent: process, ancestors: [process] },
    dd: { span_id: 6_543_210_987_654_321, trace_id: 1 },
    ...own,
  });
}

export function windowsEvent(
  name = 'create',
  own: JsonObject = { file: { path: 'c:\\a.txt', device_path: '\\device\\a.txt', name: 'a.txt' } },
): JsonObject {
  const process = {
    pid: 800,
    ppid: 4,
    exec_time: TIME,
    executable: { path: 'c:\\windows\\cmd.exe', name: 'cmd.exe' },
    cmdline: 'cmd /c dir',
  };
  return separate({
    agent: { rule_id: 'new_file', version: '7.60.0', os: 'windows', arch: 'x64' },
    title: 'A file was created',
    evt: { name, category: 'File Activity' },
    date: TIME,
    process: { ...process, parent: process, ancestors: [process] },
    usr: { name: 'SYSTEM', sid: 'S-1-5-18' },
    ...own,
  });
}

/** An event exactly as the documentation of 2021 asks for it, on a host and with a file. */
export function documented2021(own: JsonObject = {}): JsonObject {
  const { user: _user, group: _group, hashes: _hashes, ...nested } = executable;
  const process = {
    pid: 4001,
    ppid: 4000,
    tid: 4001,
    uid: 0,
    gid: 0,
    comm: 'bash',
    executable_path: '/usr/bin/bash',
    executable_inode: 4051,
    executable_mount_id: 31,
    credentials: { ...ids, ...names, ...capabilities },
    executable: nested,
  };
  const { uid: _uid, gid: _gid, ...file } = executable;
  return separate({
    agent: { rule_id: 'shell_history', policy_name: 'default.policy', policy_version: '1' },
    title: 'A shell was opened',
    evt: { name: 'open', category: 'File Activity', outcome: 'Success' },
    date: '2021-05-06T07:08:09.123456789Z',
    file,
    usr: { id: 'root', group: 'root' },
    process: { ...process, parent: process, ancestors: [process] },
    ...own,
  });
}

/** An event of late 2020: names that changed since, and no date. */
export function event2020(): JsonObject {
  return {
    agent: { rule_id: 'shell_history' },
    title: 'A shell was opened',
    evt: { name: 'open', category: 'File Activity', outcome: 'Success' },
    file: { path: '/root/.bash_history', inode: 7, uid: 0, gid: 0, overlay_numlower: 0 },
    usr: { user: 'root', group: 'root' },
    process: { pid: 42, name: 'bash', uid: 0, gid: 0 },
  };
}

/** One of the agent's own events. */
export function customEvent(ruleId: string, own: JsonObject = {}): JsonObject {
  return separate({
    agent: { rule_id: ruleId, version: '7.72.0', os: 'linux' },
    title: 'Agent event',
    date: TIME,
    service: 'runtime-security-agent',
    ...own,
  });
}

/** A copy in which nothing is shared: a process can be its own parent in the code above, and changes must not show twice. */
function separate(event: JsonObject): JsonObject {
  return JSON.parse(JSON.stringify(event));
}
