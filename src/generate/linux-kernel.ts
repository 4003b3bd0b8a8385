/** Contexts of kernel and process events in the single-platform and Linux generations. */
import type { JsonObject } from '../types.ts';
import { integer, present } from './json-value.ts';
import { fullFile, type Teller } from './linux-file.ts';
import { processContext, syscallList } from './linux-process.ts';
import { CAPABILITIES } from './linux-vocabulary.ts';
import type { Random } from './random.ts';

/** The contexts of one kernel or process event, or nothing when the name is not one of them. */
export function kernelContexts(name: string, teller: Teller): JsonObject | undefined {
  const { random, story } = teller;
  const file = (probability: number) => random.maybe(probability, () => fullFile(teller, story.file));
  switch (name) {
    case 'exit':
      return present({
        exit: exit(random),
        file: random.maybe(0.7, () => fullFile(teller, story.lineage[0]?.executable ?? story.file)),
      });
    case 'signal':
      return { signal: present({ type: random.pick(['SIGKILL', 'SIGTERM', 'SIGUSR2']), ...target(teller, 'pid', 'target') }) };
    case 'ptrace': {
      const { tracee } = target(teller, 'pid', 'tracee');
      const ptrace = present({
        request: random.pick(['PTRACE_ATTACH', 'PTRACE_POKETEXT', 'PTRACE_SEIZE']),
        address: address(random),
        tracee,
      });
      return random.chance(0.9) ? { ptrace } : {};
    }
    case 'capabilities':
      return { capabilities: { caps_attempted: random.some(CAPABILITIES, 3), caps_used: random.some(CAPABILITIES, 2) } };
    case 'prctl':
      return {
        prctl: present({
          option: random.pick(['PR_SET_NAME', 'PR_SET_DUMPABLE']),
          new_name: random.maybe(0.7, () => 'kworker/u8:3'),
          is_name_truncated: random.maybe(0.3, () => true),
        }),
        syscall: { prctl: present({ flags: random.maybe(0.5, () => 15) }) },
      };
    case 'syscalls':
      return { syscalls: syscallList(random) };
    case 'anomaly_detection_syscall':
      return { anomaly_detection_syscall: { syscall: random.pick(['SysPtrace', 'SysInitModule', 'SysUserfaultfd']) } };
    case 'selinux':
      return present({ selinux: selinux(random), file: file(0.8) });
    case 'bpf':
      return { bpf: bpf(random) };
    case 'mmap':
      return present({ mmap: mmap(random), file: file(0.7) });
    case 'mprotect': {
      const start = address(random);
      return {
        mprotect: {
          vm_start: start,
          vm_end: `${start.slice(0, -4)}f000`,
          vm_protection: 'VM_READ | VM_WRITE',
          req_protection: 'VM_READ | VM_EXEC',
        },
      };
    }
    case 'load_module':
      return present({
        module: present({
          name: random.pick(['nf_tables', 'diamorphine', 'br_netfilter']),
          loaded_from_memory: random.maybe(0.3, () => true),
          argv: random.maybe(0.6, () => ['debug=1', 'hide=1']),
          args_truncated: random.maybe(0.2, () => true),
        }),
        file: file(0.7),
      });
    case 'unload_module':
      return { module: { name: random.pick(['nf_tables', 'diamorphine']) } };
    case 'sysctl':
      return { sysctl: sysctl(random) };
    case 'cgroup_write':
      return {
        cgroup_write: present({
          file: random.maybe(0.9, () =>
            fullFile(
              teller,
              { ...story.file, path: '/sys/fs/cgroup/system.slice/cgroup.procs' },
              random.chance(0.5) ? { flags: ['O_WRONLY'] } : {},
            ),
          ),
          pid: story.lineage[0]?.pid,
        }),
      };
    case 'fork':
    case 'setrlimit':
    case 'ondemand':
      return {};
    default:
      return undefined;
  }
}

const address = (random: Random) => `0x7f${random.hex(6)}0000`;

function exit(random: Random): JsonObject {
  const cause = random.pick(['EXITED', 'EXITED', 'SIGNALED', 'COREDUMPED']);
  return { cause, code: cause === 'EXITED' ? random.pick([0, 0, 1, 127]) : random.pick([9, 11, 15]) };
}

/** Another process of the same host: the one signalled or traced. Its own ancestors are usually the same shells. */
function target(teller: Teller, pidKey: string, key: 'target' | 'tracee'): JsonObject {
  const [, ...others] = teller.story.lineage;
  const known = others.length > 0 && teller.random.chance(0.9);
  return present({ [pidKey]: others[0]?.pid ?? 1, [key]: known ? processContext(teller, others.slice(0, 2)) : undefined });
}

function selinux(random: Random): JsonObject {
  switch (random.int(0, 2)) {
    case 0:
      return { bool: { name: 'httpd_can_network_connect', state: random.pick(['on', 'off']) } };
    case 1:
      return { enforce: { status: random.pick(['enforcing', 'permissive', 'disabled']) } };
    default:
      return { bool_commit: { state: random.chance(0.5) } };
  }
}

function bpf(random: Random): JsonObject {
  return present({
    cmd: random.pick(['BPF_MAP_CREATE', 'BPF_PROG_LOAD', 'BPF_MAP_UPDATE_ELEM']),
    map: random.maybe(0.6, () => ({ name: 'events', map_type: 'BPF_MAP_TYPE_PERF_EVENT_ARRAY' })),
    program: random.maybe(0.6, () => ({
      name: 'hide_pid',
      tag: random.hex(16),
      program_type: 'BPF_PROG_TYPE_KPROBE',
      attach_type: 'BPF_CGROUP_INET_INGRESS',
      helpers: ['BPF_GET_CURRENT_PID_TGID', 'BPF_PROBE_WRITE_USER'],
    })),
  });
}

function mmap(random: Random): JsonObject {
  const huge = random.chance(0.15);
  return {
    address: address(random),
    offset: huge ? integer('18446744073709547520') : 4096 * random.int(0, 4),
    length: huge ? integer('9223372036854779904') : 4096 * random.int(1, 512),
    protection: 'PROT_READ | PROT_EXEC',
    flags: random.pick(['MAP_PRIVATE', 'MAP_SHARED | MAP_ANONYMOUS']),
  };
}

function sysctl(random: Random): JsonObject {
  return present({
    proc: random.maybe(0.4, () => ({ sys: { kernel: { randomize_va_space: '0' } } })),
    action: random.pick(['read', 'write']),
    file_position: random.maybe(0.4, () => random.int(1, 64)),
    name: random.pick(['kernel/randomize_va_space', 'net/ipv4/ip_forward', 'kernel/core_pattern']),
    name_truncated: random.maybe(0.1, () => true),
    value: random.pick(['0', '1', '|/tmp/.cache/x %p']),
    value_truncated: random.maybe(0.1, () => true),
    old_value: random.maybe(0.6, () => '2'),
    old_value_truncated: random.maybe(0.1, () => true),
  });
}
