/** What a role may do, decided as IAM decides it: allowed when a statement says so and none forbids it. Throws at what it does not know. */
import type { Template } from '../../infra/variants.ts';
import { rendered } from './templates.ts';

export interface Request {
  readonly action: string;
  readonly resource: string;
  /** Condition keys that the request brings. */
  readonly context?: { readonly [key: string]: string };
}

export interface Statement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: { readonly [operator: string]: { readonly [key: string]: string | readonly string[] } };
}

/** Statements of the policies of a role, with names and ARNs filled in. */
export function statementsOf(template: Template, role: string): readonly Statement[] {
  const { Policies, ManagedPolicyArns = [] } = template.Resources[role]?.Properties ?? {};
  if ((ManagedPolicyArns as readonly unknown[]).length > 0)
    throw new Error(`${role}: what a managed policy says is not known here`);
  const policies = rendered(template, Policies) as readonly {
    readonly PolicyDocument: { readonly Statement: readonly Statement[] };
  }[];
  return policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
}

export function isAllowed(statements: readonly Statement[], request: Request): boolean {
  const applying = statements.filter((statement) => applies(statement, request));
  return applying.length > 0 && applying.every(({ Effect }) => Effect === 'Allow');
}

const KNOWN = ['Sid', 'Effect', 'Action', 'Resource', 'Condition'];

function applies(statement: Statement, { action, resource, context = {} }: Request): boolean {
  const unknown = Object.keys(statement).filter((name) => !KNOWN.includes(name));
  if (unknown.length > 0) throw new Error(`statements with ${unknown.join(', ')} are not understood`);
  const { Action, Resource, Condition = {} } = statement;
  return (
    listed(Action).some((pattern) => like(pattern.toLowerCase(), action.toLowerCase())) &&
    listed(Resource).some((pattern) => like(pattern, resource)) &&
    Object.entries(Condition).every(([operator, keys]) =>
      Object.entries(keys).every(([key, values]) => meets(operator, context[key], listed(values))),
    )
  );
}

/** A key that the request does not bring meets no condition. */
function meets(operator: string, given: string | undefined, values: readonly string[]): boolean {
  switch (operator) {
    case 'StringEquals':
      return given !== undefined && values.includes(given);
    case 'StringLike':
      return given !== undefined && values.some((pattern) => like(pattern, given));
    default:
      throw new Error(`conditions with ${operator} are not understood`);
  }
}

/** `*` stands for any text, `?` for any character. */
function like(pattern: string, text: string): boolean {
  const source = pattern
    .replace(/[\\^$.|+()[\]{}]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 's').test(text);
}

export function listed<T>(value: T | readonly T[]): readonly T[] {
  return Array.isArray(value) ? value : [value as T];
}
