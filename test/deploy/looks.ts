/** Ways to look at a template. */
import assert from 'node:assert/strict';
import type { Template } from '../../infra/variants.ts';
import type { Statement } from './policy.ts';
import { type Named, rendered, resourcesOf } from './templates.ts';

/** The one resource of a type. */
export const only = (template: Template, type: string): Named => {
  const [first, ...more] = resourcesOf(template, type);
  assert.ok(first && more.length === 0, `one ${type}`);
  return first;
};

/** What a resource is, with names and ARNs filled in. */
export const properties = (template: Template, id: string): { readonly [name: string]: unknown } => {
  const resource = template.Resources[id];
  assert.ok(resource, `there is a ${id}`);
  return rendered(template, resource.Properties ?? {}) as { [name: string]: unknown };
};

/** Rules of EventBridge that wait for events, or ring by a schedule. */
export function rulesFor(template: Template, cause: 'EventPattern' | 'ScheduleExpression'): Named[] {
  return resourcesOf(template, 'AWS::Events::Rule').filter(({ Properties = {} }) => cause in Properties);
}

/** Statements of every policy, whoever has it. */
export function allStatements(template: Template): { readonly id: string; readonly statement: Statement }[] {
  return Object.keys(template.Resources).flatMap((id) => {
    const { PolicyDocument, Policies = [] } = properties(template, id) as {
      PolicyDocument?: Document;
      Policies?: readonly { PolicyDocument: Document }[];
    };
    const documents = [...(PolicyDocument ? [PolicyDocument] : []), ...Policies.map((policy) => policy.PolicyDocument)];
    return documents.flatMap(({ Statement }) => Statement.map((statement) => ({ id, statement })));
  });
}
type Document = { readonly Statement: readonly Statement[] };

/** Whether a policy of this type denies everything over a connection that is not encrypted. */
export function isTlsOnly(template: Template, type: string, id: string): boolean {
  const policies = resourcesOf(template, type).map((policy) => ({ ...policy.Properties }) as { [name: string]: unknown });
  const mine = policies.filter(({ Bucket, Queues }) => JSON.stringify(Queues ?? [Bucket]) === JSON.stringify([{ Ref: id }]));
  assert.equal(mine.length, 1, `${id} has one policy: a second one would replace the first`);
  const { Statement } = rendered(template, mine[0]?.['PolicyDocument']) as Document;
  return Statement.some(({ Effect, Action, Condition }) => {
    return (
      Effect === 'Deny' &&
      /^(?:s3|sqs):\*$/.test(String(Action)) &&
      String(Condition?.['Bool']?.['aws:SecureTransport']) === 'false'
    );
  });
}

export interface Alarm {
  readonly Namespace?: string;
  readonly MetricName?: string;
  readonly Dimensions?: readonly object[];
  readonly Metrics?: readonly { readonly MetricStat?: { readonly Metric: Alarm } }[];
}

/** The metrics that an alarm watches, those of its expressions as well. */
export function metricsOf({
  Namespace,
  MetricName,
  Dimensions,
  Metrics = [],
}: Alarm): { readonly name: string; readonly dimensions: unknown }[] {
  const own = MetricName === undefined ? [] : [{ name: `${Namespace} ${MetricName}`, dimensions: Dimensions }];
  return [...own, ...Metrics.flatMap(({ MetricStat }) => (MetricStat ? metricsOf(MetricStat.Metric) : []))];
}

/** Rows of a dashboard's metrics: namespace, name, dimensions. */
export type Rows = readonly (readonly unknown[])[];

/** Rows with `.` and `...` written out: the same as in the row before. */
export function completed(rows: Rows): Rows {
  const complete: (readonly unknown[])[] = [];
  for (const row of rows) {
    const before = complete.at(-1) ?? [];
    complete.push(row[0] === '...' ? before : row.map((cell, index) => (cell === '.' ? before[index] : cell)));
  }
  return complete;
}
