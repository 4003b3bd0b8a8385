/** What existing tools have to say of a template: cdk-nag of its practices, CloudFormation Validate of its names and types. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, CloudFormationValidatePlugin, Stack } from 'aws-cdk-lib';
import { CfnInclude } from 'aws-cdk-lib/cloudformation-include';
import { AwsSolutionsChecks, type NagPack, ServerlessChecks } from 'cdk-nag';
import type { Template } from '../../infra/variants.ts';
import { ACCOUNT, REGION } from './templates.ts';

export interface Finding {
  readonly rule: string;
  /** Logical ids. */
  readonly resources: readonly string[];
  readonly what: string;
}

/** What the packs AwsSolutions and Serverless find. */
export function nagFindings(template: Template): Promise<Finding[]> {
  return withFile(template, (templateFile) => {
    const stack = new Stack(new App({ analyticsReporting: false }), 'Winnow');
    new CfnInclude(stack, 'Template', { templateFile });
    const packs: readonly NagPack[] = [new AwsSolutionsChecks(), new ServerlessChecks()];
    return packs.flatMap((pack) => findingsOf(pack.validateScope(stack)));
  });
}

/** Ships with the CDK: the schemas of every resource type, and CloudFormation's own rules, in WebAssembly. */
const validator = new CloudFormationValidatePlugin();

/** Numbers as text: what `--param` gives is text, and CloudFormation makes numbers of it. */
const COERCED = 'W9003';

/** What CloudFormation would not take: unknown and missing properties, wrong types and values, references to nothing. */
export function structureFindings(template: Template): Promise<Finding[]> {
  return withFile(template, (templatePath) => {
    const stackTemplates = [{ stackConstructPath: 'Winnow', templatePath, accountId: ACCOUNT, region: REGION }];
    const report = validator.validate({ templatePaths: [templatePath], stackTemplates, appConstruct: new App() });
    return findingsOf(report).filter(({ rule }) => rule !== COERCED);
  });
}

type Report = ReturnType<NagPack['validateScope']>;

function findingsOf({ violations }: Report): Finding[] {
  return violations.map(({ ruleName, description, violatingResources = [] }) => ({
    rule: ruleName,
    resources: violatingResources.map(
      ({ resourceLogicalId, constructPath }) => resourceLogicalId ?? constructPath?.split('/').at(-1) ?? '',
    ),
    what: description,
  }));
}

async function withFile<T>(template: Template, work: (path: string) => T): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'winnow-template-'));
  try {
    const path = join(folder, 'template.json');
    await writeFile(path, JSON.stringify(template));
    return work(path);
  } finally {
    await rm(folder, { recursive: true });
  }
}
