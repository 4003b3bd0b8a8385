/** The page about redaction: what counts as a secret, from the list in the code. */
import { MARK } from '../src/redact/mark.ts';
import { PROGRAM_RULES } from '../src/redact/programs.ts';
import { FORM_RULES, NAME_RULES } from '../src/redact/secrets.ts';

interface Entry {
  readonly id: string;
  readonly what: string;
  readonly example: readonly [before: string, after: string];
}

export function redactionPage(): string {
  return `# Redaction

Command lines and environments of processes hold secrets. Winnow writes \`${MARK}\` in their place: by default in the originals that
rejects carry, which people look at, copy and send to each other; with \`redact=all\` in events as well; with \`redact=none\` nowhere. A
receipt counts what was masked in \`counts.redacted\`. Masking cannot be undone: the input object is the only other copy.

What stays:

- **Names and keys.** \`--password=${MARK}\` still says that a password was given. JSON stays JSON, with the same keys, lists and
  numbers, also JSON in a string of JSON, such as the \`message\` of a log payload.
- **The identity of an event.** \`event_id\` is made from the event as it came, masked or not. A reject has the \`event_id\` of its event
  where there is one, so that a replay gives the event the same.
- **Everything else.** Where a value ends is told by the string it is in: an item of \`args\` or \`envs\` is masked to its end, and in a
  command line a value ends with its quotes or at the next blank.

An original that is not UTF-8 is masked byte by byte before it becomes base64, so that the other bytes are still those of the input.
An original of which only the beginning is kept is masked to its end when it ends within a secret.

What is not masked: numbers (\`"password": 1234\`), since JSON could not hold the mark in their place; names, also those of members that
contain a secret; an argument behind a flag that begins with \`-\` itself; text in UTF-16; what a program is given more than 256
characters behind its name, or behind \`|\`, \`;\`, \`<\`, \`>\` or a brace that is not in quotes; a password in an address that holds a
\`/\`, \`?\` or \`#\` behind what could be a port; and secrets that nothing tells from other words, such as the second word of
\`login bob hunter2\`.

## Told by the name before it

A name counts in a flag (\`--name=value\`, \`--name value\`, \`"--name","value"\`, \`/name:value\`), a variable (\`NAME=value\`), a header
(\`Name: value\`), a tag (\`name:value\`), a member (\`"name": "value"\`) and a connection string (\`name=value;\`), also where \`=\` is written \`%3D\`, in any case, with words before it
(\`DB_PASSWORD\`, \`clientSecret\`). It does not count when it goes on to tell about the secret: \`PASSWORD_FILE\`, \`TOKEN_TTL\`,
\`--password-stdin\`, \`tokenizer\`.

${table(NAME_RULES)}

## Told by its form

${table(FORM_RULES)}

## Told by the program

${table(PROGRAM_RULES)}

Key ids of AWS are no secrets by themselves, but lead to one; with \`redact=all\` they are masked in \`access_key_id\` as well.

## Your own patterns

\`redact_patterns\` is one regular expression of JavaScript, in Unicode mode and minding case; several are alternatives of it:

    WINNOW_REDACT_PATTERNS='acct-([0-9]+)|ACME[0-9A-F]{16}'
    npx winnow run batches/ --out out --redact-patterns 'acct-([0-9]+)|ACME[0-9A-F]{16}'

Its first group that took part is masked, or all of the match when there is none. It sees the text of one string at a time, between
escape sequences: it never matches across a quote, a backslash or a line break, and never a key or a number. \`^\` and \`$\` stand for the
ends of such a piece. In a text that is no JSON it sees everything.

The built-in list takes time in proportion to the text, whatever the text is. Your pattern runs on V8's engine, which goes back
and tries again. So it is refused when it repeats a group that holds a quantifier or alternatives, as \`(a+)+\` does, when it is
longer than 1000 characters, or when it matches nothing at all. That leaves patterns like \`.*x.*y\` or \`a?a?a?…\`, which take long on long
texts: say what you look for, with bounds like \`{1,64}\`.

## What it costs

Nothing for valid events by default. With \`redact=all\` an event of 9 kB costs about 0.04 ms, and some 0.1 ms when it
holds secrets.
`;
}

function table(entries: readonly Entry[]): string {
  const rows = entries.map(({ id, what, example: [before, after] }) => `| ${id} | ${what} | ${code(before)} | ${code(after)} |`);
  return ['| Id | What | Before | After |', '|---|---|---|---|', ...rows].join('\n');
}

function code(text: string): string {
  return `\`${text.replaceAll('|', '\\|')}\``;
}
