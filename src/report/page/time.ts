/** When objects arrived, when events happened, and how long lies between. */
import type { Report, Sampled } from '../report.ts';
import { chart } from './chart.ts';
import { number } from './format.ts';
import { type Html, html } from './markup.ts';
import { name, numeric, section, share, table } from './parts.ts';

export function time({ receipts, events }: Report): Html | undefined {
  const { arrivals, events_by_partition: exact } = receipts;
  if (arrivals === undefined) return undefined;
  const happened = exact === undefined || (exact.step === 'day' && exact.bars.length <= 3) ? (events.by_time ?? exact) : exact;
  return section(
    'time',
    'When',
    'An object arrives when it was last changed; an event happens when the agent says so.',
    chart({
      title: 'Records that arrived',
      timeline: arrivals,
      series: [
        { column: 'valid', title: 'Valid', tone: 'valid' },
        { column: 'rejected', title: 'Rejected', tone: 'rejected' },
      ],
      more: [{ column: 'objects', title: 'Objects' }],
    }),
    happened &&
      chart({
        title: happened === exact ? 'Events that happened' : `Events that happened${amongSampled(events.sampled)}`,
        timeline: happened,
        series: [{ column: 'events', title: 'Events', tone: 'plain' }],
      }),
    lateness(events),
  );
}

function lateness({ lateness: { bands, timeless, half, most }, sampled }: Report['events']): Html | undefined {
  if (sampled.lines === 0) return undefined;
  const shown = bands.filter(({ count }) => count > 0);
  const largest = Math.max(...bands.map(({ count }) => count));
  const summary =
    half === most
      ? html`95 in 100 events came no later than in the band <strong>${half}</strong>, and less than half came earlier.`
      : html`Half of the events came no later than in the band <strong>${half}</strong>, 95 in 100 no later than <strong>${most}</strong>.`;
  return html`<h3>Lateness</h3>
<p>Time from an event to the last change of the object it came in. ${half === undefined ? undefined : summary}${timeless > 0 ? ` ${number(timeless)} have no time of their own.` : ''}</p>
${
  shown.length === 0
    ? undefined
    : table({
        caption: `How late events came${amongSampled(sampled)}`,
        headings: [{ title: 'Later by' }, { title: 'Events', isNumber: true }, { title: 'Share', isNumber: true }],
        rows: shown.map((band) => [
          { shown: name(band.name), value: bands.indexOf(band) },
          numeric(band.count),
          share(band.count, sampled.lines, largest),
        ]),
      })
}`;
}

/** Added to a title when not everything was looked at. */
export function amongSampled({ lines, of_lines: all }: Sampled): string {
  return lines === all ? '' : `, among ${number(lines)} of ${number(all)}`;
}
