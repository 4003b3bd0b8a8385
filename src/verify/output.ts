/** Reads one output from its first byte to its last and holds it against what the receipt lists. */
import { createHash } from 'node:crypto';
import { decompress, ObjectFault } from '../intake/decompress.ts';
import { type Store, StoreError } from '../stores/port.ts';
import type { OutputEntry } from '../types.ts';
import { judgeLine, type LineVerdict, linesOf, type ObjectAccount } from './lines.ts';
import type { Problem, ProblemKind } from './problems.ts';

/** At most one problem of each kind: the first line that is wrong, and how many more there are. */
export async function checkOutput(store: Store, output: OutputEntry, account: ObjectAccount): Promise<Problem[]> {
  const { key } = output;
  const stored = digested(() => store.read(key));
  const found: Problem[] = [];
  const add = (kind: ProblemKind, message: string): void => void found.push({ kind, key, message });
  const wrong = new Map<ProblemKind, { readonly first: string; more: number }>();
  const note = (verdict: LineVerdict, line: number): void => {
    if (verdict.kind === 'ok') return;
    const before = wrong.get(verdict.kind);
    if (before) before.more++;
    else wrong.set(verdict.kind, { first: `line ${line} ${verdict.why}`, more: 0 });
  };
  const folder = key.startsWith('rejects/') ? 'rejects' : 'events';
  let lines = 0;
  try {
    for await (const { text, whole } of linesOf(decompress(stored.read, Number.POSITIVE_INFINITY))) {
      if (!whole) {
        add('output.damaged', `ends in the middle of line ${lines + 1}`);
        break;
      }
      note(judgeLine(text, folder, account), ++lines);
    }
  } catch (error) {
    if (error instanceof ObjectFault) add('output.damaged', `cannot be decompressed: ${error.code}`);
    else if (error instanceof StoreError && error.reason === 'not_found')
      return [{ kind: 'output.missing', key, message: 'is not there' }];
    else if (error instanceof StoreError) return [{ kind: 'output.unread', key, message: error.message }];
    else throw error;
  }
  const damaged = found.length > 0;
  const { bytes, sha256 } = stored.digest();
  if (!damaged && bytes !== output.bytes) add('output.changed', `has ${bytes} bytes, its receipt lists ${output.bytes}`);
  else if (!damaged && sha256 !== output.sha256)
    add('output.changed', `its SHA-256 is ${sha256}, its receipt lists ${output.sha256}`);
  if (!damaged && lines !== output.records) add('output.miscounted', `has ${lines} lines, its receipt lists ${output.records}`);
  for (const [kind, { first, more }] of wrong) add(kind, more === 0 ? first : `${first}; ${more} more lines like it`);
  return found;
}

/** Digests bytes as they are read. Damage is not looked at a second time, which is slow: that it is there is enough here. */
function digested(read: () => AsyncIterable<Uint8Array>) {
  const hash = createHash('sha256');
  let bytes = 0;
  let readings = 0;
  return {
    async *read(): AsyncGenerator<Uint8Array> {
      if (readings++ > 0) throw new ObjectFault('object.corrupt', 0);
      for await (const chunk of read()) {
        hash.update(chunk);
        bytes += chunk.length;
        yield chunk;
      }
    },
    digest: () => ({ bytes, sha256: hash.digest('hex') }),
  };
}
