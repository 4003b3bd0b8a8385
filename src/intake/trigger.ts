/** From the event that woke the function to the objects it is about. */
import type { JsonObject, ObjectRef } from '../types.ts';

export interface Trigger {
  readonly refs: readonly ObjectRef[];
  /** Records that announce no new object: test events, deletions, folder markers. */
  readonly ignored: number;
}

/**
 * Reads a plain S3 event notification. Keys come URL-encoded with `+` for a space, and leave as they are in the bucket.
 * Throws a `TypeError` that lists everything that is wrong when the event is not such a notification.
 */
export function s3Notification(event: unknown): Trigger {
  if (!isObject(event)) throw new TypeError('not an S3 event notification: must be a JSON object');
  // S3 sends this once when the notification is set up.
  if (event['Event'] === 's3:TestEvent') return { refs: [], ignored: 1 };
  const records = event['Records'];
  if (!Array.isArray(records)) throw new TypeError('not an S3 event notification: Records must be a list');

  const refs: ObjectRef[] = [];
  const problems: string[] = [];
  let ignored = 0;
  for (const [index, record] of records.entries()) {
    const result = readRecord(record);
    if (result === 'ignored') ignored += 1;
    else if ('problem' in result) problems.push(`Records[${index}]${result.problem}`);
    else refs.push(result);
  }
  if (problems.length > 0) throw new TypeError(`not an S3 event notification: ${problems.join('; ')}`);
  return { refs, ignored };
}

function readRecord(record: unknown): ObjectRef | 'ignored' | { readonly problem: string } {
  if (!isObject(record)) return { problem: ' must be an object' };
  if (record['eventSource'] !== 'aws:s3') return { problem: '.eventSource must be aws:s3' };
  const name = record['eventName'];
  if (typeof name !== 'string') return { problem: '.eventName must be text' };
  if (!/^(s3:)?ObjectCreated:/.test(name)) return 'ignored';

  const bucket = member(member(record['s3'], 'bucket'), 'name');
  if (typeof bucket !== 'string' || bucket === '') return { problem: '.s3.bucket.name must be text' };
  const object = member(record['s3'], 'object');
  const encoded = member(object, 'key');
  if (typeof encoded !== 'string' || encoded === '') return { problem: '.s3.object.key must be text' };
  const key = decodeKey(encoded);
  if (key === undefined) return { problem: '.s3.object.key is not URL-encoded' };
  // The console makes an empty object to show an empty folder.
  if (key.endsWith('/') && member(object, 'size') === 0) return 'ignored';
  const versionId = member(object, 'versionId');
  return { bucket, key, ...(typeof versionId === 'string' && versionId !== '' && { versionId }) };
}

function decodeKey(encoded: string): string | undefined {
  try {
    return decodeURIComponent(encoded.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}

function member(value: unknown, name: string): unknown {
  return isObject(value) ? value[name] : undefined;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
