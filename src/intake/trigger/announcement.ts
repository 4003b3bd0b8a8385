/** What announces objects, however it is wrapped: an S3 notification, bare or in SNS; EventBridge; an object named by hand. */
import { isObject } from '../../json.ts';
import type { JsonObject } from '../../types.ts';
import { at, type Found, type Places, passedOver, readRef, together, wrong } from './found.ts';
import { readNamed } from './named.ts';

const S3_RECORD: Places = {
  bucket: ['s3', 'bucket', 'name'],
  key: ['s3', 'object', 'key'],
  versionId: ['s3', 'object', 'versionId'],
  size: ['s3', 'object', 'size'],
  encoded: true,
};

/** EventBridge hands on the same event in other words, and keys as they are in the bucket. */
const EVENTBRIDGE: Places = {
  bucket: ['detail', 'bucket', 'name'],
  key: ['detail', 'object', 'key'],
  versionId: ['detail', 'object', 'version-id'],
  size: ['detail', 'object', 'size'],
  encoded: false,
};

/** Reads an announcement. `path` is its place in the event that woke the function. */
export function readAnnouncement(value: unknown, path: string): Found {
  if (!isObject(value)) return readNamed(value, path);
  // S3 sends this once, when the notification is set up.
  if (value['Event'] === 's3:TestEvent') return passedOver('test_event');
  if ('Records' in value) return readRecords(value['Records'], `${path}.Records`);
  if ('detail-type' in value) return readEventBridge(value, path);
  // A message of SNS as it stands in a queue, unless raw delivery is on.
  if ('TopicArn' in value) return readText(value['Message'], `${path}.Message`);
  return readNamed(value, path);
}

/** Reads an announcement that is carried as JSON text. Each layer of text escapes the one within, so few fit into an event. */
export function readText(text: unknown, path: string): Found {
  if (typeof text !== 'string') return wrong(`${path} must be text`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // Not told why: the message would quote the text.
    return wrong(`${path} is not JSON`);
  }
  return readAnnouncement(value, path);
}

function readRecords(records: unknown, path: string): Found {
  if (!Array.isArray(records)) return wrong(`${path} must be a list`);
  return together(records.map((record: unknown, index) => readRecord(record, `${path}[${index}]`)));
}

function readRecord(record: unknown, path: string): Found {
  if (!isObject(record)) return wrong(`${path} must be an object`);
  // SNS alone writes it with a capital.
  if (record['EventSource'] === 'aws:sns') return readText(at(record, ['Sns', 'Message']), `${path}.Sns.Message`);
  if (record['eventSource'] !== 'aws:s3') return wrong(`${path}.eventSource must be aws:s3`);
  const name = record['eventName'];
  if (typeof name !== 'string') return wrong(`${path}.eventName must be text`);
  return /^(s3:)?ObjectCreated:/.test(name) ? readRef(record, path, S3_RECORD) : passedOver('not_created');
}

function readEventBridge(event: JsonObject, path: string): Found {
  if (event['source'] !== 'aws.s3') return wrong(`${path}.source must be aws.s3`);
  return event['detail-type'] === 'Object Created' ? readRef(event, path, EVENTBRIDGE) : passedOver('not_created');
}
