/** What was refused and why: by code, place in the schema, rule and object, with examples. */
import { counted, number, percent } from '../../figures.ts';
import { explanation, isRejectCode, type RejectCode, tryAgain } from '../../reject-codes.ts';
import type { RejectExample } from '../rejects.ts';
import type { Report } from '../report.ts';
import { againCommand } from './commands.ts';
import { capital } from './format.ts';
import { type Html, html } from './markup.ts';
import { breakable, command, name, numeric, plain, prose, rankingTable, section, share, table } from './parts.ts';
import { amongSampled } from './time.ts';

export function refused(report: Report): Html {
  const { receipts, rejects } = report;
  const { totals, by_code: byCode } = receipts;
  if (totals.rejected === 0) return section('refused', 'Refused', 'Nothing was refused.');
  const { sampled } = rejects;
  // A receipt whose counter was full counts the rest under no code.
  const codes = byCode.rows.flatMap((row) => (isRejectCode(row.name) ? [{ name: row.name, count: row.count }] : []));
  const uncoded = totals.rejected - codes.reduce((all, { count }) => all + count, 0);
  const among = amongSampled(sampled);
  const ranked = { unit: 'Rejects', total: sampled.lines, tone: 'rejected' } as const;
  return section(
    'refused',
    'Refused',
    html`${counted(totals.rejected, 'record')} of ${number(totals.records)} (${percent(totals.rejected, totals.records)}) did not pass. Each is kept with its reason, its place and its original.`,
    table({
      caption: 'Rejects by code',
      headings: [
        { title: 'Code' },
        { title: 'Rejects', isNumber: true },
        { title: 'Share', isNumber: true },
        { title: 'What happened', kind: 'aside' },
      ],
      rows: codes.map(({ name: code, count }) => [
        plain(html`<a href="#${code}"><code>${breakable(code)}</code></a>`),
        numeric(count),
        share(count, totals.rejected, codes[0]?.count ?? 0, 'rejected'),
        plain(prose(explanation(code).what)),
      ]),
      last: uncoded > 0 ? [plain('others'), numeric(uncoded), plain(percent(uncoded, totals.rejected)), plain('')] : undefined,
    }),
    paths(rejects),
    html`<p>Where a record is refused before its rule and its event type can be read, they are unknown.</p>
<div class="columns">${[
      rankingTable({ ...ranked, caption: `Rejects by rule${among}`, noun: 'Rule', ranking: rejects.by_rule }),
      rankingTable({ ...ranked, caption: `Rejects by event type${among}`, noun: 'Event type', ranking: rejects.by_event }),
    ]}</div>`,
    objects(receipts.most_rejects),
    html`<h3>Code by code</h3>\n`,
    ...codes.map(({ name: code, count }) => ofCode(code, count, report)),
  );
}

function paths({ by_path: { rows, others }, sampled }: Report['rejects']): Html | undefined {
  if (rows.length === 0) return undefined;
  return table({
    caption: `Faults by place in the record${amongSampled(sampled)}`,
    headings: [
      { title: 'Path' },
      { title: 'Rejects', isNumber: true },
      { title: 'Code' },
      { title: 'Check', kind: 'minor' },
      { title: 'Expected, for example' },
      { title: 'Found, for example' },
    ],
    rows: rows.map(({ path, count, code, keyword, expected, found }) => [
      plain(path === '' ? 'the record itself' : name(path)),
      numeric(count),
      plain(html`<code>${breakable(code)}</code>`),
      plain(name(keyword)),
      plain(name(expected === undefined ? '–' : quoted(expected, keyword))),
      plain(name(found ?? '–')),
    ]),
    last: others && [plain(counted(others.names, 'other')), numeric(others.count), ...['', '', '', ''].map(plain)],
  });
}

/** Characters of JSON that were expected, in quotes: a colon alone looks like one of ours. */
function quoted(expected: string, keyword: string): string {
  return keyword === 'syntax' ? expected.replace(/[:,\]}]/g, '“$&”') : expected;
}

function objects(rows: Report['receipts']['most_rejects']): Html | undefined {
  if (rows.length === 0) return undefined;
  return table({
    caption: 'Objects with the most rejects',
    headings: [
      { title: 'Object' },
      { title: 'Rejects', isNumber: true },
      { title: 'Of its records', isNumber: true },
      { title: 'Fault of the object' },
    ],
    rows: rows.map(({ name: object, rejected, records, fault }) => [
      plain(name(object)),
      numeric(rejected),
      { shown: percent(rejected, records), value: rejected / Math.max(1, records) },
      plain(fault === undefined ? '–' : html`<code>${fault}</code>`),
    ]),
  });
}

function ofCode(code: RejectCode, count: number, report: Report): Html {
  const { what, why, fix } = explanation(code);
  const again = againCommand(code, report);
  const own = report.rejects.examples.filter((example) => example.code === code);
  return html`<article class="card" id="${code}" aria-labelledby="${code}-title">
<h4 id="${code}-title"><code>${code}</code> <span class="count">${counted(count, 'reject')}</span></h4>
<p>${prose(what)}</p>
<dl class="facts">
<dt>Why</dt><dd>${prose(why)}</dd>
<dt>Who fixes it</dt><dd>${prose(fix)}</dd>
<dt>To try again</dt><dd>${capital(tryAgain(code).when)}${again === undefined ? '.' : html`: ${command(again)}`}</dd>
</dl>
${own.length > 0 ? html`<details><summary>${counted(own.length, 'example')}</summary>${own.map(exampleCard)}</details>` : undefined}
</article>
`;
}

function exampleCard({
  source,
  errors,
  event_name: event,
  rule_id: rule,
  raw,
  raw_from: from,
  raw_cut: wasCut,
  binary,
}: RejectExample): Html {
  const about = [
    ...(event === undefined ? [] : [html`event ${name(event)}`]),
    ...(rule === undefined ? [] : [html`rule ${name(rule)}`]),
  ];
  return html`<div class="example">
<p>${name(source.name)}, record ${number(source.record)}, line ${number(source.line)}, byte ${number(source.offset)}${about.map((each) => html`, ${each}`)}</p>
<ul>${errors.map(({ path, keyword, expected, found }) => html`<li>${name(path === '' ? 'the record itself' : path)}: ${name(keyword)}${expected === undefined ? undefined : html`, expected ${name(quoted(expected, keyword))}`}${found === undefined ? undefined : html`, found ${name(found)}`}</li>`)}</ul>
<p class="raw">${from > 0 ? '… ' : ''}<bdi><code>${raw}</code></bdi>${wasCut ? ' …' : ''}</p>
${binary ? html`<p class="note">Not UTF-8: each byte is shown as one character.</p>` : undefined}
</div>
`;
}
