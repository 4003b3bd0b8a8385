import { before, type Instant } from './instant.ts';
import type { Random } from './random.ts';
import type { Rule, WindowsFile, WindowsProcess, WindowsStory } from './story.ts';

interface Program {
  readonly path: string;
  readonly commandLine: string;
}

const SYSTEM = 'C:\\Windows\\System32';

const PROGRAMS = {
  wininit: { path: `${SYSTEM}\\wininit.exe`, commandLine: 'wininit.exe' },
  services: { path: `${SYSTEM}\\services.exe`, commandLine: `${SYSTEM}\\services.exe` },
  svchost: { path: `${SYSTEM}\\svchost.exe`, commandLine: `${SYSTEM}\\svchost.exe -k netsvcs -p -s Schedule` },
  taskeng: { path: `${SYSTEM}\\taskhostw.exe`, commandLine: 'taskhostw.exe /RuntimeWide' },
  winlogon: { path: `${SYSTEM}\\winlogon.exe`, commandLine: 'winlogon.exe' },
  userinit: { path: `${SYSTEM}\\userinit.exe`, commandLine: `${SYSTEM}\\userinit.exe` },
  explorer: { path: 'C:\\Windows\\explorer.exe', commandLine: 'C:\\Windows\\Explorer.EXE' },
  word: {
    path: 'C:\\Program Files\\Microsoft Office\\root\\Office16\\WINWORD.EXE',
    commandLine: '"WINWORD.EXE" /n "C:\\Users\\alice\\Downloads\\invoice.docm"',
  },
  cmd: { path: `${SYSTEM}\\cmd.exe`, commandLine: 'cmd.exe /d /c "powershell -nop -w hidden -f %TEMP%\\update.ps1"' },
  powershell: {
    path: `${SYSTEM}\\WindowsPowerShell\\v1.0\\powershell.exe`,
    commandLine: 'powershell.exe -NoProfile -ExecutionPolicy Bypass -File "C:\\Users\\alice\\AppData\\Local\\Temp\\update.ps1"',
  },
  reg: {
    path: `${SYSTEM}\\reg.exe`,
    commandLine: 'reg add HKLM\\Software\\Microsoft\\Windows\\CurrentVersion\\Run /v Updater /d C:\\Temp\\u.exe',
  },
  iis: { path: `${SYSTEM}\\inetsrv\\w3wp.exe`, commandLine: 'w3wp.exe -ap "DefaultAppPool" -v "v4.0"' },
} as const satisfies Record<string, Program>;

const TREES: readonly (readonly (keyof typeof PROGRAMS)[])[] = [
  ['wininit', 'services', 'svchost', 'taskeng', 'powershell'],
  ['winlogon', 'userinit', 'explorer', 'word', 'cmd', 'powershell'],
  ['winlogon', 'userinit', 'explorer', 'cmd', 'reg'],
  ['wininit', 'services', 'iis', 'cmd'],
];

const FILES = [
  'C:\\Windows\\System32\\drivers\\etc\\hosts',
  'C:\\Users\\alice\\AppData\\Local\\Temp\\update.ps1',
  'C:\\Windows\\System32\\Tasks\\Updater',
  'C:\\inetpub\\wwwroot\\shell.aspx',
  'C:\\Users\\Public\\Größe.txt',
] as const;

const KEYS = [
  '\\REGISTRY\\MACHINE\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Run',
  '\\REGISTRY\\MACHINE\\SYSTEM\\CurrentControlSet\\Services\\Updater',
  '\\REGISTRY\\USER\\S-1-5-21-1111111111-2222222222-3333333333-1001\\Environment',
] as const;

const RULES: readonly Rule[] = [
  {
    id: 'windows_autorun_modified',
    title: 'A registry run key was modified',
    policy: 'default.policy',
    policyVersion: '1.4.2',
    tags: ['technique:T1547-boot-or-logon-autostart-execution'],
  },
  {
    id: 'windows_hosts_modified',
    title: 'The hosts file was modified',
    policy: 'default.policy',
    policyVersion: '1.4.2',
    tags: ['technique:T1565-data-manipulation'],
  },
  {
    id: 'windows_powershell_hidden',
    title: 'PowerShell ran with a hidden window',
    policy: 'default.policy',
    policyVersion: '1.4.2',
    tags: ['technique:T1059-command-and-scripting-interpreter'],
  },
];

/** Makes up what happened on a Windows host. `ancestors` fixes how deep the process tree is. */
export function tellWindowsStory(random: Random, at: Instant, ancestors?: number): WindowsStory {
  const name = random.pick(['alice', 'svc-deploy', 'SYSTEM']);
  return {
    platform: 'windows',
    at,
    offsetMinutes: random.chance(0.08) ? random.pick([60, -300]) : 0,
    host: random.pick(['win-01.example.com', 'win-build-2.example.com']),
    service: random.pick(['', 'intranet']),
    rule: random.pick(RULES),
    lineage: makeLineage(random, at, name, ancestors),
    user: {
      name,
      domain: name === 'SYSTEM' ? 'NT AUTHORITY' : 'EXAMPLE',
      sid: name === 'SYSTEM' ? 'S-1-5-18' : `S-1-5-21-1111111111-2222222222-3333333333-${random.int(1001, 1200)}`,
    },
    ...(random.chance(0.3) && { container: { id: random.hex(64), created: before(at, 86_400, random) } }),
    file: windowsFile(random.pick(FILES)),
    target: windowsFile(`C:\\Users\\Public\\${random.hex(8)}.tmp`),
    registryKey: random.pick(KEYS),
    registryValue: random.pick(['Updater', 'ImagePath', 'Path']),
  };
}

/** The file of a path, with the name that the kernel has for it. */
function windowsFile(path: string): WindowsFile {
  return { path, devicePath: path.replace(/^C:/, '\\Device\\HarddiskVolume3') };
}

function makeLineage(random: Random, at: Instant, user: string, ancestors: number | undefined): WindowsProcess[] {
  const tree = random.pick(TREES);
  const missing = ancestors === undefined ? 0 : ancestors + 1 - tree.length;
  const more = Array.from({ length: Math.max(0, missing) }, () => random.pick(['cmd', 'powershell'] as const));
  const programs = missing >= 0 ? [...tree.slice(0, -1), ...more, ...tree.slice(-1)] : tree.slice(-missing);
  let pid = 500;
  let age = 500_000;
  const lineage = programs.map((name, index) => {
    const acting = index === programs.length - 1;
    pid = acting ? 4 * random.int(25_000, 249_999) : pid + 4 * random.int(1, 300);
    age = acting ? random.int(0, 3) : Math.floor(age * random.real());
    const { path, commandLine } = PROGRAMS[name];
    return {
      pid,
      executable: windowsFile(path),
      commandLine: name === 'cmd' ? `${commandLine} # ${random.hex(12)}` : commandLine,
      executed: before(at, age, random),
      user: index < 2 ? 'NT AUTHORITY\\SYSTEM' : `EXAMPLE\\${user}`,
    };
  });
  return lineage.reverse();
}
