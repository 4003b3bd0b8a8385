import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { createRedactor } from '../src/redact/redact.ts';

const redact = createRedactor('');

/** Pieces that the redactor looks for, and whatever JSON and shells write around them. */
const FRAGMENTS = [
  ...[
    '"',
    '\\"',
    '\\\\\\"',
    '\\',
    '\\\\',
    "'",
    '=',
    ':',
    ',',
    ' ',
    '\n',
    '\\n',
    '[',
    '{',
    '}',
    ']',
    ';',
    '&',
    '/',
    '@',
    '.',
    'é',
  ],
  ...[
    '\\u0022',
    '\\u0026',
    '\\u003d',
    'password',
    'PASSWORD',
    'token',
    '--token',
    'Pwd',
    'credential',
    'authorization',
    'Basic ',
  ],
  ...[
    'mysql ',
    'sshpass',
    '-p',
    '-c',
    'curl -u a:',
    'docker login ',
    'openssl enc ',
    ' -k ',
    'smbclient -U a%',
    '%3D',
    '%26',
    '&sig=',
    '://u:',
    'AKIAIOSFODNN7EXAMPLE',
    'AKIA',
    'eyJhbGciOiJIUzI1NiJ9',
    'ghp_',
  ],
  ...['-----BEGIN PRIVATE KEY-----', '-----END', 'Bearer ', '[redacted]', 'C:', 'abc'],
];
const text = fc
  .array(
    fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...FRAGMENTS) }, { weight: 1, arbitrary: fc.string({ maxLength: 4 }) }),
    {
      maxLength: 25,
    },
  )
  .map((pieces) => pieces.join(''));

const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    text,
    fc.integer(),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(text, tie('value'), { maxKeys: 4 }),
    tie('value').map((inner) => JSON.stringify(inner)),
  ),
}));

/** A value without its texts. */
function shapeOf(node: unknown): unknown {
  if (typeof node === 'string') return 'text';
  if (Array.isArray(node)) return node.map(shapeOf);
  if (typeof node !== 'object' || node === null) return node;
  return Object.entries(node).map(([key, member]) => [key, shapeOf(member)]);
}

describe('redaction', () => {
  it('keeps JSON what it is: the same keys, the same lists, the same numbers', () => {
    fc.assert(
      fc.property(value, fc.constantFrom(undefined, 2), (before, indent) => {
        const { text: after } = redact(JSON.stringify(before, null, indent));
        assert.deepEqual(shapeOf(JSON.parse(after)), shapeOf(JSON.parse(JSON.stringify(before))));
        assert.equal(redact(after).text, after);
      }),
      { numRuns: 3000 },
    );
  });

  it('leaves a text alone that was masked, whatever it is', () => {
    fc.assert(
      fc.property(text, (before) => {
        const { text: after } = redact(before);
        assert.deepEqual(redact(after), { text: after, count: 0 });
      }),
      { numRuns: 5000 },
    );
  });
});

/** Begins unlike anything else, so that one can look for it. */
const BEGINNING = 'Zq7xJw';
const phrase = fc.string({ unit: 'grapheme', maxLength: 12 }).map((rest) => BEGINNING + rest);
const word = fc.string({ unit: fc.constantFrom(...'abcXYZ019!#$%^*_+~.-/?'), maxLength: 12 }).map((rest) => BEGINNING + rest);
const noise = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.constantFrom('say "hi"', 'C:\\dir\\', '5" disk', "it's", '-v', '--verbose'),
);

interface Planted {
  readonly secret: string;
  readonly event: { readonly [key: string]: unknown };
}

const planted: fc.Arbitrary<Planted> = fc.oneof(
  fc.tuple(phrase, noise).map(([secret, other]) => ({ secret, event: { args: [other, `--password=${secret}`, other] } })),
  fc.tuple(phrase, noise).map(([secret, other]) => ({ secret, event: { args: [other, '--api-key', secret, other] } })),
  fc.tuple(phrase, noise).map(([secret, other]) => ({ secret, event: { envs: [`A=${other}`, `DB_PASSWORD=${secret}`] } })),
  fc.tuple(phrase, noise).map(([secret, other]) => ({ secret, event: { other, variables: { client_secret: secret }, n: 1 } })),
  fc.tuple(word, noise).map(([secret, other]) => ({ secret, event: { other, cmdline: `run.exe --token ${secret} -x` } })),
  fc.tuple(word, noise).map(([secret, other]) => ({ secret, event: { other, cmdline: `run.exe "--token=${secret}" 'x'` } })),
  fc.tuple(word, noise).map(([secret, other]) => ({ secret, event: { other, cmdline: `A_TOKEN=${secret} ./run` } })),
  fc.tuple(word, noise).map(([secret, other]) => ({ secret, event: { other, args: ['-H', `X-Api-Key: ${secret}`] } })),
);

const wrappings: readonly ((event: unknown) => string)[] = [
  (event) => JSON.stringify(event),
  (event) => JSON.stringify({ process: event }, null, 2),
  (event) => JSON.stringify({ message: JSON.stringify(event), hostname: 'h' }),
  (event) => JSON.stringify({ message: JSON.stringify({ process: event }, null, 2) }),
  (event) => JSON.stringify({ a: JSON.stringify({ message: JSON.stringify(event) }) }),
];

describe('a secret', () => {
  const wrapped = fc.constantFrom(...wrappings);

  it('survives in no position and no depth, and what is beside it stays', () => {
    fc.assert(
      fc.property(planted, wrapped, ({ secret, event }, wrap) => {
        const { text: after, count } = redact(wrap(event));
        assert.ok(count > 0 && !after.includes(BEGINNING), `${wrap(event)} → ${after}`);
        // What was escaped when the text was made is back where it was when it is read.
        const expected = JSON.parse(JSON.stringify(event).replaceAll(JSON.stringify(secret).slice(1, -1), '[redacted]'));
        assert.equal(after, wrap(expected));
      }),
      { numRuns: 3000 },
    );
  });

  it('that was cut off does not slip through', () => {
    fc.assert(
      fc.property(planted, wrapped, fc.nat({ max: 40 }), ({ event }, wrap, more) => {
        const whole = wrap(event);
        const cut = whole.slice(0, whole.indexOf(BEGINNING) + 3 + more);
        assert.ok(!redact(cut).text.includes(BEGINNING.slice(0, 3)), cut);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('hostile text', () => {
  const MEGABYTE = 1024 * 1024;
  const UNITS = [
    ...[
      'a',
      '\\',
      '"',
      '\\"',
      'password',
      'password=',
      '--password ',
      '--password,"',
      'eyJ',
      'eyJ-',
      '.eyJ',
      'AKIA',
      'AIza',
      'xoxb-',
    ],
    ...[
      'mysql ',
      'mysql "',
      'sshpass -p',
      'docker login ',
      'login -p ',
      'openssl enc ',
      'curl "{',
      'curl "{}',
      'mongo -p',
      'curl -u ',
      '://',
      '://a:',
      '://:@',
      '://:\\',
      '://a:x/',
      '://a:/',
      'token%3D',
      'token%3D%26',
      ',token:',
      '&sig=',
      'sk-',
      'SG.',
      ' -',
      '-----BEGIN PRIVATE KEY-----',
      'bearer ',
    ],
    ...['token:', 'token\\', 'token="', '"token":"', "token='", 'token=;a', 'token=a;', 'token=a&a', 'token \\n', '"token" ,'],
    ...[
      'u0022',
      '\\u0022',
      '\\u003d',
      '{"token":',
      '\\\\\\"token=',
      'authorization: ',
      '"\\"a\\" PASSWORD=x\\"b',
      '"a\\"token=b\\"",',
    ],
  ];

  it('of a megabyte takes as long as its length says', () => {
    for (const unit of UNITS) {
      for (const before of ['', '{"args":["']) {
        const hostile = before + unit.repeat(MEGABYTE / unit.length);
        const started = performance.now();
        redact(hostile);
        // Some 0.3 s on a slow machine; what is not linear takes minutes.
        assert.ok(performance.now() - started < 10_000, unit);
      }
    }
  });
});
