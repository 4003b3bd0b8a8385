/** Secrets that programs are given, in all the ways that events hold a command. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createRedactor } from '../src/redact/redact.ts';

const redact = createRedactor('');

/** Words of commands, `S3CR` among them. */
const COMMANDS: readonly (readonly string[])[] = [
  ['docker', 'login', '-u', 'bob', '-p', 'S3CR', 'r.example.com'],
  ['docker', 'login', '-pS3CR'],
  ['az', 'login', '--service-principal', '-u', 'x', '-p', 'S3CR', '--tenant', 't'],
  ['helm', 'registry', 'login', 'r', '-p', 'S3CR'],
  ['mongosh', '-u', 'x', '-p', 'S3CR'],
  ['mongodump', '-pS3CR'],
  ['redis-cli', '-h', 'x', '-a', 'S3CR'],
  ['plink', '-pw', 'S3CR', 'h'],
  ['PsExec64.exe', '\\\\h', '-u', 'x', '-p', 'S3CR', 'cmd'],
  ['sqlcmd', '-S', 'h', '-U', 'sa', '-P', 'S3CR'],
  ['sqlcmd', '-PS3CR'],
  ['mysql', '-uroot', '-pS3CR $x'],
  ['sshpass', '-p', 'S3CR $x', 'ssh'],
  ['openssl', 'rsa', '-passin', 'pass:S3CR'],
  ['openssl', 'enc', '-aes-256-cbc', '-k', 'S3CR'],
  ['ldapsearch', '-x', '-w', 'S3CR'],
  ['smbclient', '//h/s', '-U', 'bob%S3CR'],
  ['smbclient', '-Ubob%S3CR $x'],
  ['curl', '-d', '{"a":{"b":1}}', '-u', 'bob:S3CR', 'h'],
  ['curl', '-H', 'Content-Type: application/json; charset=utf-8', '-u', 'bob:S3CR $x', 'h'],
];

/** One command as events hold it: in a list, in a line with either quotes, in a script, in JSON within JSON. */
function writings([argv0 = '', ...args]: readonly string[]): string[] {
  const words = [argv0, ...args];
  const isPlain = (word: string) => /^[\w./:%+-]+$/.test(word);
  const line = words.map((word) => (isPlain(word) ? word : `'${word}'`)).join(' ');
  const cmdline = words.map((word) => (isPlain(word) ? word : JSON.stringify(word))).join(' ');
  const process = { argv0, args };
  return [
    ...[process, { args: [`/usr/bin/${argv0}`, ...args] }, { cmdline: line }, { cmdline }, { args: ['-c', line] }].map((part) =>
      JSON.stringify(part),
    ),
    ...[JSON.stringify(process), JSON.stringify(process, null, 2)].map((message) => JSON.stringify({ message })),
    line,
  ];
}

describe('a command', () => {
  for (const command of COMMANDS) {
    for (const before of writings(command)) {
      it(`loses its secret: ${before}`, () => {
        const { text, count } = redact(before);
        assert.ok(count > 0 && !text.includes('S3CR') && !text.includes('$x'), text);
        assert.deepEqual(redact(text), { text, count: 0 });
      });
    }
  }
});
