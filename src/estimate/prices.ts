/** What estimates reckon with: prices, limits and measurements, each with its unit, its date and where it holds. */

/** List prices in US dollars without free tiers or discounts, as of 2026-11 in eu-west-1; us-east-1 differs in logs alone. */
export const PRICES = {
  asOf: '2026-11',
  region: 'eu-west-1',
  /** Lambda on arm64, a gigabyte (2^30) of memory for a second. */
  lambdaGbSecond: 0.0000133334,
  lambdaRequest: 0.2 / 1e6,
  /** S3 Standard. */
  s3Put: 0.005 / 1e3,
  s3Get: 0.0004 / 1e3,
  s3GbMonth: 0.023,
  /** SQS, standard queues. */
  sqsRequest: 0.4 / 1e6,
  /** CloudWatch Logs, taken in. */
  logGb: 0.57,
  /** CloudWatch: a metric of one's own, in a namespace and with its dimensions, that has values all month. */
  metricMonth: 0.3,
  dashboardMonth: 3,
  /** For each metric that it watches. */
  alarmMonth: 0.1,
  /** Athena, read. */
  athenaTb: 5,
} as const;

/** What AWS lets through. Accounts may ask for more of what is theirs. */
export const LIMITS = {
  /** A second, for each prefix that S3 has split off; it splits within minutes to hours under steady load. */
  s3PutsPerPrefix: 3500,
  s3GetsPerPrefix: 5500,
  /** Functions at work at once, of an account in a region. */
  lambdaConcurrency: 1000,
  /** Functions at work at once for one queue, the most that `maximumConcurrency` may be. Not to be raised. */
  sqsConcurrency: 1000,
  /** Messages of a queue that are being worked on. */
  sqsInFlight: 120_000,
} as const;

/** What the stack sets. */
export const FUNCTION = {
  /** One whole vCPU. */
  memoryMb: 1769,
  timeoutSeconds: 300,
} as const;

/**
 * Measured on one core of an AMD EPYC with Node 24, over generated Linux events of 9 KB each: `winnow run` in processor seconds
 * over 200 MB of JSON in gzip, and the peak of `npm run bench:memory`. Not measured on Lambda.
 */
export const MEASURED = {
  asOf: '2026-11',
  jsonBytesPerSecond: 45e6,
  peakMemoryMb: 158,
  /** Bytes stored (zstd, level 1) for a byte of JSON read. */
  outputRatio: 0.104,
  /** Bytes of JSON for a byte stored, gzip. */
  jsonRatio: 8,
} as const;

/** Assumed, not measured. */
export const ASSUMED = {
  /** Seconds that an object waits for S3: receipt, object, outputs and receipt again, one after another. */
  waitPerObject: 0.12,
  /** Bytes of log for an object: its closing line with the metrics, and Lambda's own lines. */
  logPerObject: 2500,
  /** How much more than on average comes at the busiest time. */
  peak: 3,
} as const;

/** Requests that one object costs, besides the PUT of each output. Tests count the first two. */
export const PER_OBJECT = {
  /** The object, and whether it has a receipt. */
  s3Gets: 2,
  /** The receipt. */
  s3Puts: 1,
  /** S3 sends the message, Lambda receives it and deletes it. */
  sqsRequests: 3,
} as const;

/** Requests of Lambda's five pollers at an empty queue, a day: each waits 20 seconds. */
export const IDLE_SQS_REQUESTS = (5 * 86_400) / 20;
