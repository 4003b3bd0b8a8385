/**
 * Every event type that agents write, once: validators, categories, the generator, samples and docs all read this table.
 * Taken from the agent's category code, its serializers and its list of SECL event types; docs/event-types.md shows it.
 */
import type { Generation, Platform } from './types.ts';

export const CATEGORIES = [
  'File Activity',
  'Process Activity',
  'Kernel Activity',
  'Network Activity',
  'Agent Event',
  'Unknown Category',
] as const;
export type Category = (typeof CATEGORIES)[number];

/** Partition value of a category. */
export const CATEGORY_SLUGS: { readonly [category in Category]: string } = {
  'File Activity': 'file_activity',
  'Process Activity': 'process_activity',
  'Kernel Activity': 'kernel_activity',
  'Network Activity': 'network_activity',
  'Agent Event': 'agent_event',
  'Unknown Category': 'unknown_activity',
};

/**
 * `evt.outcome`: from the return value of the call (Success, Refused, Error), always Success, always unknown, or not written.
 */
export type OutcomeRule = 'result' | 'success' | 'unknown' | 'absent';

export interface EventType {
  readonly name: string;
  readonly platform: Platform;
  /** What the newest agent writes into `evt.category`. Older agents wrote other values for the same name. */
  readonly category: Category;
  /** Paths that every agent writes for this type; the validators demand them. */
  readonly requires: readonly string[];
  /** Contexts that belong to this type but may be missing. */
  readonly may: readonly string[];
  readonly outcome: OutcomeRule;
  /** First agent version in which a rule can trigger on it; absent when no rule can. */
  readonly since?: string;
  /** Generations whose agents write it. */
  readonly generations: readonly Generation[];
  /** What agents of 2020 and 2021 wrote instead of `requires`, where that differs. */
  readonly requiresIn2021?: readonly string[];
}

type Options = Partial<Pick<EventType, 'may' | 'outcome' | 'since' | 'generations' | 'requiresIn2021'>>;

const EARLY = ['2020', '2021', 'single-platform', 'linux'] as const;
const MIDDLE = ['single-platform', 'linux'] as const;
const LATE = ['linux'] as const;

function define(platform: Platform, category: Category) {
  return (name: string, requires: readonly string[], options: Options = {}): EventType => ({
    name,
    platform,
    category,
    requires,
    may: [],
    outcome: 'result',
    generations: MIDDLE,
    ...options,
  });
}

const file = define('linux', 'File Activity');
const process = define('linux', 'Process Activity');
const kernel = define('linux', 'Kernel Activity');
const network = define('linux', 'Network Activity');
const windowsFile = define('windows', 'File Activity');
const windowsProcess = define('windows', 'Process Activity');
const WINDOWS = { generations: ['windows'], outcome: 'absent' } as const satisfies Options;

export const EVENT_TYPES: readonly EventType[] = [
  file('open', ['file'], { may: ['syscall'], since: '7.27', generations: EARLY }),
  file('mkdir', ['file'], { may: ['syscall'], since: '7.27', generations: EARLY }),
  file('rmdir', ['file'], { may: ['syscall'], since: '7.27', generations: EARLY }),
  file('chdir', ['file'], { may: ['syscall'], since: '7.52' }),
  file('chmod', ['file'], { may: ['syscall'], since: '7.27', generations: EARLY }),
  file('chown', ['file'], { may: ['syscall'], since: '7.27', generations: EARLY }),
  file('link', ['file', 'file/destination'], { may: ['syscall'], since: '7.27', generations: EARLY }),
  file('rename', ['file', 'file/destination'], { may: ['syscall'], since: '7.27', generations: EARLY }),
  file('unlink', ['file'], { may: ['syscall'], since: '7.27', generations: EARLY }),
  file('utimes', ['file'], { may: ['syscall'], since: '7.27', generations: EARLY }),
  file('setxattr', ['file'], { since: '7.27', generations: EARLY }),
  file('removexattr', ['file'], { since: '7.27', generations: EARLY }),
  file('mount', ['mount'], { may: ['syscall'], since: '7.42', generations: EARLY, requiresIn2021: ['file', 'file/destination'] }),
  file('umount', ['file'], { generations: EARLY }),
  file('splice', ['splice'], { may: ['file'], since: '7.36' }),
  process('exec', ['file'], { may: ['syscall'], outcome: 'success', since: '7.27', generations: EARLY }),
  process('fork', [], { outcome: 'success', generations: EARLY }),
  process('exit', ['exit'], { may: ['file'], outcome: 'success', since: '7.38', generations: EARLY, requiresIn2021: [] }),
  process('setuid', ['process/credentials/destination'], { outcome: 'success', since: '7.27', generations: EARLY }),
  process('setgid', ['process/credentials/destination'], { outcome: 'success', since: '7.27', generations: EARLY }),
  process('capset', ['process/credentials/destination'], { outcome: 'success', since: '7.27', generations: EARLY }),
  process('signal', ['signal'], { since: '7.35' }),
  process('setrlimit', [], { outcome: 'absent', since: '7.68', generations: LATE }),
  process('capabilities', ['capabilities'], { outcome: 'absent', since: '7.70', generations: LATE }),
  process('prctl', ['prctl'], { outcome: 'absent', since: '7.71', generations: LATE }),
  process('syscalls', [], { may: ['syscalls'], outcome: 'absent', generations: LATE }),
  process('anomaly_detection_syscall', ['anomaly_detection_syscall'], { outcome: 'absent', generations: ['single-platform'] }),
  kernel('selinux', ['selinux'], { may: ['file'], outcome: 'success', since: '7.30' }),
  kernel('bpf', ['bpf'], { outcome: 'success', since: '7.33' }),
  kernel('ptrace', [], { may: ['ptrace'], since: '7.35' }),
  kernel('mmap', ['mmap'], { may: ['file'], since: '7.35' }),
  kernel('mprotect', ['mprotect'], { since: '7.35' }),
  kernel('load_module', ['module'], { may: ['file'], since: '7.35' }),
  kernel('unload_module', ['module'], { since: '7.35' }),
  kernel('sysctl', ['sysctl'], { outcome: 'success', since: '7.65', generations: LATE }),
  kernel('cgroup_write', ['cgroup_write'], { outcome: 'absent', since: '7.68', generations: LATE }),
  kernel('ondemand', [], { outcome: 'absent', generations: LATE }),
  network('bind', ['bind'], { since: '7.37' }),
  network('connect', ['connect'], { since: '7.60', generations: LATE }),
  network('accept', ['accept'], { since: '7.63', generations: LATE }),
  network('setsockopt', ['setsockopt'], { outcome: 'absent', since: '7.68', generations: LATE }),
  network('dns', ['dns'], { may: ['network'], outcome: 'success', since: '7.36' }),
  network('imds', ['imds'], { may: ['network'], outcome: 'success', since: '7.55', generations: LATE }),
  network('packet', ['packet'], { outcome: 'absent', since: '7.60', generations: LATE }),
  network('packet_action', ['packet'], { outcome: 'absent', generations: LATE }),
  network('network_flow_monitor', ['network_flow_monitor'], { outcome: 'absent', since: '7.63', generations: LATE }),
  windowsFile('create', ['file'], { ...WINDOWS, since: '7.52' }),
  windowsFile('delete', ['file'], { ...WINDOWS, since: '7.54' }),
  windowsFile('write', ['file'], { ...WINDOWS, since: '7.54' }),
  windowsFile('rename', ['file', 'file/destination'], { ...WINDOWS, since: '7.54' }),
  windowsFile('create_key', ['registry'], { ...WINDOWS, since: '7.52' }),
  windowsFile('open_key', ['registry'], { ...WINDOWS, since: '7.52' }),
  windowsFile('delete_key', ['registry'], { ...WINDOWS, since: '7.52' }),
  windowsFile('set_key_value', ['registry'], { ...WINDOWS, since: '7.52' }),
  windowsFile('change_permission', ['permission_change'], { ...WINDOWS, since: '7.55' }),
  windowsProcess('exec', ['file'], { ...WINDOWS, outcome: 'unknown', since: '7.27' }),
  windowsProcess('exit', ['exit'], { ...WINDOWS, may: ['file'], outcome: 'unknown', since: '7.38' }),
];

/** The agent's own events: no `evt`, told apart by `agent.rule_id`; `keys` are their own members at the root. */
export interface CustomEventType {
  readonly name: string;
  readonly title: string;
  readonly keys: readonly string[];
}

export const CUSTOM_EVENT_TYPES: readonly CustomEventType[] = [
  { name: 'ruleset_loaded', title: 'New ruleset loaded', keys: ['policies', 'filters', 'monitored_files'] },
  { name: 'heartbeat', title: 'Heartbeat', keys: ['policy'] },
  { name: 'self_test', title: 'Self tests result', keys: ['succeeded_tests', 'failed_tests', 'test_events'] },
  { name: 'lost_events', title: 'Lost events', keys: ['map', 'lost', 'per_event'] },
  {
    name: 'noisy_process',
    title: 'Noisy process detected',
    keys: ['pid_count', 'threshold', 'control_period', 'discarded_until', 'pid', 'comm'],
  },
  { name: 'abnormal_path', title: 'Abnormal path detected', keys: ['triggering_event', 'error'] },
  { name: 'no_process_context', title: 'No process context detected', keys: ['triggering_event', 'error'] },
  { name: 'broken_process_lineage', title: 'Broken process lineage detected', keys: ['triggering_event', 'error'] },
  { name: 'sysctl_snapshot', title: 'Sysctl snapshot', keys: [] },
];

const CATEGORY_BY_NAME = new Map<string, Category>(EVENT_TYPES.map((type) => [type.name, type.category]));
const CUSTOM_NAMES = new Set(CUSTOM_EVENT_TYPES.map((type) => type.name));

/** The newest table's category for an event name; `Unknown Category` for a name that is not in it, as the agent does. */
export function categoryOf(name: string | undefined): Category {
  return (name !== undefined && CATEGORY_BY_NAME.get(name)) || 'Unknown Category';
}

/** Whether agents write this `evt.name` on some platform. */
export function isKnownEvent(name: string): boolean {
  return CATEGORY_BY_NAME.has(name);
}

/** Whether a rule id is one of the agent's own events. */
export function isCustomEvent(ruleId: string): boolean {
  return CUSTOM_NAMES.has(ruleId);
}
