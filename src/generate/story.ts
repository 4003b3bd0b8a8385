/**
 * What happened, before anyone writes it down. A story can be told in every generation of its platform, which is how
 * tests compare generations: the same story must normalize to the same facts.
 */
import type { Instant } from './instant.ts';

export interface Person {
  readonly uid: number;
  readonly user: string;
  readonly gid: number;
  readonly group: string;
}

export interface Package {
  readonly name: string;
  readonly version: string;
  readonly release: string;
}

export interface LinuxFile {
  readonly path: string;
  /** Decimal digits: inodes go up to 2^64 − 1. */
  readonly inode: string;
  readonly mode: number;
  readonly mountId: number;
  readonly filesystem: string;
  readonly owner: Person;
  readonly modified: Instant;
  readonly changed: Instant;
  readonly size: number;
  readonly sha256: string;
  readonly inUpperLayer: boolean;
  readonly package?: Package;
}

export interface LinuxProcess {
  readonly pid: number;
  readonly comm: string;
  /** Without argv0. */
  readonly args: readonly string[];
  /** Names only: agents never send values. */
  readonly envs: readonly string[];
  readonly tty?: string;
  readonly owner: Person;
  readonly executable: LinuxFile;
  readonly interpreter?: LinuxFile;
  readonly forked: Instant;
  readonly executed: Instant;
  readonly capabilities: readonly string[];
  readonly inContainer: boolean;
  readonly cgroup: string;
}

export interface Container {
  readonly id: string;
  readonly created: Instant;
}

export interface Session {
  readonly kind: 'k8s' | 'ssh';
  readonly id: string;
  readonly user: string;
}

export interface Endpoint {
  readonly ip: string;
  readonly port: number;
}

export interface Rule {
  readonly id: string;
  readonly title: string;
  readonly policy: string;
  readonly policyVersion: string;
  readonly tags: readonly string[];
}

interface Told {
  readonly at: Instant;
  /** Offset of the host's clock from UTC; agents write times in the host's zone. */
  readonly offsetMinutes: number;
  readonly host: string;
  readonly service: string;
  readonly rule: Rule;
}

export interface LinuxStory extends Told {
  readonly platform: 'linux';
  /** The acting process first, then its parent, and so on up to pid 1. */
  readonly lineage: readonly LinuxProcess[];
  readonly container?: Container;
  readonly session?: Session;
  readonly file: LinuxFile;
  /** Where a rename, link or mount leads to. */
  readonly target: LinuxFile;
  /** What a change of mode or owner asks for. */
  readonly mode: number;
  readonly newOwner: Person;
  readonly local: Endpoint;
  readonly peer: Endpoint;
  readonly domain: string;
  /** Whether the call succeeded. */
  readonly outcome: 'Success' | 'Refused' | 'Error';
}

export interface WindowsFile {
  readonly path: string;
  readonly devicePath: string;
}

export interface WindowsProcess {
  readonly pid: number;
  readonly executable: WindowsFile;
  readonly commandLine: string;
  readonly executed: Instant;
  readonly user: string;
}

export interface WindowsStory extends Told {
  readonly platform: 'windows';
  readonly lineage: readonly WindowsProcess[];
  readonly user: { readonly name: string; readonly domain: string; readonly sid: string };
  readonly container?: Container;
  readonly file: WindowsFile;
  readonly target: WindowsFile;
  readonly registryKey: string;
  readonly registryValue: string;
}

export type Story = LinuxStory | WindowsStory;
