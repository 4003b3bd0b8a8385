/** Contexts of process events, and those that say how a call was made. */
import { type Context, context } from './fields.ts';
import { boolean, integer, object, text, texts } from './kinds.ts';
import { process } from './process.ts';

const syscallArguments = context('syscall_args', {
  path: text,
  flags: integer,
  mode: integer,
  uid: integer,
  gid: integer,
  dirfd: integer,
  destination_path: text,
  fs_type: text,
});

const SYSCALLS_WITH_ARGUMENTS = [
  'chmod',
  'chown',
  'chdir',
  'exec',
  'open',
  'unlink',
  'link',
  'rename',
  'utimes',
  'mount',
  'mkdir',
  'rmdir',
  'setsockopt',
  'prctl',
];

export const ACTIVITY_CONTEXTS: { readonly [key: string]: Context } = {
  exit: context('exit', { cause: text, code: integer }),
  signal: context('signal', { type: text, pid: integer, target: process }),
  splice: context('splice', { pipe_entry_flag: text, pipe_exit_flag: text }),
  capabilities: context('capabilities', { caps_attempted: texts, caps_used: texts }),
  prctl: context('prctl', { option: text, new_name: text, is_name_truncated: boolean }),
  syscall: context('syscall', Object.fromEntries(SYSCALLS_WITH_ARGUMENTS.map((name) => [name, object(syscallArguments)]))),
};
