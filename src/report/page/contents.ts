/** What came in, and what of it was new to Winnow. */
import { counted, number } from '../../figures.ts';
import type { Report } from '../report.ts';
import { moment } from './format.ts';
import { type Html, html } from './markup.ts';
import { name, numeric, plain, rankingTable, section, table } from './parts.ts';
import { amongSampled } from './time.ts';

export function drift({ receipts }: Report): Html {
  const { rows, more } = receipts.drift;
  if (rows.length === 0) return section('drift', 'Drift', 'The events carried nothing that Winnow does not know.');
  return section(
    'drift',
    'Drift',
    html`Fields and event types that Winnow does not know yet. Nothing is lost: fields are kept under <code>extra</code>, and unknown types of events pass.`,
    table({
      caption: 'What drifted',
      headings: [
        { title: 'Name' },
        { title: 'Kind' },
        { title: 'Times', isNumber: true },
        { title: 'Objects', isNumber: true },
        { title: 'First arrived' },
        { title: 'From agent version' },
      ],
      rows: rows.map((row) => [
        plain(name(row.name)),
        plain(row.kind),
        numeric(row.count),
        numeric(row.objects),
        plain(moment(row.first_arrived)),
        plain(name(row.first_seen_agent_version ?? 'not said')),
      ]),
      last: more > 0 ? [plain(counted(more, 'other')), ...['', '', '', '', ''].map(plain)] : undefined,
    }),
  );
}

export function contents({ receipts, events }: Report): Html {
  const { totals, by_category: categories, by_event: types, by_generation: generations } = receipts;
  if (totals.valid === 0) return section('events', 'Events', 'There are no valid records.');
  const exact = { unit: 'Events', total: totals.valid, tone: 'valid' } as const;
  const sampled = { unit: 'Events', total: events.sampled.lines } as const;
  const among = amongSampled(events.sampled);
  return section(
    'events',
    'Events',
    html`${counted(totals.valid, 'valid record')}, counted by type, origin and version.${events.sampled.lines > 0 && events.sampled.lines < events.sampled.of_lines ? html` Rules, hosts, services and agent versions were counted in ${number(events.sampled.lines)} of them, taken from ${number(events.sampled.outputs)} files.` : undefined}`,
    html`<div class="columns">${[
      rankingTable({ ...exact, caption: 'Event types', noun: 'Type', ranking: types }),
      rankingTable({ ...exact, caption: 'Categories', noun: 'Category', ranking: categories }),
      rankingTable({ ...exact, caption: 'Generations of the format', noun: 'Generation', ranking: generations }),
      rankingTable({ ...sampled, caption: `Rules${among}`, noun: 'Rule', ranking: events.by_rule }),
      rankingTable({ ...sampled, caption: `Hosts${among}`, noun: 'Host', ranking: events.by_host }),
      rankingTable({ ...sampled, caption: `Services${among}`, noun: 'Service', ranking: events.by_service }),
      rankingTable({ ...sampled, caption: `Agent versions${among}`, noun: 'Version', ranking: events.by_agent_version }),
    ]}</div>`,
  );
}
