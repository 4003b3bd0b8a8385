/**
 * What counts as a secret: the one list. docs/redaction.md is generated from it, and every example is a test.
 * Patterns are tried from left to right over megabytes of hostile text. So none may look for the same characters in two ways,
 * and one that needs something behind a run of any length must begin where the run begins.
 */

/** Secrets that are told by the name before them. */
export interface NameRule {
  readonly id: string;
  readonly what: string;
  /** A text with a secret in it, and what becomes of it. */
  readonly example: readonly [before: string, after: string];
  /** Against the name in lower case, its words separated by `_`. */
  readonly name: RegExp;
  /** Such names often hold the path of a file instead, which tells nothing and is evidence. */
  readonly mayBePath?: true;
  /** They are no words of a language, so that a sentence may go on behind their name: `Access token: stolen`. */
  readonly isNoWord?: true;
}

/** Secrets that are told by themselves, or by the program they are given to (src/redact/programs.ts). */
export interface FormRule {
  readonly id: string;
  readonly what: string;
  readonly example: readonly [before: string, after: string];
  readonly form: RegExp;
  /**
   * `match`: the secret is the first group, or all that matched. `word`: it is the word behind what matched.
   * `block`: it is everything from there to the end of the block.
   */
  readonly takes: 'match' | 'word' | 'block';
}

/** What a name must hold for a closer look. Words of `name` below without one of these would never be seen. */
export const NAME_WORDS = /pass|pw|secret|token|key|credential|auth/;

export const NAME_RULES: readonly NameRule[] = [
  {
    id: 'password',
    what: 'passwords and pass phrases',
    example: ['{"args":["--password","hunter2","--db-pass=x y"]}', '{"args":["--password","[redacted]","--db-pass=[redacted]"]}'],
    name: /passw(?:or)?ds?(?:_|\d|$)|passphrase|(?:^|_)(?:db|key|root|ssh|store|user)?pass(?:_|$)/,
  },
  {
    id: 'pwd',
    what: 'passwords for short, but not the working directory',
    example: [
      '{"envs":["PWD=/srv","MYSQL_PWD=hunter2","DB_PW=x"]}',
      '{"envs":["PWD=/srv","MYSQL_PWD=[redacted]","DB_PW=[redacted]"]}',
    ],
    name: /(?:^|[^d])pwd(?:_|\d|$)|(?:^|_)pw\d?$/,
    mayBePath: true,
  },
  {
    id: 'secret',
    what: 'secrets of any kind',
    example: ['{"envs":["CLIENT_SECRET=a1b2c3"]}', '{"envs":["CLIENT_SECRET=[redacted]"]}'],
    name: /secrets?(?:_|\d|$)/,
  },
  {
    id: 'token',
    what: 'tokens, but not counts of them',
    example: ['curl -H "X-Vault-Token: s.a1b2c3" TOKENIZERS=2', 'curl -H "X-Vault-Token: [redacted]" TOKENIZERS=2'],
    name: /token(?:_|\d|$)|(?:access|api|auth|bearer|refresh)_?tokens(?:_|$)/,
    isNoWord: true,
  },
  {
    id: 'key',
    what: 'keys of interfaces, accounts and applications',
    example: [
      '{"envs":["DD_API_KEY=0123abcd","DD_SITE=datad0g.com"]}',
      '{"envs":["DD_API_KEY=[redacted]","DD_SITE=datad0g.com"]}',
    ],
    name: /(?:api|app|application|access|account|auth|encryption|master|secret|signing)_?keys?(?:_|\d|$)/,
    isNoWord: true,
  },
  {
    id: 'private-key',
    what: 'private keys and credentials, but not the paths of files that hold them',
    example: ['--private-key=/etc/tls.key --credentials bob:hunter2', '--private-key=/etc/tls.key --credentials [redacted]'],
    name: /private_?keys?(?:_|\d|$)|credentials?(?:_|\d|$)/,
    mayBePath: true,
  },
  {
    id: 'auth',
    what: 'what clients of Redis, npm and registries of containers log in with',
    example: ['{"envs":["REDISCLI_AUTH=hunter2"]}', '{"envs":["REDISCLI_AUTH=[redacted]"]}'],
    name: /(?:^|_)redis(?:cli)?_auth$|^_auth$|(?:^|_)docker_auth_config$/,
  },
  {
    id: 'authorization',
    what: 'authorization headers; the scheme stays',
    example: ['curl -H "Authorization: Basic Ym9iOng="', 'curl -H "Authorization: Basic [redacted]"'],
    // curl takes a header right behind its flag: `-HAuthorization: …`.
    name: /(?:^|_)h?authorization$/,
  },
];

/** Ends of names that speak about a secret, and hold none. */
export const HARMLESS_NAME =
  /_(?:age|algorithm|arn|audience|authentication|class|cmd|command|count|dir|directory|enabled|endpoint|env|expiration|expires|expiry|fd|file|filename|files|format|helper|host|hours|id|interval|length|limit|manager|max|min|minutes|mode|name|path|policy|port|prompt|provider|regex|required|reset|retries|rotation|seconds|size|sock|socket|stdin|store|timeout|ttl|type|uri|url|user|username|version)$/;

/** Beginnings of flags that are followed by no value of their own. */
export const SWITCH =
  /^_*(?:allow|ask|change|create|delete|disable|enable|force|generate|get|hide|list|no|print|prompt|require|reset|rotate|show|skip|use|with|without)_/;

export const FORM_RULES: readonly FormRule[] = [
  {
    id: 'bearer',
    what: 'bearer tokens',
    example: ['header bearer 0123456789abcdef0', 'header bearer [redacted]'],
    form: /[Bb]earer ([\w.~+/-]{16,}=*|[\w.~+/-]{1,15}$)/,
    takes: 'match',
  },
  {
    id: 'url',
    what: 'passwords in the address of something',
    example: ['git clone https://bob:hunter2@git.example.com/x', 'git clone https://bob:[redacted]@git.example.com/x'],
    // Where a port has its place, what holds more than digits is a password, whatever else it holds.
    form: /:(?:\\{0,8}\/){2}[^ \t\n\r\f\v"'\\/:?#]*:(?!\d{0,5}$)((?:[^ \t\n\r\f\v"'\\/@?#]|@(?=[^ \t\n\r\f\v"'\\/@?#]*@)|\\+u(?!0022)[\da-f]{4})+(?=@|$)|(?![$%{<]|\d{1,5}\W)(?<![@[][^ \t\n\r\f\v"'\\/:?#]{0,64}:)(?:[^ \t\n\r\f\v"'\\@]|'(?=\w)|\\{1,8}\/|\\+u(?!0022)[\da-f]{4}){1,128}(?=@[\w[]))/,
    takes: 'match',
  },
  {
    id: 'aws',
    what: 'access key ids of AWS',
    example: ['{"access":"AKIAIOSFODNN7EXAMPLE"}', '{"access":"[redacted]"}'],
    form: /(?:AKIA|ASIA)(?<=(?:^|[^A-Z0-9]|\\u[\da-f]{4})....)(?:[A-Z0-9]{16}(?![A-Z0-9])|[A-Z0-9]{0,15}$)/,
    takes: 'match',
  },
  {
    id: 'jwt',
    what: 'JSON web tokens',
    example: ['run eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl', 'run [redacted]'],
    form: /eyJ(?<=(?:^|[^\w-]|\\[nrt]|\\u[\da-f]{4})eyJ)(?:[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)*|[\w-]*(?:\.[\w-]*)?$)/,
    takes: 'match',
  },
  {
    id: 'pem',
    what: 'private keys in PEM',
    example: [
      '{"k":"-----BEGIN PRIVATE KEY-----\\nMIIE\\n-----END PRIVATE KEY-----"}',
      '{"k":"-----BEGIN PRIVATE KEY-----[redacted]-----END PRIVATE KEY-----"}',
    ],
    form: /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/,
    takes: 'block',
  },
  {
    id: 'github',
    what: 'tokens of GitHub',
    example: ['gh auth ghp_0123456789abcdefghijABCDEFGHIJ012345', 'gh auth [redacted]'],
    form: /gh[pousr]_(?:[A-Za-z0-9]{36,}|[A-Za-z0-9]{0,35}$)|github_pat_(?:\w{22,}|\w{0,21}$)/,
    takes: 'match',
  },
  {
    id: 'gitlab',
    what: 'tokens of GitLab',
    example: ['glab glpat-0123456789abcdefghij', 'glab [redacted]'],
    form: /gl(?:pat|dt|rt|ptt|cbt|soat|agent)-(?:[\w-]{20,}|[\w-]{0,19}$)/,
    takes: 'match',
  },
  {
    id: 'slack',
    what: 'tokens and web hooks of Slack',
    example: ['post xoxb-0123456789-abcdef', 'post [redacted]'],
    form: /x(?:ox[abeoprs]|app)-(?:[\w-]{10,}|[\w-]{0,9}$)|hooks\.slack\.com\/services\/([\w/]{1,200})/,
    takes: 'match',
  },
  {
    id: 'stripe',
    what: 'keys of Stripe',
    example: ['charge sk_live_0123456789abcdef', 'charge [redacted]'],
    form: /[rs]k_(?:live|test)_(?:[A-Za-z0-9]{16,}|[A-Za-z0-9]{0,15}$)|whsec_(?:[A-Za-z0-9+/]{24,}|[A-Za-z0-9+/]{0,23}$)/,
    takes: 'match',
  },
  {
    id: 'google',
    what: 'keys and tokens of Google',
    example: ['maps AIzaSyA0123456789abcdefghijklmnopqrstuv', 'maps [redacted]'],
    form: /AIza(?:[\w-]{35}|[\w-]{0,34}$)|ya29\.(?:[\w-]{20,}|[\w-]{0,19}$)|GOCSPX-(?:[\w-]{28}|[\w-]{0,27}$)/,
    takes: 'match',
  },
  {
    id: 'signed-url',
    what: 'signatures of addresses: of Azure, AWS, Google and CloudFront',
    example: ['GET /x?se=2026&sig=a1b2c3d4e5f6g7h8i9%3D&sp=r', 'GET /x?se=2026&sig=[redacted]&sp=r'],
    form: /(?:sig|[Ss]ignature)=(?<=(?:[?&]|\\u0026|X-(?:Amz|Goog)-)(?:sig|[Ss]ignature)=)([\w%+/=~.-]{16,}|[\w%+/=~.-]{1,15}$)/,
    takes: 'match',
  },
  {
    id: 'packages',
    what: 'tokens of npm, PyPI and Docker Hub',
    example: ['publish npm_0123456789abcdefghijABCDEFGHIJ012345', 'publish npm_[redacted]'],
    // Each begins where its letters are those of other forms: engines pass over a text by the letters that may begin one.
    form: /(?:npm_(?=[A-Za-z0-9]{36}|[A-Za-z0-9]{0,35}$)|r_pat_(?<=dckr_pat_)|AgE(?<=pypi-AgE))([\w-]{20,}|[\w-]{0,19}$)/,
    takes: 'match',
  },
  {
    id: 'vault',
    what: 'tokens of Vault',
    example: ['login hvs.0123456789abcdefghijABCD', 'login [redacted]'],
    form: /hv[bsr]\.(?:[\w-]{20,}|[\w-]{0,19}$)/,
    takes: 'match',
  },
  {
    id: 'models',
    what: 'keys of OpenAI and Anthropic',
    example: ['ask sk-ant-api03-0123456789abcdefghij', 'ask [redacted]'],
    form: /sk-(?<=(?:^|[^\w-]|\\[nrt]|\\u[\da-f]{4})sk-)(?:(?:proj|svcacct|admin|ant)-[\w-]{20,}|[A-Za-z0-9]{32,}|[\w-]{0,31}$)/,
    takes: 'match',
  },
  {
    id: 'sendgrid',
    what: 'keys of SendGrid',
    example: ['mail SG.0123456789abcdefghijAB.0123456789abcdefghijABCD', 'mail [redacted]'],
    form: /SG\.(?<=(?:^|\W|\\[nrt]|\\u[\da-f]{4})SG\.)(?:[\w-]{16,64}\.[\w-]{16,}|[\w-]{0,64}(?:\.[\w-]{0,15})?$)/,
    takes: 'match',
  },
];
