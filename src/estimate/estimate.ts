/** What a volume of input takes: time, memory, requests and dollars. Sums over the figures of prices.ts, and nothing else. */
import { ASSUMED, FUNCTION, IDLE_SQS_REQUESTS, MEASURED, PER_OBJECT, PRICES } from './prices.ts';

const DAY_SECONDS = 86_400;
const GB = 1e9;
const GIBI_MB = 1024;

/** How much there is. Bytes of JSON are after decompression. */
export interface Volume {
  readonly objects: number;
  readonly storedBytes: number;
  readonly jsonBytes: number;
}

/** What the data is like, from a sample or from the benchmark. */
export interface Shape {
  /** Bytes of JSON that a vCPU gets through in a second. */
  readonly jsonBytesPerSecond: number;
  /** Bytes stored for a byte of JSON read. */
  readonly outputRatio: number;
  /** Partitions that the records of one object fall into, rejects among them. */
  readonly folders: number;
  /** Bytes of JSON after which every open part is closed. */
  readonly windowBytes: number;
}

export interface Estimate {
  readonly objects: number;
  readonly stored_bytes: number;
  readonly json_bytes: number;
  readonly output_bytes: number;
  readonly output_files: number;
  /** Of one function after another, waiting for S3 included. */
  readonly seconds: number;
  readonly gb_seconds: number;
  readonly memory_mb: { readonly set: number; readonly used: number };
  readonly requests: { readonly lambda: number; readonly s3_get: number; readonly s3_put: number; readonly sqs: number };
  readonly dollars: Dollars;
}

export interface Dollars {
  readonly lambda: number;
  readonly s3: number;
  readonly sqs: number;
  readonly logs: number;
  readonly total: number;
}

/** A volume that comes every day: what it takes a day, and how much of it at the busiest time. */
export interface DailyEstimate extends Estimate {
  /** A second, at the busiest time. */
  readonly peak: { readonly objects: number; readonly s3_put: number; readonly s3_get: number; readonly concurrency: number };
  readonly average_concurrency: number;
  /** Dollars for keeping the outputs of one day for a month. */
  readonly storage_dollars: number;
  /** Dollars for one query that reads all outputs of one day. */
  readonly query_dollars: number;
}

/** Processing a volume once. Counts are rounded, sums of money are not. */
export function estimate(volume: Volume, shape: Shape): Estimate {
  const { objects, storedBytes, jsonBytes } = volume;
  const files = objects * filesPerObject(volume, shape);
  const seconds = jsonBytes / shape.jsonBytesPerSecond + objects * ASSUMED.waitPerObject;
  const gbSeconds = (seconds * FUNCTION.memoryMb) / GIBI_MB;
  const requests = {
    lambda: Math.round(objects),
    s3_get: Math.round(objects * PER_OBJECT.s3Gets),
    s3_put: Math.round(files + objects * PER_OBJECT.s3Puts),
    sqs: Math.round(objects * PER_OBJECT.sqsRequests),
  };
  return {
    objects: Math.round(objects),
    stored_bytes: Math.round(storedBytes),
    json_bytes: Math.round(jsonBytes),
    output_bytes: Math.round(jsonBytes * shape.outputRatio),
    output_files: Math.round(files),
    seconds,
    gb_seconds: gbSeconds,
    memory_mb: { set: FUNCTION.memoryMb, used: MEASURED.peakMemoryMb },
    requests,
    dollars: dollarsOf(requests, gbSeconds),
  };
}

/** The same volume every day, with the queue that is polled all day long. */
export function estimateDaily(volume: Volume, shape: Shape): DailyEstimate {
  const day = estimate(volume, shape);
  const requests = { ...day.requests, sqs: day.requests.sqs + IDLE_SQS_REQUESTS };
  const perSecond = (count: number): number => (count / DAY_SECONDS) * ASSUMED.peak;
  return {
    ...day,
    requests,
    dollars: dollarsOf(requests, day.gb_seconds),
    peak: {
      objects: perSecond(day.objects),
      s3_put: perSecond(requests.s3_put),
      s3_get: perSecond(requests.s3_get),
      concurrency: perSecond(day.seconds),
    },
    average_concurrency: day.seconds / DAY_SECONDS,
    storage_dollars: (day.output_bytes / GB) * PRICES.s3GbMonth,
    query_dollars: (day.output_bytes / (GB * 1000)) * PRICES.athenaTb,
  };
}

/** As much JSON in objects of the same size. */
export function scaledTo(jsonBytes: number, volume: Volume): Volume {
  const times = jsonBytes / volume.jsonBytes;
  return { objects: volume.objects * times, storedBytes: volume.storedBytes * times, jsonBytes };
}

/** One output for each partition, and again for each time that the parts are closed within a large object. */
function filesPerObject({ objects, jsonBytes }: Volume, { folders, windowBytes }: Shape): number {
  return objects === 0 ? 0 : folders * Math.max(1, Math.ceil(jsonBytes / objects / windowBytes));
}

function dollarsOf(requests: Estimate['requests'], gbSeconds: number): Dollars {
  const lambda = gbSeconds * PRICES.lambdaGbSecond + requests.lambda * PRICES.lambdaRequest;
  const s3 = requests.s3_put * PRICES.s3Put + requests.s3_get * PRICES.s3Get;
  const sqs = requests.sqs * PRICES.sqsRequest;
  const logs = ((requests.lambda * ASSUMED.logPerObject) / GB) * PRICES.logGb;
  return { lambda, s3, sqs, logs, total: lambda + s3 + sqs + logs };
}
