/** What the rules allow against the rule, each time with its reason. A test holds that nothing else is found, and that none of these is idle. */

/** Resources of Allow statements that are not one name, with account, region and names filled in. */
export const WILDCARDS: { readonly [resource: string]: string } = {
  'arn:aws:s3:::cws-winnow-dev-input/*': 'Which objects arrive in the input bucket is for their writers to say.',
  'arn:aws:s3:::cws-winnow-dev-output/winnow/events/*': 'Keys hold the partition and the id of the object.',
  'arn:aws:s3:::cws-winnow-dev-output/winnow/rejects/*': 'Keys hold the day and the id of the object.',
  'arn:aws:s3:::cws-winnow-dev-output/winnow/receipts/*': 'Keys hold the day and the id of the object.',
  'arn:aws:logs:eu-west-1:111122223333:log-group:/aws/lambda/cws-winnow-dev-normalize:*':
    'The streams of the one log group; Lambda names them.',
  'arn:aws:s3:::cws-winnow-dev-output/winnow/reports/*': 'Pages are named by their day.',
  'arn:aws:logs:eu-west-1:111122223333:log-group:/aws/lambda/cws-winnow-dev-report:*':
    'The streams of the one log group; Lambda names them.',
  'arn:aws:s3:::AccessLogs/*': 'S3 names its access logs; only its log service may write there, for this account.',
  'arn:aws:states:eu-west-1:111122223333:execution:cws-winnow-dev-backfill:*':
    'Executions of the one state machine, named when they begin.',
  'arn:aws:states:eu-west-1:111122223333:execution:cws-winnow-dev-backfill/*':
    'Batches of the one state machine, named when they begin.',
  'arn:aws:s3:::cws-winnow-dev-output/inventory/*': 'S3 Inventory names its files by date.',
  'arn:aws:s3:::cws-winnow-dev-output/winnow/backfill/*': 'Results of a backfill are named by its execution.',
  '*': 'X-Ray and the delivery of logs have no resources to name: xray:…, logs:…LogDelivery.',
};

/** Actions that may go with the resource `*`: those that AWS offers for no other. */
export const ACTIONS_ON_ANYTHING = [
  'xray:PutTraceSegments',
  'xray:PutTelemetryRecords',
  'xray:GetSamplingRules',
  'xray:GetSamplingTargets',
  'logs:CreateLogDelivery',
  'logs:GetLogDelivery',
  'logs:UpdateLogDelivery',
  'logs:DeleteLogDelivery',
  'logs:ListLogDeliveries',
  'logs:PutResourcePolicy',
  'logs:DescribeResourcePolicies',
  'logs:DescribeLogGroups',
] as const;

export interface NagException {
  readonly rule: string;
  readonly resource: string;
  readonly why: string;
}

export const NAG_EXCEPTIONS: readonly NagException[] = [
  {
    rule: 'AwsSolutions-S1',
    resource: 'ServerlessDeploymentBucket',
    why: 'Holds packages of this program and nothing of its data; the framework makes it before there is a bucket for logs.',
  },
  {
    rule: 'AwsSolutions-SQS3',
    resource: 'DeadLetters',
    why: 'Is the dead-letter queue, of asynchronous invocations and of the rule: the check knows only those of queues.',
  },
  {
    rule: 'Serverless-SQSRedrivePolicy',
    resource: 'DeadLetters',
    why: 'Is the end of the line: people look at what is in it, and an alarm calls them.',
  },
  {
    rule: 'Serverless-LambdaDLQ',
    resource: 'NormalizeLambdaFunction',
    why: 'The queue has the dead letters of its messages, and an on-failure destination, which tells the error as well, those of events.',
  },
  {
    rule: 'Serverless-LambdaTracing',
    resource: 'NormalizeLambdaFunction',
    why: 'Costs money and tells little of a function that calls S3 alone; the stage prod has it, and --param tracing=Active.',
  },
  {
    rule: 'Serverless-LambdaDLQ',
    resource: 'ReportLambdaFunction',
    why: 'A schedule carries nothing that could be lost: an alarm tells of a report that was not written, and any day can be asked for again.',
  },
  {
    rule: 'Serverless-EventBusDLQ',
    resource: 'ReportSchedule',
    why: 'For the same reason; and whoever sent dead letters once more would send it to the other function.',
  },
  {
    rule: 'Serverless-LambdaTracing',
    resource: 'ReportLambdaFunction',
    why: 'As the other function: --param tracing=Active.',
  },
  {
    rule: 'Serverless-LambdaStarPermissions',
    resource: 'ReportRole',
    why: 'Traces go to X-Ray, which has no resources to name; nothing else of the role is for anything.',
  },
  {
    rule: 'Serverless-LambdaEventSourceMappingDestination',
    resource: 'NormalizeEventSourceMappingSQSQueue',
    why: 'There is none for queues; the redrive policy of the queue does that.',
  },
  {
    rule: 'Serverless-LambdaStarPermissions',
    resource: 'NormalizeRole',
    why: 'Traces go to X-Ray, which has no resources to name; nothing else of the role is for anything.',
  },
  {
    rule: 'AwsSolutions-SF2',
    resource: 'BackfillStateMachine',
    why: 'Started by hand now and then; its log and its results tell of each batch.',
  },
  {
    rule: 'Serverless-StepFunctionStateMachineXray',
    resource: 'BackfillStateMachine',
    why: 'Started by hand now and then; its log and its results tell of each batch.',
  },
];
