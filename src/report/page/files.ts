/** What was written, and which objects took longest. */
import { counted, duration, number, size } from '../../figures.ts';
import type { Report } from '../report.ts';
import { moment } from './format.ts';
import { type Html, html } from './markup.ts';
import { name, numeric, plain, section, share, table } from './parts.ts';

/** Fewer files than this are no burden, however small. */
const FEW_FILES = 20;

export function files({ receipts }: Report): Html {
  const { files: found } = receipts;
  return section(
    'files',
    'Files',
    html`${counted(found.event_files, 'file')} of events (${size(found.event_bytes)}) and ${counted(found.reject_files, 'file')} of rejects (${size(found.reject_bytes)}).`,
    ...(found.event_files === 0 ? [] : eventFiles(found)),
  );
}

function eventFiles(found: Report['receipts']['files']): readonly (Html | undefined)[] {
  const { rows, others } = found.partitions;
  const largest = Math.max(...found.sizes.map(({ count }) => count));
  const columns = (records: number, count: number, bytes: number) => [
    numeric(records),
    numeric(count),
    { shown: size(bytes), value: bytes },
    { shown: size(bytes / Math.max(1, count)), value: bytes / Math.max(1, count) },
  ];
  return [
    warning(found),
    table({
      caption: 'Sizes of event files',
      headings: [{ title: 'Size' }, { title: 'Files', isNumber: true }, { title: 'Share', isNumber: true }],
      rows: found.sizes.map(({ name: band, count }, index) => [
        { shown: band, value: index },
        numeric(count),
        share(count, found.event_files, largest),
      ]),
    }),
    table({
      caption: 'Partitions of events',
      headings: [
        { title: 'Partition' },
        { title: 'Events', isNumber: true },
        { title: 'Files', isNumber: true },
        { title: 'Size', isNumber: true },
        { title: 'Size of a file', isNumber: true },
      ],
      rows: rows.map((row) => [plain(name(row.name)), ...columns(row.records, row.files, row.bytes)]),
      last: others && [plain(counted(others.names, 'other')), ...columns(others.records, others.files, others.bytes)],
    }),
  ];
}

function warning({
  small_files: small,
  event_files: all,
  small_file_bytes: limit,
}: Report['receipts']['files']): Html | undefined {
  if (all < FEW_FILES || small * 2 < all) return undefined;
  return html`<p class="warning"><strong>Many small files.</strong> ${number(small)} of ${number(all)} are below ${size(limit)}. A query then spends its time on opening files, and each one costs a PUT. Larger batches help most, then fewer partitions: a shorter list in <code>--partition</code>.</p>`;
}

export function objects({ receipts }: Report): Html {
  const { totals, damaged, slowest, settings_digests: digests } = receipts;
  const facts = [
    ...(totals.unfinished_objects > 0
      ? [`${counted(totals.unfinished_objects, 'object')} not finished yet, and not counted here.`]
      : []),
    ...(totals.replayed_objects > 0 ? [`${counted(totals.replayed_objects, 'object')} changed by a replay.`] : []),
    ...(digests.rows.length > 1
      ? [`Processed under ${number(digests.rows.length + (digests.others?.names ?? 0))} different sets of settings or versions.`]
      : []),
  ];
  return section(
    'objects',
    'Objects',
    html`${slowest.length === 0 ? 'None.' : 'How long each took is all that differs when the same objects are processed again.'}${facts.map((fact) => ` ${fact}`)}`,
    damaged.length === 0
      ? undefined
      : table({
          caption: `Objects that could not be read to their end${damaged.length < totals.failed_objects ? `: ${damaged.length} of ${number(totals.failed_objects)}` : ''}`,
          headings: [{ title: 'Object' }, { title: 'Fault' }, { title: 'Records', isNumber: true }, { title: 'Arrived' }],
          rows: damaged.map((row) => [
            plain(name(row.name)),
            plain(html`<code>${row.fault}</code>`),
            numeric(row.records),
            plain(moment(row.arrived)),
          ]),
        }),
    slowest.length === 0
      ? undefined
      : table({
          caption: 'Slowest objects',
          headings: [
            { title: 'Object' },
            { title: 'Took', isNumber: true },
            { title: 'Records', isNumber: true },
            { title: 'Size', isNumber: true },
            { title: 'Records per second', isNumber: true },
          ],
          rows: slowest.map((row) => {
            const perSecond = Math.round((1000 * row.records) / Math.max(1, row.duration_ms));
            return [
              plain(name(row.name)),
              { shown: duration(row.duration_ms), value: row.duration_ms },
              numeric(row.records),
              { shown: size(row.bytes), value: row.bytes },
              numeric(perSecond),
            ];
          }),
        }),
  );
}
