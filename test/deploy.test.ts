/** What `osls deploy` would give to CloudFormation, in every variant. */
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { type Template, TRIGGERS, VARIANTS } from '../infra/variants.ts';
import { PROBLEMS_METRIC } from '../src/lambda/daily.ts';
import { METRICS } from '../src/lambda/report.ts';
import { ACTIONS_ON_ANYTHING, NAG_EXCEPTIONS, WILDCARDS } from './deploy/exceptions.ts';
import { type Finding, nagFindings, structureFindings } from './deploy/findings.ts';
import {
  type Alarm,
  allStatements,
  completed,
  isTlsOnly,
  metricsOf,
  only,
  properties,
  type Rows,
  rulesFor,
} from './deploy/looks.ts';
import { listed, type Statement } from './deploy/policy.ts';
import { GIVEN, type Packaged, packageAll, resourcesOf } from './deploy/templates.ts';

let packaged: readonly Packaged[];

before(async () => {
  packaged = [...(await packageAll(VARIANTS)), ...(await packageAll([GIVEN], 'prod'))];
});

/** Calls `check` for every variant, and says which one it was about. */
function inEach(check: (template: Template, params: Packaged['variant']['params']) => void): void {
  for (const { variant, template } of packaged) {
    try {
      check(template, variant.params);
    } catch (error) {
      throw new Error(`${variant.name}: ${error instanceof Error ? error.message : error}`, { cause: error });
    }
  }
}

describe('permissions', () => {
  const onAnything = new Set<string>(ACTIONS_ON_ANYTHING);

  test('name actions and resources one by one, but for those with a reason', () => {
    const used = new Set<string>();
    inEach((template) => {
      for (const { id, statement } of allStatements(template).filter(({ statement }) => statement.Effect === 'Allow')) {
        const actions = listed(statement.Action);
        for (const action of actions) assert.doesNotMatch(action, /[*?]/, id);
        for (const resource of listed(statement.Resource).filter((name) => /[*?]/.test(name))) {
          const known = resource.replaceAll('cws-winnow-prod', 'cws-winnow-dev');
          assert.ok(known in WILDCARDS, `${id}: ${resource}`);
          used.add(known);
          if (resource === '*')
            assert.deepEqual(
              actions.filter((action) => !onAnything.has(action)),
              [],
              id,
            );
        }
      }
    });
    assert.deepEqual([...used].sort(), Object.keys(WILDCARDS).sort(), 'no reason is idle');
  });

  test('are given to nobody outside, but to services for this account or for one source', () => {
    inEach((template) => {
      for (const { id, statement } of allStatements(template)) {
        const { Effect, Principal, Condition = {} } = statement as Statement & { Principal?: unknown };
        if (Effect === 'Deny' || Principal === undefined) continue;
        assert.match(JSON.stringify(Principal), /^\{"Service":"[a-z0-9.]+\.amazonaws\.com"\}$/, id);
        assert.match(JSON.stringify(Condition), /"aws:Source(?:Arn|Account)"/, id);
      }
      for (const { id } of resourcesOf(template, 'AWS::Lambda::Permission')) {
        const { Principal, SourceArn, SourceAccount } = properties(template, id);
        assert.ok(SourceArn, id);
        // The ARN of a bucket names no account. Those of rules do, and EventBridge does not tell it to Lambda besides.
        assert.equal(SourceAccount !== undefined, Principal === 's3.amazonaws.com', id);
      }
    });
  });
});

describe('buckets', () => {
  test('are encrypted, private, and reached over TLS alone; those of data keep versions and a log, and outlive the stack', () => {
    inEach((template, { input, kmsKeyArn }) => {
      const buckets = resourcesOf(template, 'AWS::S3::Bucket');
      const names = ['AccessLogs', 'OutputBucket', 'ServerlessDeploymentBucket', ...(input === 'created' ? ['InputBucket'] : [])];
      assert.deepEqual(buckets.map(({ id }) => id).sort(), names.sort());
      for (const { id, ...resource } of buckets) {
        const of = properties(template, id) as { readonly [name: string]: { readonly [name: string]: unknown } };
        const isData = id === 'InputBucket' || id === 'OutputBucket';
        const encryption = JSON.stringify(of['BucketEncryption']);
        assert.match(encryption, isData && kmsKeyArn ? /"SSEAlgorithm":"aws:kms"/ : /"SSEAlgorithm":"AES256"/, id);
        if (isData && kmsKeyArn) assert.ok(encryption.includes(`"KMSMasterKeyID":"${kmsKeyArn}"`), id);
        assert.deepEqual(Object.values(of['PublicAccessBlockConfiguration'] ?? {}), [true, true, true, true], id);
        assert.ok(isTlsOnly(template, 'AWS::S3::BucketPolicy', id), id);
        if (!isData) continue;
        assert.deepEqual(of['VersioningConfiguration'], { Status: 'Enabled' });
        assert.deepEqual(of['LoggingConfiguration']?.['DestinationBucketName'], 'AccessLogs');
        const rules = JSON.stringify(of['LifecycleConfiguration']);
        for (const part of ['NoncurrentVersionExpiration', 'AbortIncompleteMultipartUpload'])
          assert.ok(rules.includes(part), part);
        assert.deepEqual(
          [(resource as { DeletionPolicy?: string }).DeletionPolicy, of['OwnershipControls'] !== undefined],
          ['Retain', true],
        );
      }
    });
  });
});

describe('queues and triggers', () => {
  test('queues are encrypted and reached over TLS alone', () => {
    inEach((template) => {
      for (const { id } of resourcesOf(template, 'AWS::SQS::Queue')) {
        assert.equal(properties(template, id)['SqsManagedSseEnabled'], true, id);
        assert.ok(isTlsOnly(template, 'AWS::SQS::QueuePolicy', id), id);
      }
    });
  });

  test('what fails for good ends among the dead letters, however it came', () => {
    inEach((template, { trigger }) => {
      const deadLetters = 'arn:aws:sqs:eu-west-1:111122223333:';
      const ends = JSON.stringify(
        trigger === 'sqs' ? properties(template, 'Queue')['RedrivePolicy'] : properties(template, 'Retries')['DestinationConfig'],
      );
      assert.match(ends, new RegExp(`"${deadLetters}cws-winnow-(?:dev|prod)-dead-letters"`));
      for (const { id } of rulesFor(template, 'EventPattern')) {
        const [target] = properties(template, id)['Targets'] as { DeadLetterConfig?: object }[];
        assert.match(JSON.stringify(target?.DeadLetterConfig), /-dead-letters"/);
      }
    });
  });

  test('the function hears of objects in one way, and an existing bucket is left alone', () => {
    inEach((template, { input, trigger }) => {
      const notification = template.Resources['InputBucket']?.Properties?.['NotificationConfiguration'];
      const kinds = { sqs: 'QueueConfigurations', direct: 'LambdaConfigurations', eventbridge: 'EventBridgeConfiguration' };
      const expected = TRIGGERS.filter((each) => each === trigger && input === 'created').map((each) => kinds[each]);
      assert.deepEqual(Object.keys(notification ?? {}), expected);
      assert.equal(
        rulesFor(template, 'EventPattern').length,
        trigger === 'eventbridge' || (trigger === 'sqs' && input === 'existing') ? 1 : 0,
      );
      assert.equal(resourcesOf(template, 'AWS::Lambda::EventSourceMapping').length, trigger === 'sqs' ? 1 : 0);
      assert.ok(!Object.values(template.Resources).some(({ Type }) => Type.startsWith('Custom::')));
    });
  });

  test('messages that failed come again, and none that is being worked on', () => {
    inEach((template, { trigger }) => {
      if (trigger !== 'sqs') return;
      const mapping = only(template, 'AWS::Lambda::EventSourceMapping').Properties ?? {};
      assert.deepEqual(mapping['FunctionResponseTypes'], ['ReportBatchItemFailures']);
      assert.ok(Number((mapping['ScalingConfig'] as { MaximumConcurrency: number }).MaximumConcurrency) >= 2);
      const timeout = Number(properties(template, 'NormalizeLambdaFunction')['Timeout']);
      assert.ok(Number(properties(template, 'Queue')['VisibilityTimeout']) >= 6 * timeout);
    });
  });
});

test('the function is as it is documented, and the one of reports has its settings', () => {
  inEach((template, { report }) => {
    const { Runtime, Architectures, MemorySize, Timeout, Environment } = properties(template, 'NormalizeLambdaFunction');
    assert.deepEqual([Runtime, Architectures, MemorySize, Timeout], ['nodejs24.x', ['arm64'], 1769, 300]);
    // Names of secrets would be seen here.
    const names = ['OUTPUT_URI', 'INPUT_BUCKET_OWNER', 'OUTPUT_BUCKET_OWNER', 'POWERTOOLS_SERVICE_NAME', 'NODE_OPTIONS'];
    assert.deepEqual(Object.keys((Environment as { Variables: object }).Variables), names);
    assert.equal('ReportLambdaFunction' in template.Resources, report === 'daily');
    if (report === 'daily') assert.deepEqual(properties(template, 'ReportLambdaFunction')['Environment'], Environment);
    const groups = resourcesOf(template, 'AWS::Logs::LogGroup');
    for (const { id } of groups) assert.ok(Number(properties(template, id)['RetentionInDays']) > 0, id);
  });
});

describe('tools', () => {
  test('cdk-nag finds nothing but what has a reason', async () => {
    const idle = new Set(NAG_EXCEPTIONS);
    for (const { variant, template } of packaged) {
      for (const { rule, resources, what } of await nagFindings(template)) {
        if (/^AwsSolutions-IAM5\[/.test(rule)) continue; // Wildcards: the first test has them all, these and those of other policies.
        for (const id of resources) {
          const exception = NAG_EXCEPTIONS.find((each) => each.rule === rule && each.resource === id);
          assert.ok(exception, `${variant.name}: ${id}: ${rule}: ${what}`);
          idle.delete(exception);
        }
      }
    }
    assert.deepEqual([...idle], []);
  });

  test('CloudFormation would take every name, type and value', async () => {
    const findings: Finding[] = [];
    for (const { template } of packaged) findings.push(...(await structureFindings(template)));
    assert.deepEqual(findings, []);
  });

  test('and would be seen not to', async () => {
    const template = structuredClone(packaged[0]?.template) as {
      Resources: { [id: string]: { Properties: { [name: string]: unknown } } };
    };
    const { OutputBucket, Queue } = template.Resources;
    assert.ok(OutputBucket && Queue);
    OutputBucket.Properties['BuketName'] = 'x';
    Queue.Properties['VisibilityTimeout'] = 'half an hour';
    const resources = (await structureFindings(template as unknown as Template)).flatMap((finding) => finding.resources);
    assert.deepEqual([...new Set(resources)].sort(), ['OutputBucket', 'Queue']);
  });
});

describe('alarms and dashboard', () => {
  test('watch what can go wrong, by names that the function writes', () => {
    inEach((template, { trigger, report }) => {
      const alarms = resourcesOf(template, 'AWS::CloudWatch::Alarm');
      const watched = alarms.flatMap(({ id }) => metricsOf(properties(template, id) as unknown as Alarm));
      const waiting = trigger === 'sqs' ? 'AWS/SQS ApproximateAgeOfOldestMessage' : 'AWS/Lambda AsyncEventAge';
      const counted = ['configuration_errors', 'internal_rejects', 'records', 'rejected', 'surprises'];
      const own = counted.map((name) => `Winnow ${name}`);
      const ofLambda = ['Duration', 'Errors', 'Throttles'].map((name) => `AWS/Lambda ${name}`);
      const others = [...ofLambda, 'AWS/SQS ApproximateNumberOfMessagesVisible'];
      const ofReports = ['AWS/Lambda Errors', `Winnow ${PROBLEMS_METRIC}`];
      assert.deepEqual(watched.map(({ name }) => name).sort(), [...others, waiting, ...own, ...(report ? ofReports : [])].sort());
      const { Environment } = properties(template, 'NormalizeLambdaFunction') as {
        Environment: { Variables: { [name: string]: string } };
      };
      for (const { name, dimensions } of watched.filter(({ name }) => name.startsWith('Winnow '))) {
        assert.ok([...Object.keys(METRICS), PROBLEMS_METRIC].includes(name.slice('Winnow '.length)), name);
        assert.deepEqual(dimensions, [{ Name: 'service', Value: Environment.Variables['POWERTOOLS_SERVICE_NAME'] }]);
      }
      for (const { id } of alarms) assert.equal((properties(template, id)['AlarmActions'] as string[]).length, 1, id);
      const { Threshold } = properties(template, 'DurationAlarm');
      assert.ok(Number(Threshold) < 1000 * Number(properties(template, 'NormalizeLambdaFunction')['Timeout']));
    });
  });

  test('show every metric of the function and every alarm on one page', () => {
    inEach((template) => {
      const { DashboardBody } = properties(template, 'Dashboard');
      const { widgets } = JSON.parse(String(DashboardBody)) as {
        widgets: readonly { properties: { metrics?: Rows; alarms?: string[] } }[];
      };
      const rows = widgets.flatMap(({ properties: { metrics = [] } }) => completed(metrics));
      const shown = rows.filter(([namespace]) => namespace === 'Winnow').map(([, name]) => name);
      assert.deepEqual([...new Set(shown)].sort(), Object.keys(METRICS).sort());
      const alarms = widgets.flatMap(({ properties: { alarms = [] } }) => alarms);
      assert.deepEqual(alarms.length, resourcesOf(template, 'AWS::CloudWatch::Alarm').length);
    });
  });
});
