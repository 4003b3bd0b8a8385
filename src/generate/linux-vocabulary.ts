/** Words that Linux stories are made of. Names and addresses are examples: no real host, account or person. */
import type { Person, Rule } from './story.ts';

const person = (uid: number, user: string, gid = uid, group = user): Person => ({ uid, user, gid, group });

export const ROOT = person(0, 'root');
export const PEOPLE = {
  root: ROOT,
  web: person(33, 'www-data'),
  app: person(1001, 'app'),
  alice: person(1000, 'alice'),
  bob: person(1002, 'bob', 100, 'users'),
  postgres: person(999, 'postgres'),
  nobody: person(65534, 'nobody', 65534, 'nogroup'),
} as const;
export type PersonName = keyof typeof PEOPLE;

export const ENVS = [
  'PATH',
  'HOME',
  'LANG',
  'PWD',
  'SHLVL',
  'TERM',
  'USER',
  'LOGNAME',
  'HOSTNAME',
  'KUBERNETES_SERVICE_HOST',
  'KUBERNETES_PORT',
  'KUBERNETES_PORT_443_TCP_ADDR',
  'DD_AGENT_HOST',
  'DD_SERVICE',
  'DD_ENV',
  'DD_VERSION',
  'JAVA_HOME',
  'NODE_ENV',
  'SSH_CLIENT',
  'SSH_CONNECTION',
  'SSH_TTY',
  'SUDO_COMMAND',
  'SUDO_USER',
  'LD_PRELOAD',
  'LD_LIBRARY_PATH',
  'AWS_REGION',
  'PGDATA',
] as const;

export const CAPABILITIES = [
  'CAP_CHOWN',
  'CAP_DAC_OVERRIDE',
  'CAP_FOWNER',
  'CAP_FSETID',
  'CAP_KILL',
  'CAP_MKNOD',
  'CAP_NET_BIND_SERVICE',
  'CAP_NET_RAW',
  'CAP_SETFCAP',
  'CAP_SETGID',
  'CAP_SETPCAP',
  'CAP_SETUID',
  'CAP_SYS_ADMIN',
  'CAP_SYS_CHROOT',
  'CAP_SYS_PTRACE',
  'CAP_AUDIT_WRITE',
] as const;

export const FILES = [
  '/etc/shadow',
  '/etc/passwd',
  '/etc/ssh/sshd_config',
  '/etc/cron.d/refresh',
  '/root/.ssh/authorized_keys',
  '/home/alice/.bash_history',
  '/home/bob/Üniversite notları.txt',
  '/usr/bin/passwd',
  '/usr/lib/x86_64-linux-gnu/libc.so.6',
  '/var/log/auth.log',
  '/var/www/html/index.php',
  '/var/lib/postgresql/data/pg_hba.conf',
  '/tmp/install.sh',
  '/tmp/.cache/x',
  '/dev/shm/.k',
  '/run/secrets/kubernetes.io/serviceaccount/token',
  '/srv/checkout/config.yaml',
  '/srv/api/package.json',
  '/opt/tools/rotate.py',
  '/proc/1/ns/mnt',
  '/var/tmp/日志.tar.gz',
  '/etc/ld.so.preload',
] as const;

export const DOMAINS = [
  'downloads.example.com',
  'api.example.org',
  'pool.example.net',
  'orders-db.shop.svc.cluster.local',
  '23.100.51.198.in-addr.arpa',
] as const;
export const HOSTS = [
  'web-01.example.com',
  'web-02.example.com',
  'worker-7.example.com',
  'bastion.example.com',
  'i-0123456789abcdef0',
] as const;

const rule = (id: string, title: string, tags: readonly string[]): Rule => ({
  id,
  title,
  policy: 'default.policy',
  policyVersion: '1.4.2',
  tags,
});

export const RULES: readonly Rule[] = [
  rule('credential_modified', 'Sensitive credential files were modified', [
    'technique:T1003-os-credential-dumping',
    'tactic:TA0006-credential-access',
  ]),
  rule('net_util_in_container', 'A network utility was executed in a container', [
    'technique:T1105-ingress-tool-transfer',
    'tactic:TA0011-command-and-control',
  ]),
  rule('ssh_authorized_keys', 'SSH modified keys may have been modified', [
    'technique:T1098-account-manipulation',
    'tactic:TA0003-persistence',
  ]),
  rule('interactive_shell_in_container', 'An interactive shell was started inside of a container', [
    'technique:T1059-command-and-scripting-interpreter',
  ]),
  rule('kernel_module_load', 'A new kernel module was loaded', [
    'technique:T1547-boot-or-logon-autostart-execution',
    'tactic:TA0003-persistence',
  ]),
  rule('cryptominer_args', 'A process resembles a cryptocurrency miner', [
    'technique:T1496-resource-hijacking',
    'tactic:TA0040-impact',
  ]),
  rule('pam_modification', 'PAM may have been modified without authorization', ['technique:T1556-modify-authentication-process']),
];
