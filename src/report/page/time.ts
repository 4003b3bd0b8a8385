/** When objects arrived, when events happened, and how long lies between. */
import { counted, number } from '../../figures.ts';
import { LATENESS } from '../bands.ts';
import type { Report, Sampled } from '../report.ts';
import { chart } from './chart.ts';
import { capital } from './format.ts';
import { type Html, html } from './markup.ts';
import { name, numeric, section, share, table } from './parts.ts';

export function time({ receipts, events }: Report): Html | undefined {
  const { arrivals, events_by_partition: exact } = receipts;
  if (arrivals === undefined) return undefined;
  const happened = exact === undefined || (exact.step === 'day' && exact.bars.length <= 3) ? (events.by_time ?? exact) : exact;
  return section(
    'time',
    'When',
    'An object arrives when it is last changed. An event happens when the agent says so.',
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
  const timed = sampled.lines - timeless;
  const largest = Math.max(...bands.map(({ count }) => count));
  return html`<h3>Lateness</h3>
<p>How long after it happened an event arrived. ${half !== undefined && most !== undefined ? `${shares(half, most)}.` : undefined}${timeless > 0 ? ` ${counted(timeless, 'event')} without a time ${timeless === 1 ? 'is' : 'are'} not counted here.` : ''}</p>
${
  shown.length === 0
    ? undefined
    : table({
        caption: `From event to arrival${amongSampled(sampled)}`,
        headings: [{ title: 'Delay' }, { title: 'Events', isNumber: true }, { title: 'Share', isNumber: true }],
        rows: shown.map((band) => [
          { shown: name(band.name), value: bands.indexOf(band) },
          numeric(band.count),
          share(band.count, timed, largest),
        ]),
      })
}`;
}

/** Exact: a share that is reached in a band has arrived by its end. */
function shares(half: string, most: string): string {
  if (half === most) return capital(arrivedBy(half === LATENESS.names.at(-1) ? 'half' : '95%', most));
  return capital(`${arrivedBy('half', half)}, ${arrivedBy('95%', most)}`);
}

function arrivedBy(share: string, band: string): string {
  const [, end] = /(?:under|to) (.+)$/.exec(band) ?? [];
  if (end !== undefined) return `${share} arrived within ${end}`;
  // The first band and the last one have no end of that kind.
  return band === LATENESS.names[0] ? `${share} arrived before their own time` : `fewer than ${share} arrived within 30 days`;
}

/** Added to a title when not everything was looked at. */
export function amongSampled({ lines, of_lines: all }: Sampled): string {
  return lines === all ? '' : `, among ${number(lines)} of ${number(all)}`;
}
