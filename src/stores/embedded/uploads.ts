/** Uploads in parts. The parts wait in memory until the upload is completed, so one that is given up leaves nothing behind. */
import { randomUUID } from 'node:crypto';
import { tooLarge } from './body.ts';
import { Refusal } from './refusal.ts';

export interface Uploads {
  begin(path: string): string;
  addPart(path: string, id: string, part: number, body: Buffer): void;
  /** The parts named, which are in order, each once. */
  partsOf(path: string, id: string, parts: readonly number[]): Buffer[];
  /** Forgets an upload that was completed or given up. */
  abort(path: string, id: string): void;
}

/**
 * `path` is bucket and key: an upload belongs to the one it was begun for. All parts together have at most `mostBytes`, since they
 * wait in memory.
 */
export function createUploads(mostBytes: number): Uploads {
  const open = new Map<string, { readonly path: string; readonly parts: Map<number, Buffer> }>();
  const partsOf = (path: string, id: string): Map<number, Buffer> => {
    const upload = open.get(id);
    if (upload?.path === path) return upload.parts;
    throw new Refusal('NoSuchUpload', 'there is no such upload, or it was completed or given up');
  };
  return {
    begin(path) {
      const id = randomUUID();
      open.set(id, { path, parts: new Map() });
      return id;
    },
    addPart(path, id, part, body) {
      const uploaded = partsOf(path, id);
      if (!(Number.isInteger(part) && part >= 1 && part <= 10_000))
        throw new Refusal('InvalidArgument', 'parts have numbers from 1 to 10,000');
      const rest = body.length - (uploaded.get(part)?.length ?? 0);
      if (bytesOf(uploaded) + rest > mostBytes) throw tooLarge(mostBytes);
      let waiting = rest;
      for (const { parts } of open.values()) waiting += bytesOf(parts);
      // Once the others are done it may succeed.
      if (waiting > mostBytes)
        throw new Refusal(
          'SlowDown',
          `the parts of all uploads together have more than ${mostBytes} bytes; end those begun before`,
        );
      uploaded.set(part, body);
    },
    partsOf(path, id, parts) {
      const uploaded = partsOf(path, id);
      if (parts.length === 0) throw new Refusal('MalformedXML', 'no parts are named');
      return parts.map((part, index) => {
        if (index > 0 && !(part > (parts[index - 1] ?? 0)))
          throw new Refusal('InvalidPartOrder', 'parts are named in order, each once');
        const body = uploaded.get(part);
        if (body === undefined) throw new Refusal('InvalidPart', `part ${part} was not uploaded`);
        return body;
      });
    },
    abort(path, id) {
      partsOf(path, id);
      open.delete(id);
    },
  };
}

function bytesOf(parts: ReadonlyMap<number, Buffer>): number {
  let bytes = 0;
  for (const part of parts.values()) bytes += part.length;
  return bytes;
}
