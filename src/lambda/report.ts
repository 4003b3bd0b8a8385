/** One line in the log for each fate, and the metrics of an invocation. Both come from here, so that they agree. */
import { MetricUnit } from '@aws-lambda-powertools/metrics';
import type { JsonObject, Receipt } from '../types.ts';
import type { FailureClass } from './failure.ts';
import type { Fate } from './items.ts';

/** The part of the Powertools logger that is used. */
export interface Log {
  info(message: string, more: JsonObject): void;
  warn(message: string, more: JsonObject): void;
  error(message: string, more: JsonObject): void;
}

type AddMetric = (name: string, unit: (typeof MetricUnit)[keyof typeof MetricUnit], value: number) => void;

/** The part of the Powertools metrics that is used. */
export interface Meter {
  addMetric: AddMetric;
  publishStoredMetrics(): unknown;
  /** Published at once, with a dimension of its own. */
  singleMetric(): { addDimension(name: string, value: string): unknown; addMetric: AddMetric };
}

/**
 * Every metric, each with its unit. Their dimension is the service; `rejected` is there for each code as well, of which there is
 * a closed list. So their number never grows with the input.
 */
export const METRICS = {
  /** Objects that are done: `unchanged` ones among them had been done before. */
  objects: MetricUnit.Count,
  unchanged: MetricUnit.Count,
  ignored: MetricUnit.Count,
  /** Counts of the objects that were completed by this invocation. */
  records: MetricUnit.Count,
  valid: MetricUnit.Count,
  rejected: MetricUnit.Count,
  internal_rejects: MetricUnit.Count,
  /** What the events carried that Winnow does not know. */
  drift: MetricUnit.Count,
  bytes_in: MetricUnit.Bytes,
  bytes_out: MetricUnit.Bytes,
  /** Failures by class. */
  transient_errors: MetricUnit.Count,
  gone: MetricUnit.Count,
  configuration_errors: MetricUnit.Count,
  partial: MetricUnit.Count,
  surprises: MetricUnit.Count,
  /** A value for each object that was completed: how long it took, and how old its newest event was then. */
  duration: MetricUnit.Milliseconds,
  lateness: MetricUnit.Milliseconds,
} as const;
type MetricName = keyof typeof METRICS;

const METRIC_OF_CLASS: { readonly [kind in FailureClass]: MetricName } = {
  transient: 'transient_errors',
  gone: 'gone',
  configuration: 'configuration_errors',
  deadline: 'partial',
  surprise: 'surprises',
};

export interface Report {
  add(fate: Fate): void;
  /** Adds how old, in milliseconds, the newest event of an object was when it was completed; less than 0 when a clock is fast. */
  late(ageMs: number): void;
  /** Publishes the metrics of the invocation, counts that are zero as well: an alarm wants data when all is well. */
  publish(): void;
}

export function createReport(log: Log, meter: Meter): Report {
  const totals = new Map<MetricName, number>();
  const codes = new Map<string, number>();
  const samples = { duration: [] as number[], lateness: [] as number[] };
  const count = (name: MetricName, more = 1): void => void totals.set(name, (totals.get(name) ?? 0) + more);

  return {
    add(fate) {
      switch (fate.kind) {
        case 'done':
          count('objects');
          if (fate.outcome === 'unchanged') count('unchanged');
          else {
            for (const [name, value] of Object.entries(countsOf(fate.receipt))) count(name as MetricName, value);
            for (const [code, n] of Object.entries(fate.receipt.counts.by_code)) codes.set(code, (codes.get(code) ?? 0) + n);
            samples.duration.push(fate.receipt.timings.duration_ms);
          }
          return log.info('object processed', { outcome: fate.outcome, ...accountOf(fate.receipt) });
        case 'ignored':
          count('ignored');
          // Harmless, but somebody is paying for invocations that can do nothing.
          return log[fate.why === 'own_output' ? 'warn' : 'info']('object ignored', { why: fate.why, ...fate.ref });
        case 'failed': {
          const { kind: _, ref, ...failure } = fate;
          count(METRIC_OF_CLASS[fate.class]);
          // Running out of time is no fault, as long as every delivery gets further than the one before.
          return log[fate.class === 'deadline' ? 'warn' : 'error']('object failed', { ...ref, ...failure });
        }
      }
    },
    late: (ageMs) => void samples.lateness.push(ageMs),
    publish() {
      for (const [name, unit] of Object.entries(METRICS)) {
        const values = name in samples ? samples[name as keyof typeof samples] : [totals.get(name as MetricName) ?? 0];
        for (const value of values) meter.addMetric(name, unit, value);
      }
      meter.publishStoredMetrics();
      for (const [code, n] of codes) {
        const metric = meter.singleMetric();
        metric.addDimension('code', code);
        metric.addMetric('rejected', METRICS.rejected, n);
      }
    },
  };
}

function countsOf({ counts, drift }: Receipt) {
  const { records, valid, rejected, by_code, bytes_in, bytes_out } = counts;
  const internal = Object.entries(by_code).filter(([code]) => code.startsWith('internal.'));
  return {
    ...{ records, valid, rejected, bytes_in, bytes_out },
    internal_rejects: internal.reduce((sum, [, n]) => sum + n, 0),
    drift: Object.values(drift).reduce((sum, { count }) => sum + count, 0),
  };
}

function accountOf({ object_id, source, object_fault, counts, outputs, timings }: Receipt) {
  const { records, valid, rejected, by_code, bytes_in, bytes_out } = counts;
  return {
    bucket: source.bucket,
    key: source.key,
    object_id,
    ...(object_fault && { object_fault }),
    ...{ records, valid, rejected, by_code, bytes_in, bytes_out },
    outputs: outputs.length,
    duration_ms: timings.duration_ms,
  };
}
