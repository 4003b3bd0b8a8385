/** The top of the page: the verdict, the law in numbers, and what is wrong if something is. */
import { counted, number, percent, size } from '../../figures.ts';
import { type ProblemKind, problemOf } from '../../verify/problems.ts';
import { VERSION } from '../../version.ts';
import type { Report } from '../report.ts';
import { reportCommand, verifyCommand } from './commands.ts';
import { moment } from './format.ts';
import { type Html, html } from './markup.ts';
import { command, name, numeric, plain, prose, section, table } from './parts.ts';

export function header(report: Report): Html {
  const { place, day, balance, receipts } = report;
  const { records, valid, rejected, objects } = receipts.totals;
  const verdict = balance.ok ? 'Balanced' : 'Does not balance';
  const equation = html`<span class="sum">${counted(records, 'record')}</span> <span class="sign">=</span> <span class="sum">${number(valid)} valid</span> <span class="sign">+</span> <span class="sum">${number(rejected)} rejected</span>`;
  return html`<header class="${balance.ok ? 'ok' : 'wrong'}">
<p class="brand">Winnow ${VERSION} report</p>
<p class="place">${name(place)}${day && html`, what arrived on ${day}`}${period(report)}</p>
<h1><span class="badge" aria-hidden="true">${balance.ok ? '✓' : '✗'}</span> ${verdict}</h1>
<p class="equation">${equation}</p>
<p class="lead">${balance.ok ? html`${objects === 0 ? 'Nothing arrived, so there is nothing that could be missing.' : `${counted(objects, 'object')}. ${CHECKED[balance.checked]}`}` : html`${counted(balance.problems, 'problem')} found. <a href="#balance">What is wrong, and what to do</a>.`}</p>
${balance.ok && balance.checked === 'receipts' && objects > 0 ? html`<p class="note">The files themselves were not read in full. To have every line of them counted and compared: ${command(reportCommand(report, ' --verify'))}</p>` : undefined}
${receipts.totals.failed_objects > 0 ? html`<p class="note">${counted(receipts.totals.failed_objects, 'object')} could not be read to the end: <a href="#objects">which ones</a>. What came before the damage is counted.</p>` : undefined}
</header>
`;
}

/** So that the pages of two runs can be told apart: when the objects arrived, not when the page was made. */
function period({ receipts: { arrived } }: Report): Html | undefined {
  if (arrived === undefined) return undefined;
  const [first, last] = [moment(arrived.first), moment(arrived.last)];
  return html` · arrived <span class="moment">${first}</span>${first === last ? undefined : html` to <span class="moment">${last}</span>`} UTC`;
}

const CHECKED: { readonly [extent in Report['balance']['checked']]: string } = {
  everything:
    'Every record that came in is either valid or rejected, and every file that was written was read and holds just what its receipt lists: nothing is lost, nothing is doubled.',
  receipts:
    'Every record that came in is either valid or rejected, and every file that the receipts list is there in its full size.',
};

export function tiles({ receipts }: Report): Html {
  const { totals, files, drift } = receipts;
  const { bytes_in: bytesIn, bytes_out: bytesOut } = totals;
  const newNames = drift.rows.length + drift.more;
  const list: readonly (readonly [title: string, value: string, note: string, tone?: string])[] = [
    [
      'Objects in',
      number(totals.objects),
      bytesIn === totals.bytes_decompressed ? size(bytesIn) : `${size(bytesIn)}, ${size(totals.bytes_decompressed)} decompressed`,
    ],
    ['Valid', number(totals.valid), `${percent(totals.valid, totals.records)} of all records`, 'valid'],
    ['Rejected', number(totals.rejected), `${percent(totals.rejected, totals.records)} of all records`, 'rejected'],
    [
      'Files out',
      number(files.event_files + files.reject_files),
      `${size(bytesOut)}: ${number(files.event_files)} with events, ${number(files.reject_files)} with rejects`,
    ],
    [
      'New names',
      number(newNames),
      newNames === 0 ? 'Winnow knows every field and event type' : 'fields and event types that Winnow does not know',
    ],
    ['Secrets masked', number(totals.redacted), 'in what was written'],
  ];
  return html`<dl class="tiles">${list.map(
    ([title, value, note, tone = 'plain']) =>
      html`<div class="tile ${tone}"><dt>${title}</dt><dd><span class="value">${value}</span> <span class="note">${note}</span></dd></div>\n`,
  )}</dl>
`;
}

/** What was found; nothing when that is nothing. */
export function problems(report: Report): Html | undefined {
  const { balance } = report;
  if (balance.examples.length === 0) return undefined;
  const kinds = Object.entries(balance.by_kind) as [ProblemKind, number][];
  const more = balance.problems + balance.notes - balance.examples.length;
  return section(
    'balance',
    balance.ok ? 'Worth knowing' : 'What does not balance',
    html`What was found, by kind, with what it means and what to do. ${command(verifyCommand(report))} lists every one.`,
    table({
      caption: 'Findings by kind',
      headings: [
        { title: 'Kind' },
        { title: 'Found', isNumber: true },
        { title: 'What it means', kind: 'prose' },
        { title: 'What to do', kind: 'prose' },
      ],
      rows: kinds.map(([kind, count]) => {
        const { what, fix } = problemOf(kind);
        return [plain(html`<code>${kind}</code>`), numeric(count), plain(prose(what)), plain(prose(fix))];
      }),
    }),
    table({
      caption:
        more > 0 ? `The first ${balance.examples.length} findings of ${number(balance.examples.length + more)}` : 'Findings',
      headings: [{ title: 'Where' }, { title: 'Kind' }, { title: 'What exactly', kind: 'prose' }],
      rows: balance.examples.map(({ key, kind, message }) => [
        plain(name(key)),
        plain(html`<code>${kind}</code>`),
        plain(name(message)),
      ]),
    }),
  );
}
