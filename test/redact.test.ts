import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { rejectOf } from '../src/output/reject.ts';
import { createTally } from '../src/output/tally.ts';
import { patternProblem } from '../src/pattern.ts';
import { createRedactor } from '../src/redact/redact.ts';
import { FORM_RULES, NAME_RULES } from '../src/redact/secrets.ts';
import { readSettings, SettingsError } from '../src/settings.ts';
import type { JsonObject } from '../src/types.ts';
import { SOURCE } from './support/judged.ts';
import { jsonLines, runObject } from './support/objects.ts';
import { splitText } from './support/split.ts';
import { linuxEvent } from './valid-events.ts';

const redact = createRedactor('');
const masked = (text: string) => redact(text).text;

describe('the list of secrets', () => {
  for (const { id, example } of [...NAME_RULES, ...FORM_RULES]) {
    it(`masks its own example: ${id}`, () => {
      const [before, after] = example;
      assert.equal(masked(before), after);
      assert.notEqual(before, after);
      assert.deepEqual(redact(after), { text: after, count: 0 });
    });
  }

  it('names each entry once', () => {
    const ids = [...NAME_RULES, ...FORM_RULES].map(({ id }) => id);
    assert.equal(new Set(ids).size, ids.length);
  });
});

/** Text and what becomes of it. Written with String.raw, so that backslashes are those of the JSON. */
const MASKED: readonly (readonly [string, string])[] = [
  // Arguments.
  ['{"args":["--password=hun ter2"]}', '{"args":["--password=[redacted]"]}'],
  ['{"args":["--db.password","a b"]}', '{"args":["--db.password","[redacted]"]}'],
  [String.raw`{"args":["-token","a\"b\\"]}`, '{"args":["-token","[redacted]"]}'],
  [String.raw`{"args":["5\" x --password=hun\"ter2 x"]}`, String.raw`{"args":["5\" x --password=[redacted] x"]}`],
  ['{"args":["-Dspring.datasource.password=x y"]}', '{"args":["-Dspring.datasource.password=[redacted]"]}'],
  [
    '{"args":["--passwd=a","--api-key=b","--access-key=c"]}',
    '{"args":["--passwd=[redacted]","--api-key=[redacted]","--access-key=[redacted]"]}',
  ],
  ['{"args":["-H","Authorization: Digest a=b, c=d"]}', '{"args":["-H","Authorization: Digest [redacted]"]}'],
  ['{"args":["-c","PASSWORD=abc ./run --now"]}', '{"args":["-c","PASSWORD=[redacted] ./run --now"]}'],
  ['{"args" : [ "--secret" ,\n "x" ]}', '{"args" : [ "--secret" ,\n "[redacted]" ]}'],
  ['{"args":["-H","Authorization:Basic Ym9iOng="]}', '{"args":["-H","Authorization:Basic [redacted]"]}'],
  ['{"args":["-HAuthorization: Basic Ym9iOng="]}', '{"args":["-HAuthorization: Basic [redacted]"]}'],
  ['{"args":["-storepass","a b","-keypass","c"]}', '{"args":["-storepass","[redacted]","-keypass","[redacted]"]}'],
  // Command lines.
  ['{"cmdline":"a.exe --password hunter2 -u x"}', '{"cmdline":"a.exe --password [redacted] -u x"}'],
  [String.raw`{"cmdline":"a --password=\"x y\" -u"}`, String.raw`{"cmdline":"a --password=\"[redacted]\" -u"}`],
  [`{"cmdline":"a --password='x y' -u"}`, `{"cmdline":"a --password='[redacted]' -u"}`],
  [String.raw`{"cmdline":"a --password=C:\\new\\t b"}`, '{"cmdline":"a --password=[redacted] b"}'],
  ['{"cmdline":"net use /user:bob /password:x y"}', '{"cmdline":"net use /user:bob /password:[redacted] y"}'],
  ['{"c":"mysqldump -u root -phunter2 db"}', '{"c":"mysqldump -u root -p[redacted] db"}'],
  ['{"c":"sshpass -p hunter2 ssh x"}', '{"c":"sshpass -p [redacted] ssh x"}'],
  ['{"argv0":"sshpass","args":["-p","x y","ssh"]}', '{"argv0":"sshpass","args":["-p","[redacted]","ssh"]}'],
  // Variables.
  [
    '{"envs":["PGPASSWORD=a b","A_PASSWD=x","GIT_TOKEN=y"]}',
    '{"envs":["PGPASSWORD=[redacted]","A_PASSWD=[redacted]","GIT_TOKEN=[redacted]"]}',
  ],
  [
    '{"envs":["DD_APP_KEY=x","AWS_SECRET_ACCESS_KEY=y/z+"]}',
    '{"envs":["DD_APP_KEY=[redacted]","AWS_SECRET_ACCESS_KEY=[redacted]"]}',
  ],
  [String.raw`{"envs":["A_SECRET=a\nb\u00e9\\"]}`, '{"envs":["A_SECRET=[redacted]"]}'],
  ['{"envs":["SSHPASS=x y","DBPASS=z"]}', '{"envs":["SSHPASS=[redacted]","DBPASS=[redacted]"]}'],
  // Members, also within text that is JSON itself.
  ['{"password":"x","clientSecret":"y","n":1}', '{"password":"[redacted]","clientSecret":"[redacted]","n":1}'],
  [
    String.raw`{"message":"{\"args\":[\"--password\",\"x\"],\"password\":\"a\\\"b\"}"}`,
    String.raw`{"message":"{\"args\":[\"--password\",\"[redacted]\"],\"password\":\"[redacted]\"}"}`,
  ],
  [String.raw`{"m":"{\u0022token\u0022:\u0022x y\u0022}"}`, String.raw`{"m":"{\u0022token\u0022:\u0022[redacted]\u0022}"}`],
  [String.raw`{"m":"{\"e\":[\"A_TOKEN=a\\tb\"]}"}`, String.raw`{"m":"{\"e\":[\"A_TOKEN=[redacted]\"]}"}`],
  [`{"py":"{'api_key': 'a b', 'x': 1}"}`, `{"py":"{'api_key': '[redacted]', 'x': 1}"}`],
  // Addresses and connection strings.
  [String.raw`{"u":"https://h/x?token=abc\u0026x=1"}`, String.raw`{"u":"https://h/x?token=[redacted]\u0026x=1"}`],
  ['{"u":"redis://:pw@h:6379 http://h:80/a@b"}', '{"u":"redis://:[redacted]@h:6379 http://h:80/a@b"}'],
  ['{"c":"Server=x;Password=ab;c;Initial Catalog=d;"}', '{"c":"Server=x;Password=[redacted];Initial Catalog=d;"}'],
  ['{"c":"mount -o username=a,password=b,uid=0"}', '{"c":"mount -o username=a,password=[redacted],uid=0"}'],
  [String.raw`{"u":"https:\/\/bob:hunter2@h\/x"}`, String.raw`{"u":"https:\/\/bob:[redacted]@h\/x"}`],
  ['{"u":"smtp://bob@example.com:hunter2@h:587"}', '{"u":"smtp://bob@example.com:[redacted]@h:587"}'],
  ['{"args":["curl","-sSu","bob:hunter2","h"]}', '{"args":["curl","-sSu","bob:[redacted]","h"]}'],
  ['{"c":"curl --proxy-user bob:a -U bob:b h"}', '{"c":"curl --proxy-user bob:[redacted] -U bob:[redacted] h"}'],
  ['{"x":"xapp-1-A0123-0123456789-abcdef"}', '{"x":"[redacted]"}'],
  // No JSON, broken JSON, and text that was cut off.
  ['export PASSWORD="a b" TOKEN=x; ./run', 'export PASSWORD="[redacted]" TOKEN=[redacted]; ./run'],
  ['{"a:1,"args":["--password=hunter2"]}', '{"a:1,"args":["--password=[redacted]"]}'],
  ['{"args":["--password","hunt', '{"args":["--password","[redacted]'],
  ['{"args":["--token=abc\\', '{"args":["--token=[redacted]'],
  ['{"key":"-----BEGIN RSA PRIVATE KEY-----\\nMII', '{"key":"-----BEGIN RSA PRIVATE KEY-----[redacted]'],
  ['{"x":"ghp_0123', '{"x":"[redacted]'],
  ['{"x":"AKIA01', '{"x":"[redacted]'],
  ['{"x":"https://bob:hun', '{"x":"https://bob:[redacted]'],
];

/** Evidence that only looks like a secret. */
const KEPT: readonly string[] = [
  '{"envs":["PWD=/home/bob","OLDPWD=/","SSH_AUTH_SOCK=/tmp/ssh/agent.1","TOKENIZERS_PARALLELISM=false"]}',
  '{"envs":["PASSWORD","DB_PASSWORD_FILE=/run/secrets/db","GOOGLE_APPLICATION_CREDENTIALS=/etc/key.json"]}',
  '{"envs":["GIT_ASKPASS=/usr/bin/askpass","TOKEN_TTL=3600","SECRET_NAME=db","BYPASS=1","COMPASS=n"]}',
  '{"args":["--password-file=/run/x","--password-stdin","--no-password","db","--max-tokens=5"]}',
  '{"args":["--password","-u","root"]}',
  '{"args":["ssh","-o","PasswordAuthentication=no","h"],"x":"X-aws-ec2-metadata-token-ttl-seconds: 21600"}',
  '{"args":["passwd","root"],"comm":"passwd","argv0":"passwd"}',
  '{"file":{"path":"/etc/passwd","name":"passwd"},"x":"/var/run/secrets/token"}',
  '{"cmdline":"docker run -v /etc/passwd:/etc/passwd:ro tokenizer secretary"}',
  '{"arn":"arn:aws:secretsmanager:eu-west-1:1:secret:prod/db"}',
  '{"credentials":{"uid":0},"token":5,"password":null,"secrets":["a"],"ssh_public_key":"SHA256:x"}',
  '{"rule_id":"credential_modified","title":"A credential file was read","user_session":{"auth":"password"}}',
  '{"u":"git+ssh://git@github.com:22/org/repo@v1","v":"git+ssh://git@github.com:org/repo.git@v1"}',
  '{"c":"curl -Hau:b --url http://h:80/ -o u a:b --user-agent a:b"}',
  '{"u":"http://h:8080/a@b","v":"https://user@host/x","w":"10:20 a@b"}',
  '{"a":{"argv0":"mysql","args":["-P","3306","--protocol=tcp"]},"b":{"cmdline":"ssh -p22 h; ps -p1"}}',
  '{"password=x":1,"AKIAIOSFODNN7EXAMPLE":2}',
  '{"k":"-----BEGIN CERTIFICATE-----\\nMIIE\\n-----END CERTIFICATE-----"}',
];

describe('a text', () => {
  for (const [before, after] of MASKED) {
    it(`loses its secrets: ${before}`, () => {
      const { text, count } = redact(before);
      assert.equal(text, after);
      assert.equal(count, after.split('[redacted]').length - 1);
      assert.deepEqual(redact(text), { text, count: 0 });
    });
  }

  for (const text of KEPT) it(`stays as it is: ${text}`, () => assert.deepEqual(redact(text), { text, count: 0 }));
});

describe('a pattern of the user', () => {
  it('masks its first group, or all that it matches, in strings but not in keys, numbers or structure', () => {
    const byGroup = createRedactor('acct-([0-9]+)|ACME[0-9]+');
    assert.deepEqual(byGroup('{"acct-1":"acct-12 ACME3","n":12}'), {
      text: '{"acct-1":"acct-[redacted] [redacted]","n":12}',
      count: 2,
    });
    assert.equal(createRedactor('[0-9]+')('{"n":12,"a":["7"]}').text, '{"n":12,"a":["[redacted]"]}');
    assert.equal(createRedactor('[0-9]+')('12 is broken').text, '[redacted] is broken');
  });

  it('never touches quotes and escape sequences', () => {
    for (const pattern of ['.', 'n', '[^a]+', '"', '00e9', 'u']) {
      const text = createRedactor(pattern)(String.raw`{"a":"b\nc\u00e9\\\"n","m":"{\"n\":\"\\n x\"}"}`).text;
      const value: { m: string } = JSON.parse(text);
      assert.deepEqual(Object.keys(JSON.parse(value.m)), ['n']);
    }
    const everything = createRedactor('\\w+');
    const once = everything('{"a":"b c"}').text;
    assert.deepEqual([once, everything(once).text], Array(2).fill('{"a":"[redacted] [redacted]"}'));
  });

  it('is refused when it is wrong or may take forever', () => {
    for (const [pattern, problem] of [
      ['(', /regular expression/],
      ['a*', /empty text/],
      ['x|', /empty text/],
      ['(a+)+b', /repeat a group/],
      ['(?:a|b){2,}c', /repeat a group/],
      ['((a+)?x)*y', /repeat a group/],
      ['a'.repeat(1001), /1000 characters/],
    ] as const) {
      assert.match(patternProblem(pattern) ?? '', problem, pattern);
      const given = [{ origin: '--redact-patterns', name: 'redact_patterns', value: pattern }];
      assert.throws(
        () => readSettings(given),
        (error) => error instanceof SettingsError && error.problems.length === 1,
      );
    }
    for (const pattern of ['', 'a+b*c?', '(a|b)c*', '(ab)+', '[(+]{3}\\(+', '(a+)?b', '(?<x>a)+', 'ACME-\\d{6}']) {
      assert.equal(patternProblem(pattern), undefined, pattern);
    }
  });
});

describe('a reject', () => {
  const [record] = splitText(Buffer.from('{"args":["--password=hunter2"]}')).records;
  const fault = { code: 'json.encoding', errors: [] } as const;
  assert.ok(record);

  it('holds its original without secrets, the rest of the bytes as they were, and the id of its event', () => {
    const event_id = '0'.repeat(32);
    const reject = rejectOf(record, fault, SOURCE, { eventId: event_id }, masked);
    assert.equal(reject.raw, '{"args":["--password=[redacted]"]}');
    assert.equal(reject.event_id, event_id);
    assert.equal(rejectOf(record, fault, SOURCE, {}, (text) => text).raw, record.bytes.toString());
    const broken = Buffer.concat([Buffer.from([0xff, 0xe0, 0xa0]), record.bytes, Buffer.from([0xfe])]);
    const { raw, raw_encoding } = rejectOf({ ...record, bytes: broken, length: broken.length }, fault, SOURCE, {}, masked);
    assert.equal(raw_encoding, 'base64');
    assert.deepEqual(
      Buffer.from(raw, 'base64'),
      Buffer.concat([broken.subarray(0, 3), Buffer.from(reject.raw), broken.subarray(-1)]),
    );
  });

  it('adds to the count of masked secrets', () => {
    const tally = createTally(10);
    tally.redacted(2);
    tally.redacted(1);
    assert.equal(tally.snapshot().redacted, 3);
  });
});

describe('a run', () => {
  const secretive = {
    ...linuxEvent(),
    process: { ...(linuxEvent()['process'] as JsonObject), args: ['--password=hunter2', 'ACME77'] },
  };
  const input = jsonLines([secretive, { ...secretive, title: 7 }]);
  const outcomes = ['rejects', 'all', 'none'] as const;

  it('masks where the settings say, counts it, and gives events the same id in any case', async () => {
    const runs = await Promise.all(outcomes.map((where) => runObject(input, { settings: { redact: where } })));
    const leaks = runs.map(({ events, rejects }) => [events, rejects].map((lines) => JSON.stringify(lines).includes('hunter2')));
    assert.deepEqual(leaks, [
      [true, false],
      [false, false],
      [true, true],
    ]);
    assert.deepEqual(
      runs.map(({ receipt }) => receipt.counts.redacted),
      [1, 2, 0],
    );
    for (const ids of [runs.map(({ events }) => events[0]?.event_id), runs.map(({ rejects }) => rejects[0]?.event_id)]) {
      assert.match(ids[0] ?? '', /^[0-9a-f]{32}$/);
      assert.equal(new Set(ids).size, 1);
    }
  });

  it('masks what the pattern of the user finds', async () => {
    const { rejects, receipt } = await runObject(input, { settings: { redact_patterns: 'ACME[0-9]+' } });
    assert.ok(rejects[0]?.raw.includes('["--password=[redacted]","[redacted]"]'));
    assert.equal(receipt.counts.redacted, 2);
  });
});
