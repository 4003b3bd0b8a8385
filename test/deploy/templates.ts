/** The templates of every variant, as CloudFormation will see them: conditions decided, names known. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageVariant, type Resource, type Template, twoAtATime, type Variant } from '../../infra/variants.ts';

export const ACCOUNT = '111122223333';
export const REGION = 'eu-west-1';

export interface Packaged {
  readonly variant: Variant;
  /** Only what is there under its conditions; references are still references. */
  readonly template: Template;
}

/** Everything that may be given, as it comes from the command line. */
export const GIVEN: Variant = {
  name: 'prod, with everything given',
  params: {
    ...{ input: 'created', trigger: 'sqs', maximumConcurrency: '20', reservedConcurrency: '30', logRetentionDays: '90' },
    ...{ alarmEmail: 'a@example.com', maxRejectPercent: '0.5', inputBucketOwner: '444455556666' },
    ...{ report: 'daily' },
  },
};

/** Packages variants with a function that does nothing: a template does not depend on it. */
export async function packageAll(variants: readonly Variant[], stage?: string): Promise<Packaged[]> {
  const folder = await mkdtemp(join(tmpdir(), 'winnow-templates-'));
  try {
    const dist = join(folder, 'dist');
    for (const code of ['lambda', 'report']) {
      await mkdir(join(dist, code), { recursive: true });
      await writeFile(join(dist, code, 'index.js'), 'export const handler = () => {};\n');
    }
    return await twoAtATime(variants, async (variant) => {
      const template = await packageVariant(variant, join(folder, variant.name), dist, stage);
      return { variant, template: settle(template) };
    });
  } finally {
    await rm(folder, { recursive: true });
  }
}

type Node = { readonly [name: string]: unknown };

const NOTHING = Symbol('AWS::NoValue');

/** Decides the conditions of a template, and leaves out what is not there under them. */
function settle({ Conditions, Resources, Outputs, ...rest }: Template): Template {
  const holds = (name: unknown): boolean => decide(Conditions[String(name)]);

  function decide(condition: unknown): boolean {
    const { Condition, 'Fn::Equals': equals, 'Fn::Not': not, 'Fn::And': and } = condition as Node;
    if (Condition !== undefined) return holds(Condition);
    if (Array.isArray(equals)) return equals[0] === equals[1];
    if (Array.isArray(not)) return !decide(not[0]);
    if (Array.isArray(and)) return and.every(decide);
    throw new Error(`a condition that is not understood: ${JSON.stringify(condition)}`);
  }

  function settled(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(settled).filter((item) => item !== NOTHING);
    if (typeof value !== 'object' || value === null) return value;
    const { Ref, 'Fn::If': choice } = value as Node;
    if (Ref === 'AWS::NoValue') return NOTHING;
    if (Array.isArray(choice)) return settled(holds(choice[0]) ? choice[1] : choice[2]);
    const members = Object.entries(value).map(([name, member]) => [name, settled(member)] as const);
    return Object.fromEntries(members.filter(([, member]) => member !== NOTHING));
  }

  function present(parts: { readonly [id: string]: { readonly Condition?: string } }): object {
    const kept = Object.entries(parts).filter(([, { Condition }]) => Condition === undefined || holds(Condition));
    return Object.fromEntries(kept.map(([id, { Condition: _, ...part }]) => [id, settled(part)]));
  }

  return { ...rest, Conditions: {}, Resources: present(Resources), Outputs: present(Outputs) } as Template;
}

export interface Named extends Resource {
  readonly id: string;
}

/** The resources of a type. */
export function resourcesOf({ Resources }: Template, type: string): Named[] {
  const entries = Object.entries(Resources).filter(([, resource]) => resource.Type === type);
  return entries.map(([id, resource]) => ({ id, ...resource }));
}

/** A part of a template with its references replaced by the names and ARNs they would have. */
export function rendered(template: Template, part: unknown): unknown {
  if (Array.isArray(part)) return part.map((item) => rendered(template, item));
  if (typeof part !== 'object' || part === null) return part;
  const { Ref, 'Fn::GetAtt': attribute, 'Fn::Sub': text, 'Fn::Join': join } = part as Node;
  if (typeof Ref === 'string') return reference(template, Ref);
  if (Array.isArray(attribute)) return attributeOf(template, attribute.join('.'));
  if (Array.isArray(join)) return (rendered(template, join[1]) as string[]).join(String(join[0]));
  if (text !== undefined) {
    const [pattern, names = {}] = (Array.isArray(text) ? text : [text]) as [string, Node?];
    return pattern.replace(/\$\{([^}]+)\}/g, (_, name: string) => {
      if (Object.hasOwn(names, name)) return String(rendered(template, names[name]));
      return name.includes('.') ? attributeOf(template, name) : reference(template, name);
    });
  }
  return Object.fromEntries(Object.entries(part).map(([name, member]) => [name, rendered(template, member)]));
}

const PSEUDO: { readonly [name: string]: string } = {
  'AWS::Partition': 'aws',
  'AWS::Region': REGION,
  'AWS::AccountId': ACCOUNT,
  'AWS::StackName': 'cws-winnow',
};

const NAME_OF: { readonly [type: string]: string } = {
  'AWS::S3::Bucket': 'BucketName',
  'AWS::SQS::Queue': 'QueueName',
  'AWS::Lambda::Function': 'FunctionName',
};

function reference({ Resources }: Template, id: string): string {
  const pseudo = PSEUDO[id];
  if (pseudo !== undefined) return pseudo;
  const resource = Resources[id];
  if (resource === undefined) throw new Error(`there is no ${id}`);
  return String(resource.Properties?.[NAME_OF[resource.Type] ?? ''] ?? id);
}

function attributeOf(template: Template, path: string): string {
  const [id = '', attribute] = path.split('.');
  const name = reference(template, id);
  const type = template.Resources[id]?.Type ?? '';
  if (attribute !== 'Arn') return attribute === NAME_OF[type] ? name : `${id}.${attribute}`;
  if (type === 'AWS::S3::Bucket') return `arn:aws:s3:::${name}`;
  const [, service = ''] = type.toLowerCase().split('::');
  return `arn:aws:${service}:${REGION}:${ACCOUNT}:${type === 'AWS::Lambda::Function' ? 'function:' : ''}${name}`;
}
