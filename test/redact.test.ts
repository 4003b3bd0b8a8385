import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { rejectOf } from '../src/output/reject.ts';
import { createTally } from '../src/output/tally.ts';
import { PROGRAM_RULES } from '../src/redact/programs.ts';
import { createRedactor } from '../src/redact/redact.ts';
import { FORM_RULES, NAME_RULES } from '../src/redact/secrets.ts';
import type { JsonObject } from '../src/types.ts';
import { SOURCE } from './support/judged.ts';
import { jsonLines, runObject } from './support/objects.ts';
import { splitText } from './support/split.ts';
import { linuxEvent } from './valid-events.ts';

const redact = createRedactor('');
const masked = (text: string) => redact(text).text;

describe('the list of secrets', () => {
  for (const { id, example } of [...NAME_RULES, ...FORM_RULES, ...PROGRAM_RULES]) {
    it(`masks its own example: ${id}`, () => {
      const [before, after] = example;
      assert.equal(masked(before), after);
      assert.notEqual(before, after);
      assert.deepEqual(redact(after), { text: after, count: 0 });
    });
  }

  it('names each entry once', () => {
    const ids = [...NAME_RULES, ...FORM_RULES, ...PROGRAM_RULES].map(({ id }) => id);
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
  [
    '{"u":"postgres://bob:a/b@h/x postgres://bob:a?b#c@h/x"}',
    '{"u":"postgres://bob:[redacted]@h/x postgres://bob:[redacted]@h/x"}',
  ],
  [`{"u":"postgres://bob:it's@h/x"}`, '{"u":"postgres://bob:[redacted]@h/x"}'],
  ['{"u":"https://h/?to=%2Fin%3Fpassword%3Dab%26x%3D1"}', '{"u":"https://h/?to=%2Fin%3Fpassword%3D[redacted]%26x%3D1"}'],
  [String.raw`{"u":"https://h/x?sig=a1b2c3d4e5f6g7h8%3D\u0026x=1"}`, String.raw`{"u":"https://h/x?sig=[redacted]\u0026x=1"}`],
  ['{"u":"https://h/x?X-Amz-Signature=0123456789abcdef0"}', '{"u":"https://h/x?X-Amz-Signature=[redacted]"}'],
  ['{"u":"https://h/x?X-Goog-Signature=0123456789abcdef0"}', '{"u":"https://h/x?X-Goog-Signature=[redacted]"}'],
  [
    '{"tags":["env:prod","token:a b"],"ddtags":"env:prod,api_key:x,n:1"}',
    '{"tags":["env:prod","token:[redacted]"],"ddtags":"env:prod,api_key:[redacted],n:1"}',
  ],
  ['{"x":"dckr_pat_0123456789-abcdefghij pypi-AgEIcHlwaS5vcmcCJDAxMjM0"}', '{"x":"dckr_pat_[redacted] pypi-AgE[redacted]"}'],
  ['{"x":"sk-proj-0123456789_abcdefghij"}', '{"x":"[redacted]"}'],
  [
    '{"envs":["API_TOKENS=x","_auth=y","DOCKER_AUTH_CONFIG={z}"]}',
    '{"envs":["API_TOKENS=[redacted]","_auth=[redacted]","DOCKER_AUTH_CONFIG=[redacted]"]}',
  ],
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
  '{"title":"Access token: manipulated","x":"The API key: leaked, then used"}',
  '{"c":"docker run -p 80:80 login; docker login -u x && docker run -p 80:80 y"}',
  '{"c":"ssh login -p 22"}',
  '{"args":["login","-p","--"],"x":"redis-server -a on","y":"mongod -p x","z":"mysql -p db"}',
  '{"envs":["npm_config_registry=x","npm_package_config_something_long_enough_to_be=1"],"x":"task-sk-learn hvs.x SG.1"}',
  '{"args":["-v","secret:/run/secret","--max-tokens=5"],"x":"sig=a1b2c3d4e5f6g7h8i9","y":"$pw_uid=1"}',
  '{"u":"http://[::1]:80/a@b http://h:80?x=a@b mongodb://h:1,i:2/a@b http://h:$PORT/a@b"}',
  '{"c":"openssl rsa -passin env:X; openssl rsa -passin file:/x"}',
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
