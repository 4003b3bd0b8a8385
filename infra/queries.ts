/**
 * The questions that people ask first, as saved queries of Athena. They keep to what DuckDB understands as well, because the
 * tests run them there; only a list of structs unnests otherwise.
 */
import { resourceName, variable } from './tables.ts';

export interface SavedQuery {
  readonly name: string;
  readonly about: string;
  /** What its question marks stand for, in order. */
  readonly parameters: readonly Parameter[];
  readonly sql: string;
}

interface Parameter {
  readonly what: string;
  readonly example: string;
}

const FIRST_DAY: Parameter = { what: 'first day', example: "'2026-11-01'" };

export const QUERIES: readonly SavedQuery[] = [
  {
    name: 'events_per_rule',
    about: 'How often each rule fired, on how many hosts, and when last',
    parameters: [FIRST_DAY],
    sql: `
SELECT agent.rule_id AS rule_id, count(*) AS events, count(DISTINCT host) AS hosts, max(time) AS last_seen
FROM events
WHERE dt >= ?
GROUP BY agent.rule_id
ORDER BY events DESC, rule_id
LIMIT 1000`,
  },
  {
    name: 'top_processes_of_rule',
    about: 'Which programs set off a rule, and what started them',
    parameters: [FIRST_DAY, { what: 'rule', example: "'suspicious_file_access'" }],
    sql: `
SELECT process.executable.path AS executable,
  coalesce(process.parent.executable.path, try(process.ancestors[1].executable.path)) AS parent,
  count(*) AS events, count(DISTINCT host) AS hosts, min(process.cmdline) AS one_command_line
FROM events
WHERE dt >= ? AND agent.rule_id = ?
GROUP BY 1, 2
ORDER BY events DESC, executable, parent
LIMIT 100`,
  },
  {
    name: 'host_timeline',
    about: 'What happened on a host on one day, in order',
    parameters: [
      { what: 'day', example: "'2026-11-22'" },
      { what: 'host', example: "'web-1'" },
    ],
    sql: `
SELECT time, evt.name AS event, agent.rule_id AS rule_id, usr.name AS usr, process.pid AS pid,
  process.executable.path AS executable, process.cmdline AS command_line, file.path AS file_path, event_id
FROM events
WHERE dt = ? AND host = ?
ORDER BY time_ms, time, event_id
LIMIT 10000`,
  },
  {
    name: 'rejects_by_code',
    about: 'What was refused, by code, and from how many objects',
    parameters: [FIRST_DAY],
    sql: `
SELECT code, stage, count(*) AS records, count(DISTINCT source.key) AS objects, max(dt) AS last_day
FROM rejects
WHERE dt >= ?
GROUP BY code, stage
ORDER BY records DESC, code`,
  },
  {
    name: 'drift_by_agent_version',
    about: 'Members that no table of Winnow knows, by the version of the agent that sent them',
    parameters: [FIRST_DAY],
    sql: `
SELECT agent.version AS agent_version, pointer, count(*) AS events, min(dt) AS first_day
FROM events CROSS JOIN UNNEST(map_keys(extra)) AS drifted (pointer)
WHERE dt >= ?
GROUP BY agent.version, pointer
ORDER BY events DESC, agent_version, pointer
LIMIT 1000`,
  },
  {
    name: 'objects_without_receipts',
    about: 'Input objects of the latest inventory that were never processed to their end',
    parameters: [],
    sql: `
SELECT input.bucket, input.key, input.size, input.last_modified_date
FROM input_inventory AS input
LEFT JOIN receipts ON receipts.status = 'complete' AND receipts.source.bucket = input.bucket
  AND receipts.source.key = input.key AND receipts.source.etag = replace(input.e_tag, '"', '')
WHERE input.dt = (SELECT max(dt) FROM input_inventory) AND input.size > 0 AND receipts.object_id IS NULL
ORDER BY input.last_modified_date, input.key`,
  },
  {
    name: 'balance_by_day',
    about: 'Objects, records, rejects and bytes of each day, and the time they took',
    parameters: [FIRST_DAY],
    sql: `
SELECT dt, count(*) AS objects, count(resume.record) AS unfinished, sum(counts.records) AS records, sum(counts.valid) AS valid,
  sum(counts.rejected) AS rejected, sum(counts.bytes_in) AS bytes_in, sum(counts.bytes_decompressed) AS bytes_decompressed,
  sum(counts.bytes_out) AS bytes_out, sum(timings.duration_ms) AS duration_ms, max(timings.duration_ms) AS longest_ms
FROM receipts
WHERE dt >= ?
GROUP BY dt
ORDER BY dt`,
  },
  {
    name: 'events_outside_the_calendar',
    about: 'Where events lie that the table of events does not show: without a day, before 2020, or after tomorrow',
    parameters: [FIRST_DAY],
    sql: `
SELECT output.partition AS partition_path, sum(output.records) AS events, count(DISTINCT object_id) AS objects
FROM receipts CROSS JOIN UNNEST(outputs) AS output (key, partition, records, bytes, sha256)
WHERE dt >= ? AND output.key LIKE 'events/%'
  AND NOT (output.partition >= 'dt=2020-01-01'
    AND output.partition < 'dt=' || CAST(CAST(current_date + INTERVAL '2' DAY AS date) AS varchar))
GROUP BY output.partition
ORDER BY partition_path`,
  },
  {
    name: 'events_in_several_objects',
    about: 'Events that came in more than one input object: the same event was delivered under two keys',
    parameters: [FIRST_DAY],
    sql: `
SELECT event_id, count(*) AS copies, min(source.key) AS one_key, max(source.key) AS another_key
FROM events
WHERE dt >= ?
GROUP BY event_id
HAVING count(*) > 1
ORDER BY copies DESC, event_id
LIMIT 1000`,
  },
].map((query) => ({ ...query, sql: query.sql.trim() }));

/** A query may read this much; at 5 dollars a terabyte it costs half a dollar. A mistyped day shall cost no more. */
const SCAN_LIMIT_BYTES = 100 * 1024 ** 3;

/** The resources of infra/queries.yml. */
export function queryResources(): { readonly [name: string]: unknown } {
  return {
    QueryWorkGroup: {
      Type: 'AWS::Athena::WorkGroup',
      Properties: {
        Name: `${variable('self:service')}-${variable('sls:stage')}`,
        Description: 'Queries of what Winnow wrote',
        // Saved queries and the history go with it; results in the bucket stay.
        RecursiveDeleteOption: true,
        WorkGroupConfiguration: {
          // What is set here holds for every client.
          EnforceWorkGroupConfiguration: true,
          PublishCloudWatchMetricsEnabled: true,
          BytesScannedCutoffPerQuery: SCAN_LIMIT_BYTES,
          // Earlier engines know neither .zst files of JSON nor a SerDe that keeps the case of keys in maps.
          EngineVersion: { SelectedEngineVersion: 'Athena engine version 3' },
          ResultConfiguration: {
            OutputLocation: `s3://${variable('param:outputBucket')}/athena/`,
            EncryptionConfiguration: {
              'Fn::If': [
                'HasKey',
                { EncryptionOption: 'SSE_KMS', KmsKey: variable('self:custom.kmsKeyArn') },
                { EncryptionOption: 'SSE_S3' },
              ],
            },
            ExpectedBucketOwner: { Ref: 'AWS::AccountId' },
          },
        },
      },
    },
    ...Object.fromEntries(QUERIES.map((query) => [resourceName(query.name, 'Query'), queryResource(query)])),
  };
}

function queryResource({ name, about, parameters, sql }: SavedQuery) {
  const needs = parameters.map(({ what, example }) => `${what}, such as ${example}`).join('; ');
  return {
    Type: 'AWS::Athena::NamedQuery',
    Properties: {
      Name: name,
      Description: needs === '' ? about : `${about}. Parameters: ${needs}`,
      Database: { Ref: 'EventDatabase' },
      WorkGroup: { Ref: 'QueryWorkGroup' },
      QueryString: sql,
    },
  };
}
