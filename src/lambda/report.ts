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

/** The part of the Powertools metrics that is used. */
export interface Meter {
  addMetric(name: string, unit: (typeof MetricUnit)[keyof typeof MetricUnit], value: number): void;
  publishStoredMetrics(): unknown;
}

/** Every metric, each with its unit. They have no dimension but the service, so their number never grows with the input. */
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
  bytes_in: MetricUnit.Bytes,
  bytes_out: MetricUnit.Bytes,
  /** Failures by class. */
  transient_errors: MetricUnit.Count,
  gone: MetricUnit.Count,
  configuration_errors: MetricUnit.Count,
  partial: MetricUnit.Count,
  surprises: MetricUnit.Count,
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
  /** Publishes the metrics of the invocation, those that are zero as well: an alarm wants data when all is well. */
  publish(): void;
}

export function createReport(log: Log, meter: Meter): Report {
  const totals = new Map<MetricName, number>();
  const count = (name: MetricName, more = 1): void => void totals.set(name, (totals.get(name) ?? 0) + more);

  return {
    add(fate) {
      switch (fate.kind) {
        case 'done':
          count('objects');
          if (fate.outcome === 'unchanged') count('unchanged');
          else for (const [name, value] of Object.entries(countsOf(fate.receipt))) count(name as MetricName, value);
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
    publish() {
      for (const [name, unit] of Object.entries(METRICS)) meter.addMetric(name, unit, totals.get(name as MetricName) ?? 0);
      meter.publishStoredMetrics();
    },
  };
}

function countsOf({ counts }: Receipt) {
  const { records, valid, rejected, by_code, bytes_in, bytes_out } = counts;
  const internal = Object.entries(by_code).filter(([code]) => code.startsWith('internal.'));
  return { records, valid, rejected, internal_rejects: internal.reduce((sum, [, n]) => sum + n, 0), bytes_in, bytes_out };
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
