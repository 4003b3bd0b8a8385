/** Contexts of events that concern the kernel: BPF, memory, modules, SELinux, sysctl, tracing. */
import { type Context, context } from './fields.ts';
import { details } from './file.ts';
import { boolean, freeObject, integer, object, text, texts } from './kinds.ts';
import { process } from './process.ts';

const bpfMap = context('bpf_map', { name: text, map_type: text });
const bpfProgram = context('bpf_program', { name: text, tag: text, program_type: text, attach_type: text, helpers: texts });

export const KERNEL_CONTEXTS: { readonly [key: string]: Context } = {
  bpf: context('bpf', { cmd: text, map: object(bpfMap), program: object(bpfProgram) }),
  mmap: context('mmap', { address: text, offset: integer, length: integer, protection: text, flags: text }),
  mprotect: context('mprotect', { vm_start: text, vm_end: text, vm_protection: text, req_protection: text }),
  ptrace: context('ptrace', { request: text, address: text, tracee: process }),
  module: context('module', { name: text, loaded_from_memory: boolean, argv: texts, args_truncated: boolean }),
  selinux: context('selinux', {
    bool: object(context('selinux_bool', { name: text, state: text })),
    enforce: object(context('selinux_enforce', { status: text })),
    bool_commit: object(context('selinux_bool_commit', { state: boolean })),
  }),
  sysctl: context('sysctl', {
    proc: freeObject,
    action: text,
    file_position: integer,
    name: text,
    name_truncated: boolean,
    value: text,
    value_truncated: boolean,
    old_value: text,
    old_value_truncated: boolean,
  }),
  cgroup_write: context('cgroup_write', { file: details, pid: integer }),
};
