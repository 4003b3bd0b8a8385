/** The page about `winnow verify`: everything it can find, from the catalogue in the code. */
import { PROBLEM_KINDS, type ProblemKind, problemOf } from '../src/verify/problems.ts';

export function verifyPage(): string {
  const isNote = (kind: ProblemKind) => problemOf(kind).note === true;
  return `# Verify

\`winnow verify <out>\` reads every receipt, event and reject below a place and proves that they balance; with
\`--against <place>\` it also holds inputs against receipts. It writes nothing. It ends with exit status 0 when everything
balances, 1 when something does not, and 2 when it was called wrongly or there is nothing to verify.

What is checked:

- Each receipt is what [receipt.schema.json](../schemas/output/receipt.schema.json) says, lies where its source puts it, and its numbers obey
  records = valid + rejected, bytes decompressed = bytes in records + bytes between them, and so on.
- Each output that it lists is there, has the listed bytes and SHA-256, can be decompressed, and has the listed number of lines.
- Each line is an event (under \`events/\`) or a reject (under \`rejects/\`) of that object, and each record of the object, from 0 on, is in
  exactly one line.
- The receipt's counts by code, event, category and generation and its drift are those of the lines.
- Parts are numbered without gaps, unless there was a replay, and nothing lies under \`events/\`, \`rejects/\` and \`receipts/\` that no receipt lists.
- With \`--against\`, each input has a complete receipt. Local inputs are known by their path below the place given, so give the same
  place as to \`winnow run\`.

What cannot be found, unless \`--against\` names its input: an object of which everything was deleted, its receipt and its outputs. Never: an edit of what
nothing else repeats, in a receipt its timings, its settings digest, its attempt, its count of masked secrets, the version and the time
of day of its source, and the agent versions of its drift. Verify while nothing writes: an object that is being processed looks unfinished.

\`--json\` prints one document: \`{ok, objects, records, valid, rejected, outputs, bytes, inputs, problems: [{kind, key, message}], notes: […]}\`.

## Problems

${table(PROBLEM_KINDS.filter((kind) => !isNote(kind)))}

## Notes

Worth knowing, and no reason to fail.

${table(PROBLEM_KINDS.filter(isNote))}
`;
}

function table(kinds: readonly ProblemKind[]): string {
  const rows = kinds.map((kind) => `| \`${kind}\` | ${problemOf(kind).what} | ${problemOf(kind).fix} |`);
  return `| Kind | What it means | What to do |\n|---|---|---|\n${rows.join('\n')}`;
}
