/** The end of docs/fields.md: all that is in an event and not in the output. test/leaves.test.ts holds Winnow to this list. */
import { contextsOf } from '../schemas/normalized-event.ts';

/** Keys of one fact, per context: agents of some version write more than one of them. */
function factsSaidTwice(): string {
  const rows: string[] = [];
  for (const table of contextsOf().values()) {
    const keysOf = new Map<string, string[]>();
    for (const [key, { to, into, type }] of table.fields) {
      if (type === 'never') continue;
      const field = into === undefined ? to : `${into}.${to}`;
      keysOf.set(field, [...(keysOf.get(field) ?? []), key]);
    }
    for (const [field, keys] of keysOf) {
      const isNested = field.includes('.');
      const [object, member] = field.split('.');
      if (isNested) rows.push(`| \`${table.name}\` | \`${field}\` | \`${member}\` in \`${object}\`, \`${keys.join('`, `')}\` |`);
      else if (keys.length > 1) rows.push(`| \`${table.name}\` | \`${field}\` | \`${keys.join('`, `')}\` |`);
    }
  }
  return rows.join('\n');
}

export const EXCEPTIONS = `## What is not in the output

Every leaf of an event is in the output: in its field, or under \`extra\` at the place where it stood. These are the only
exceptions, and each says nothing or says something that is said elsewhere. A test takes thousands of events apart, genuine and
damaged ones, and looks for each leaf.

What says nothing:

- **Null** as the value of a key that a table knows. Go writes a missing list or object so. (Null under an unknown key, in a list or
  inside a free object is kept.)
- **Empty objects** where a table knows the object, such as \`dd\` and \`usr\` without members, also as an item of a list, and objects
  that hold nothing but what is on this list. An empty list of hashes and an empty list or text of tags. (Other empty lists
  and empty free objects are kept.)
- **Times in the year 0001** in a field for a time. It is Go's zero time: none was set.
- **\`tty\` with the text \`null\`**: there was no terminal.
- **Zeros for \`uid\` and \`gid\` of a partial file.** Agents always write the two. A \`file\` or \`file.destination\` without a
  \`path\` and an \`inode\` only carries what a call changes, and there zeros are filler. Not in a \`chown\`: zero is what was asked for, and
  -1 means unchanged.
- **Zeros for \`uid\` and \`gid\` of the two ends of a mount**, in all its shapes: agents never look them up.
- **Zeros for \`uid\` and \`gid\` of a kernel worker** (\`is_kworker\`), and its \`credentials\` when everything in them that a table
  knows is zero or an empty list. It has no user.

What is said elsewhere:

- **\`process.parent\`** when it is equal to \`process.ancestors[0]\`, in every process that has both.
- **The reported category** when it is the one in \`evt.category\`; another one is in \`evt.reported_category\`.
- **One fact under two keys**, when they agree. When they do not, the first one wins, a nested key before a flat one, and the other
  is kept under \`extra\`:

| Context | Field | Keys |
|---|---|---|
${factsSaidTwice()}

- **A path of \`mount.mp\` or \`mount.root\`** when it is equal to one of the keys \`mountpoint.path\` and \`source.path\`. Where
  the two disagree the keys with a dot are right, because one version of the agent fills the objects crosswise; a path that
  neither of them says is kept under \`extra\`.
- **\`message\` of an envelope** when it is the title of the event or holds the event itself, and **\`service\`** of the envelope when
  it is the service of the event.

What is written in another way:

- **Spelling of JSON**: white space, the order of keys, escapes in texts, and the spelling of numbers (1.0 and 1e0 are 1, -0 is 0).
  Digits are never lost: a number that a double cannot hold is written as it came.
- **Spelling of times**: in UTC, with \`T\` and \`Z\` in capitals; the digits stay. \`timestamp\` of an envelope becomes a time.
- **Ids** of traces and of the envelope become text if they were numbers. The one name of \`anomaly_detection_syscall\` becomes a
  list, and hashes become an object: \`sha256:…\` is found under \`sha256\`.
- **Tags** become lists by name: the white space around a tag, empty tags between two commas, and the second of two equal tags
  without a value are gone, and so is the order of tags with different names.
- **Places in a list**: an item that has not the type of its list is kept under \`extra\` with its index, and those behind it
  move up.

Around the records: line breaks, commas, the brackets of an array or of \`{"Records": […]}\` and \`{"events": […]}\`, and a byte
order mark. The receipt counts their bytes.
`;
