/** The two blocks of the README's first screen, from the sample they show. */
import { readFileSync } from 'node:fs';
import { pretty } from '../src/cli/summary.ts';
import { createSplitter } from '../src/intake/split.ts';
import { judge } from '../src/pipeline.ts';
import { readSettings } from '../src/settings.ts';
import type { RawRecord } from '../src/types.ts';

export const README = new URL('../README.md', import.meta.url);
const SAMPLE = new URL('../samples/first.json', import.meta.url);

/** The README with the sample and what Winnow makes of it in its blocks. */
export function withExample(readme: string): string {
  const before = readFileSync(SAMPLE, 'utf8').trimEnd();
  const records: RawRecord[] = [];
  const splitter = createSplitter({ maxRecordBytes: 1e6, maxRawBytes: 1e6 }, (record) => records.push(record));
  splitter.push(Buffer.from(before));
  splitter.end();
  const [record] = records;
  if (record === undefined) throw new Error('the sample holds no record');
  const source = { bucket: 'file', key: 'first.json', etag: 'cf20918441e85a038c02302d994be2ea', record: 0, offset: 0 };
  const judgement = judge(record, source, readSettings([]));
  if (!judgement.ok) throw new Error(`the sample is refused: ${judgement.fault.code}`);
  const block = (name: string, json: string) => (text: string) =>
    text.replace(new RegExp(`(<!-- ${name} -->\n\`\`\`json\n)[^]*?(\`\`\`)`), (_, open, close) => `${open}${json}\n${close}`);
  return block('after', pretty(judgement.event))(block('before', before)(readme));
}
