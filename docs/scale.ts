/** The page about volumes: what a gigabyte, a terabyte and a hundred of them a day take, by the sums of `winnow estimate`. */
import { type DailyEstimate, estimateDaily, type Shape } from '../src/estimate/estimate.ts';
import { ASSUMED, FUNCTION, LIMITS, MEASURED, PER_OBJECT, PRICES } from '../src/estimate/prices.ts';
import { METRICS } from '../src/lambda/report.ts';
import { SETTINGS } from '../src/settings.ts';

const MB = 1e6;
const GB = 1e9;
const TB = 1e12;

/** Three or four of the six categories are in most batches; rejects are rare. */
const FOLDERS = 4;

interface Model {
  readonly name: string;
  readonly jsonBytes: number;
  readonly objectBytes: number;
}

const MODELS: readonly Model[] = [
  { name: '1 GB', jsonBytes: GB, objectBytes: MB },
  { name: '1 TB', jsonBytes: TB, objectBytes: 10 * MB },
  { name: '100 TB, small objects', jsonBytes: 100 * TB, objectBytes: 10 * MB },
  { name: '100 TB, large objects', jsonBytes: 100 * TB, objectBytes: 100 * MB },
];

const SHAPE: Shape = {
  jsonBytesPerSecond: MEASURED.jsonBytesPerSecond,
  outputRatio: MEASURED.outputRatio,
  folders: FOLDERS,
  windowBytes: SETTINGS.max_buffer_bytes.default * 4,
};

const DAYS = MODELS.map((model) => ({ model, day: dayOf(model) }));

function dayOf({ jsonBytes, objectBytes }: Model): DailyEstimate {
  return estimateDaily({ objects: jsonBytes / objectBytes, storedBytes: jsonBytes / MEASURED.jsonRatio, jsonBytes }, SHAPE);
}

export function scalePage(): string {
  const [, , small] = DAYS.map(({ day }) => day);
  const largest = ((FUNCTION.timeoutSeconds * 1000 - SETTINGS.deadline_reserve_ms.default) / 1000) * MEASURED.jsonBytesPerSecond;
  return `# Scale

What a volume takes, reckoned by the same code as \`winnow estimate\`, which puts your own data in the place of these assumptions:

    winnow estimate s3://landing/cws/ --daily 1TB

Volumes are of JSON before compression. Nothing here was measured on AWS; it was reckoned from:

- **Measured** (${MEASURED.asOf}, one x86 core, Node 24, 9 KB events, gzip in, zstd out): ${rate(MEASURED.jsonBytesPerSecond)} of JSON a
  core, ${MEASURED.peakMemoryMb} MB of memory at its peak however large the object, ${(MEASURED.outputRatio * 100).toFixed(1)} % of the JSON's bytes in the outputs, and gzip at 1 to ${MEASURED.jsonRatio}.
- **Counted**: ${PER_OBJECT.s3Gets} GET for an object, ${PER_OBJECT.s3Puts} PUT for its receipt and one for each output, ${PER_OBJECT.sqsRequests} SQS requests, one invocation.
- **Assumed**: ${FOLDERS} outputs of an object, ${ASSUMED.waitPerObject} s of waiting for S3, ${ASSUMED.peak} times the average at the busiest time, ${ASSUMED.logPerObject} bytes of log. A function has ${FUNCTION.memoryMb} MB,
  which is one whole vCPU.
- **Prices** of ${PRICES.asOf} in ${PRICES.region}, without free tiers, savings plans or transfer.

## A day

${table([
  ['JSON in an object', ({ model }) => bytes(model.objectBytes)],
  ['objects', ({ day }) => whole(day.objects)],
  ['stored input', ({ day }) => bytes(day.stored_bytes)],
  ['functions at once, average', ({ day }) => few(day.average_concurrency)],
  ['functions at once, busiest', ({ day }) => few(day.peak.concurrency)],
  ['objects (messages) a second, busiest', ({ day }) => few(day.peak.objects)],
  ['S3 PUT a second, busiest', ({ day }) => few(day.peak.s3_put)],
  ['S3 GET a second, busiest', ({ day }) => few(day.peak.s3_get)],
  ['outputs', ({ day }) => bytes(day.output_bytes)],
  ['output files', ({ day }) => whole(day.output_files)],
  ['bytes of an output file', ({ day }) => bytes(day.output_bytes / day.output_files)],
  ['partitions (day and category)', () => String(FOLDERS)],
  ['files of a partition', ({ day }) => whole(day.output_files / FOLDERS)],
  ['receipts', ({ day }) => whole(day.objects)],
])}

## Dollars a day

${table([
  ['Lambda', ({ day }) => money(day.dollars.lambda)],
  ['S3 requests', ({ day }) => money(day.dollars.s3)],
  ['SQS', ({ day }) => money(day.dollars.sqs)],
  ['logs', ({ day }) => money(day.dollars.logs)],
  ['**total**', ({ day }) => `**${money(day.dollars.total)}**`],
  ['for a TB of JSON', ({ model, day }) => money((day.dollars.total / model.jsonBytes) * TB)],
  ['a month of storage for it', ({ day }) => money(day.storage_dollars)],
  ['a query over all of it', ({ day }) => money(day.query_dollars)],
])}

The same at any volume, and in no total: CloudWatch's ${Object.keys(METRICS).length} metrics of a stage at ${money(PRICES.metricMonth)} a month each, and one more for each reject code that
occurs; the dashboard at ${money(PRICES.dashboardMonth)}; and alarms at ${money(PRICES.alarmMonth)} for each metric that they watch. That is about nine dollars a month.

## How near the limits

At the busiest time, as a share of what AWS lets through by default.

${table([
  [
    `${whole(LIMITS.lambdaConcurrency)} functions at once in an account`,
    ({ day }) => share(day.peak.concurrency / LIMITS.lambdaConcurrency),
  ],
  [`${whole(LIMITS.s3PutsPerPrefix)} PUT a second in a prefix`, ({ day }) => share(putsOfPrefix(day) / LIMITS.s3PutsPerPrefix)],
  [`${whole(LIMITS.s3GetsPerPrefix)} GET a second in a prefix`, ({ day }) => share(day.peak.objects / LIMITS.s3GetsPerPrefix)],
  [`${whole(LIMITS.sqsInFlight)} messages in flight`, ({ day }) => share(day.peak.concurrency / LIMITS.sqsInFlight)],
])}

Every category of a day and the receipts of a day are a prefix of their own, and each gets at most one PUT or two for an object. The
input is one prefix for the GETs of objects; its receipts are another. SQS standard queues have no limit for messages a second that matters here.

## Where it breaks first

1. **\`maximumConcurrency\`.** The stack starts with 5 objects at once, or 50 in the stage prod. Above it nothing is lost: messages wait, and the alarm for the age of
   the oldest one rings. Set it to the busiest time's functions and half as many again, at most ${whole(LIMITS.sqsConcurrency)}:
   Lambda takes no more for a queue. The quota of the account holds all the same.
2. **Readers, by small files.** Long before S3, SQS or Lambda mind, ${whole((small?.output_files ?? 0) / FOLDERS)} files in a partition are slow to list and open. The number
   of files follows the number of input objects, so **make the writer's batches larger**: ten times the batch is a tenth of the files, the PUTs and
   the waiting. 100 MB of JSON in a batch is a good size; in Vector that is \`batch.max_bytes\` and \`batch.timeout_secs\`, in Firehose the buffering hints.
3. **A query's scan limit.** The 100 GiB of the workgroup are about one day of the second column. Name the category, compact to Parquet, or raise it knowingly.
4. **One very large object.** An attempt gets through about ${bytes(largest)} of JSON before its time is up. Then it writes down where it is and goes on with the next
   delivery, so size alone breaks nothing, but a message that was delivered \`maxReceiveCount\` times, which is five, becomes a dead letter. Split what is larger, or use \`winnow run\` on a machine.
5. **S3's request rates**, and only beyond the last column: S3 splits prefixes under load, and answers 503 until it has. The SDK tries again, and then
   SQS does. Partition by \`dt,hour,category\` to spread the writes.

## Compaction

Receipts vouch for the objects that Winnow wrote, so leave those in place until nobody will replay or verify them, and compact into another table. Once the day
is over, in Athena, here for one category:

\`\`\`sql
CREATE TABLE events_compact WITH (format = 'PARQUET', write_compression = 'ZSTD', partitioned_by = ARRAY['dt', 'category'])
AS SELECT * FROM events WHERE dt = '2026-11-21' AND category = 'file_activity'
\`\`\`

and \`INSERT INTO events_compact SELECT …\` for each further day. It reads the day once, and saves each later query all columns that it does not
name. Below some gigabytes a day it is not worth it: one query over the whole day of the second column costs ${money(DAYS[1]?.day.query_dollars ?? 0)}.
`;
}

/** All outputs of one category lie in one prefix, so at most every object puts one there. */
function putsOfPrefix(day: DailyEstimate): number {
  return (day.peak.objects * day.output_files) / day.objects / FOLDERS;
}

type Row = readonly [title: string, cell: (column: (typeof DAYS)[number]) => string];

function table(rows: readonly Row[]): string {
  const head = ['', ...MODELS.map(({ name }) => name)];
  const lines = rows.map(([title, cell]) => [title, ...DAYS.map(cell)]);
  return [head, head.map((_, place) => (place === 0 ? '---' : '--:')), ...lines]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
}

function whole(number: number): string {
  return Math.round(number).toLocaleString('en-US');
}

/** A rate, with digits as far as they matter. */
function few(number: number): string {
  return number >= 10 ? whole(number) : number.toPrecision(2);
}

function share(part: number): string {
  return part < 0.001 ? '< 0.1 %' : `${(part * 100).toPrecision(2)} %`;
}

function money(sum: number): string {
  return sum < 0.01 ? '< $0.01' : `$${sum.toFixed(2)}`;
}

function rate(perSecond: number): string {
  return `${(perSecond / MB).toFixed(0)} MB/s`;
}

function bytes(number: number): string {
  const [unit, name] = number >= TB ? [TB, 'TB'] : number >= GB ? [GB, 'GB'] : number >= MB ? [MB, 'MB'] : [1000, 'kB'];
  return `${Number((number / unit).toPrecision(3))} ${name}`;
}
