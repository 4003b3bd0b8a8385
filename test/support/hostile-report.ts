/** A report in which every text that comes from data tries to be more than text. */
import { processObject } from '../../src/process.ts';
import { type Report, report } from '../../src/report/report.ts';
import { linuxEvent } from '../valid-events.ts';
import { jsonLines, memorySource, memoryStore, settingsWith } from './objects.ts';

/** Each calls `fired()` if anything runs it. */
export const HOSTILE = [
  '<script>fired()</script>',
  '"><img src=x onerror=fired()>',
  "'><svg onload='fired()'>",
  '</style></title></script><script>fired()</script>',
  '--><script>fired()</script><!--',
  'javascript:fired()',
  '\u202egpj.exe\u2066\u200f\u2029',
  '\u0000\u0007\u001b[31m\ud800 \ufeff',
  '&lt;b&gt; &#x3c; `fired()` {{fired()}}',
  'مرحبا <b>بالعالم</b>',
  `very-long-${'w'.repeat(500)}`,
] as const;

export async function hostileReport(): Promise<Report> {
  const store = memoryStore();
  for (const text of HOSTILE) {
    const event = linuxEvent();
    const agent = { ...(event['agent'] as object), rule_id: text, version: text };
    const named = linuxEvent(text);
    const records = [
      { message: JSON.stringify({ ...event, agent, [text]: text }), hostname: text, service: text, ddtags: `a:${text}` },
      { ...named, agent },
      { ...event, agent, process: { ...(event['process'] as object), pid: text } },
      { ...event, agent, date: text },
      { [text]: text },
      text,
    ];
    const key = `${text}/batch.ndjson`;
    const source = memorySource({ [key]: Buffer.from(`${jsonLines(records)}{${text}\n`) });
    const settings = settingsWith({ partition: ['dt', 'host', 'rule_id'] });
    await processObject({ bucket: 'landing', key }, { source, store, settings, now: () => 1_795_334_400_000 });
    await store.put(`events/${text}/stray`, [Buffer.from('x')]);
    await store.put(`receipts/${text}.json`, [Buffer.from('x')]);
  }
  const found = await report(`s3://${HOSTILE.join('/')}`, store, { verify: true, sample: 1000, mask: (text) => text });
  if (found === undefined) throw new Error('there is nothing to report on');
  return found;
}
