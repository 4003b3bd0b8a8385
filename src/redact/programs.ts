/** Secrets that are told by the program they are given to: another part of the list in src/redact/secrets.ts. */
import type { FormRule } from './secrets.ts';

/** Behind the name of a program. */
const END_OF_NAME = String.raw`(?:\.exe)?(?=["'\s\\])`;
/** Other arguments of the same command. A brace ends it, as it ends an object, unless it is a text in quotes. */
const PLAIN = '[^|;<>{}]{0,256}?';
/** The same, but for a flag that many programs have: another command may follow behind `&&`. */
const PLAIN_ALONE = '[^|;&<>{}]{0,256}?';
const BRACES = String.raw`(?<=["'])\{[^{}]{0,256}(?:\{[^{}]{0,256}\}[^{}]{0,256}){0,2}\}`;
const OTHERS = `${PLAIN}(?:(?:${BRACES}|; ?charset=)${PLAIN}){0,2}?`;
const START_OF_FLAG = `(?<=[ \t\r\n"'])`;
/** From one word to the next one: blanks in a command line, a comma and the quotes around it in a list. */
const BLANKS = String.raw`(?:\s|\\{1,7}[nrt]){0,64}`;
const QUOTE = String.raw`\\{0,7}(?:["']|u0022)`;
const NEXT = String.raw`(?:\s{1,16}(?![\s|<>&;-])|${QUOTE}${BLANKS},${BLANKS}${QUOTE}(?!-))`;
/** Right behind a flag, with or without quotes of its own. */
const JOINED = String.raw`(?:=?(?=[^\s"'\\]|\\{0,7}["'](?![\s,\]}"'\\]|$)))`;
const EITHER = `(?:${JOINED}|${NEXT})`;
/** From a flag to the user behind it, whose quotes hold the password as well. */
const TO_USER = String.raw`(?:["'\s\\=]{0,16}|${QUOTE}${BLANKS},${BLANKS}${QUOTE})`;
/** The name of a command of a program, close behind its name. */
const CLOSE = String.raw`["'\s\\,:[\w]{1,40}`;

/** Each form below has such a flag in it. */
const FLAG = /[pPkK]|a[\s"'\\]|[#\w]{0,8}[uUw]|-(?:proxy-)?user/y;
const BEFORE_FLAG = ' \t\r\n"\'';

export const PROGRAM_RULES: readonly FormRule[] = [
  {
    id: 'mysql',
    what: 'the password that clients of MySQL take behind -p',
    example: ['{"argv0":"mysql","args":["-u","root","-phunter2"]}', '{"argv0":"mysql","args":["-u","root","-p[redacted]"]}'],
    form: given('mysql(?:dump|admin|import|show|check|slap)?|mariadb(?:-dump|-admin)?', `-p${JOINED}`),
    takes: 'word',
  },
  {
    id: 'sshpass',
    what: 'the password that sshpass takes behind -p',
    example: ['sshpass -p hunter2 ssh h', 'sshpass -p [redacted] ssh h'],
    form: given('sshpass', `-p${EITHER}`),
    takes: 'word',
  },
  {
    id: 'login',
    what: 'the password that docker, podman, helm, az, oc and the like take to log in',
    example: ['docker login -u bob -p hunter2 r.example.com', 'docker login -u bob -p [redacted] r.example.com'],
    form: new RegExp(
      String.raw`login(?<=(?:^|[\s"'/\\])(?:docker|podman|nerdctl|buildah|skopeo|helm|crane|oras|az|oc|cf)(?:\.exe|\.cmd)?["'\s\\][^|;&<>{}]{0,64}login)` +
        `${END_OF_NAME}${PLAIN_ALONE}${START_OF_FLAG}-p${EITHER}`,
    ),
    takes: 'word',
  },
  {
    id: 'mongo',
    what: 'the password that mongosh and the tools of MongoDB take behind -p',
    example: ['{"args":["mongodump","-p","hunter2"]}', '{"args":["mongodump","-p","[redacted]"]}'],
    form: given('mongo(?:sh|dump|restore|export|import|stat|top|files)?', `-p${EITHER}`),
    takes: 'word',
  },
  {
    id: 'redis',
    what: 'the password that redis-cli takes behind -a',
    example: ['redis-cli -h cache -a hunter2 ping', 'redis-cli -h cache -a [redacted] ping'],
    form: given('redis-cli|valkey-cli', `-a${NEXT}`),
    takes: 'word',
  },
  {
    id: 'sqlserver',
    what: 'the password that clients of SQL Server take behind -P',
    example: ['sqlcmd -S db -U sa -P hunter2 -Q go', 'sqlcmd -S db -U sa -P [redacted] -Q go'],
    form: given('sqlcmd|osql|bcp', `-P${EITHER}`),
    takes: 'word',
  },
  {
    id: 'psexec',
    what: 'the password that PsExec takes behind -p',
    example: ['PsExec64.exe -u bob -p hunter2 cmd', 'PsExec64.exe -u bob -p [redacted] cmd'],
    form: given('[Pp][Ss][Ee]xec(?:64)?', `-p${NEXT}`),
    takes: 'word',
  },
  {
    id: 'ldap',
    what: 'the password that clients of LDAP take behind -w',
    example: ['ldapsearch -x -w hunter2 -b dc=x', 'ldapsearch -x -w [redacted] -b dc=x'],
    form: given('ldap(?:search|modify|add|delete|passwd|whoami|compare|modrdn)', `-[xZLv]{0,6}w${EITHER}`),
    takes: 'word',
  },
  {
    id: 'smb',
    what: 'the password behind the user that clients of SMB are given',
    example: ['smbclient -U bob%hunter2 //h/s', 'smbclient -U bob%[redacted] //h/s'],
    form: given(
      'smbclient|rpcclient',
      String.raw`(?:-U|--user)${TO_USER}[^ \t\n\r\f\v"'\\,%-][^ \t\n\r\f\v"'\\%]{0,63}%(?=[^ \t\n\r\f\v"'\\])`,
    ),
    takes: 'word',
  },
  {
    id: 'openssl',
    what: 'the pass phrases and keys that openssl takes as arguments',
    example: ['openssl rsa -passin pass:hunter2', 'openssl rsa -passin pass:[redacted]'],
    form: new RegExp(
      `openssl${END_OF_NAME}(?:${OTHERS}${START_OF_FLAG}-pass(?:in|out)?${NEXT}pass:|${CLOSE}enc${END_OF_NAME}${OTHERS}${START_OF_FLAG}-[kK]${NEXT})`,
    ),
    takes: 'word',
  },
  {
    id: 'curl',
    what: 'the password behind the user that curl is given',
    example: ['curl -u bob:hunter2 https://example.com', 'curl -u bob:[redacted] https://example.com'],
    form: given(
      'curl',
      String.raw`(?:-[#0-46aBfgGiIjJklLMnNOpqRsSvZ]{0,8}[uU]|--(?:proxy-)?user)${TO_USER}[^ \t\n\r\f\v"'\\,:=-][^ \t\n\r\f\v"'\\:]{0,63}:(?=[^ \t\n\r\f\v"'\\])(?!\[redacted\])`,
    ),
    takes: 'word',
  },
];

/** A program, and somewhere behind its name the flag that a secret follows. */
function given(program: string, flag: string): RegExp {
  return new RegExp(`(?:${program})${END_OF_NAME}${OTHERS}${START_OF_FLAG}${flag}`);
}

/** Whether a form may match. Few texts have such flags, and to look for them costs less than to look for every program. */
export function mayNameProgram(text: string): boolean {
  for (let at = text.indexOf('-'); at >= 0; at = text.indexOf('-', at + 1)) {
    FLAG.lastIndex = at + 1;
    if (BEFORE_FLAG.includes(text.charAt(at - 1)) && FLAG.test(text)) return true;
  }
  return false;
}
