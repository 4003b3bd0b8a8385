/**
 * From the event that woke the function to the objects it is about. Whoever sent it, past this door there are items with
 * object refs; docs/triggers.md lists the shapes.
 */
import { isObject } from '../../json.ts';
import { readAnnouncement, readText } from './announcement.ts';
import { at, type Found, type Places, readRef, wrong } from './found.ts';

/** What the source delivers again or not as a whole: a message, a task, or the entire event. */
export interface Item extends Found {
  /** What the answer calls it; empty where there is no answer by item, or where the event does not say. */
  readonly id: string;
}

/** The kinds differ in how they are answered, and in nothing else. */
export type Trigger =
  /** Messages of a queue: those that failed are named in the answer and come again. */
  | { readonly kind: 'sqs'; readonly items: readonly Item[] }
  /** Tasks of S3 Batch Operations: each gets a result code. */
  | {
      readonly kind: 'batch_operations';
      readonly items: readonly Item[];
      readonly invocationId: string;
      readonly invocationSchemaVersion: string;
    }
  /** Everything else: one item, which fails by throwing. */
  | { readonly kind: 'direct'; readonly items: readonly [Item] };

const TASK = { key: ['s3Key'], versionId: ['s3VersionId'], size: [], encoded: true } as const;
const TASK_1: Places = { ...TASK, bucket: ['s3BucketArn'] };
const TASK_2: Places = { ...TASK, bucket: ['s3Bucket'] };

/** Reads any event. Never throws: what is wrong with it is in the `problems` of the item it belongs to. */
export function readTrigger(event: unknown): Trigger {
  const records = at(event, ['Records']);
  if (Array.isArray(records) && records.some((record) => at(record, ['eventSource']) === 'aws:sqs')) {
    return { kind: 'sqs', items: records.map((record: unknown, index) => readMessage(record, `event.Records[${index}]`)) };
  }
  const tasks = at(event, ['tasks']);
  if (isObject(event) && Array.isArray(tasks)) {
    return {
      kind: 'batch_operations',
      items: tasks.map((task: unknown, index) => readTask(task, `event.tasks[${index}]`)),
      invocationId: textIn(event, 'invocationId'),
      invocationSchemaVersion: textIn(event, 'invocationSchemaVersion'),
    };
  }
  return { kind: 'direct', items: [{ id: '', ...readAnnouncement(event, 'event') }] };
}

/** A message without an id cannot be named in the answer; an empty name there makes Lambda deliver the whole batch again. */
function readMessage(record: unknown, path: string): Item {
  return { id: textIn(record, 'messageId'), ...readText(at(record, ['body']), `${path}.body`) };
}

function readTask(task: unknown, path: string): Item {
  const found = isObject(task) ? readRef(task, path, 's3Bucket' in task ? TASK_2 : TASK_1) : wrong(`${path} must be an object`);
  return { id: textIn(task, 'taskId'), ...found };
}

function textIn(value: unknown, name: string): string {
  const text = at(value, [name]);
  return typeof text === 'string' ? text : '';
}
