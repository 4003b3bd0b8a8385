/** docs/hostile.md: the cases of test/hostile/ with what must become of each. */
import { type Expected, type Family, MOST_MEGABYTES } from '../test/hostile/case.ts';
import { FAMILIES } from '../test/hostile/families.ts';

export function hostilePage(): string {
  const count = FAMILIES.reduce((sum, { cases }) => sum + cases.length, 0);
  return `# Hostile inputs

${count} objects that somebody wrote to break Winnow, or that happen when something else is broken, and what becomes of each. Every one
is a test: it runs through the whole pipeline and must end in exactly this verdict, with no exception. For all of them records read = valid +
rejected, every byte belongs to a record or lies between two, every line of output fits its closed schema, every key stays inside the
folder of outputs, and nothing that other objects inherit has changed.

The cases under [Limits](#limits) each run in a process of their own, which may hold no more than ${MOST_MEGABYTES} MB at any moment, but for the one
that says otherwise: a receipt lists every output, so memory does grow with the number of partitions of an object. Else it is not the
object that bounds memory but the record: one of \`max_record_bytes\` that consists of nothing but empty objects takes some fifty times its size
while it is looked at, so raise that setting with care.

“Object” behind a verdict means that the object could not be read to its end, which its receipt says as well. The codes are
explained in [rejects.md](rejects.md).

${FAMILIES.map(section).join('\n\n')}
`;
}

function section({ title, cases }: Family): string {
  const rows = cases.map(({ name, what, expected }) => `| ${cell(name)} | ${cell(what)} | ${verdict(expected)} |`);
  return `## ${title}\n\n| Case | What it is | Verdict |\n|---|---|---|\n${rows.join('\n')}`;
}

function verdict({ valid, rejects = {}, fault }: Expected): string {
  const parts = Object.entries(rejects).map(([code, count]) => `${many(count)}\`${code}\`${code === fault ? ' (object)' : ''}`);
  if (valid > 0) parts.unshift(`${valid.toLocaleString('en')} valid`);
  return parts.length === 0 ? 'no records' : parts.join(', ');
}

function many(count: number): string {
  return count === 1 ? '' : `${count.toLocaleString('en')} × `;
}

/** Names that Markdown would read as emphasis stay as they are. */
function cell(text: string): string {
  return text.replace(/`[^`]*`|__/g, (found) => (found === '__' ? '\\_\\_' : found)).replaceAll('|', '\\|');
}
