/** Uploads in parts. The parts wait in memory until the upload is completed, so one that is given up leaves nothing behind. */
import { randomUUID } from 'node:crypto';
import { Refusal } from './refusal.ts';

export interface Uploads {
  begin(path: string): string;
  addPart(path: string, id: string, part: number, body: Buffer): void;
  /** The parts named, in order. They can be taken once. */
  take(path: string, id: string, parts: readonly number[]): Buffer[];
  abort(path: string, id: string): void;
}

/** `path` is bucket and key: an upload belongs to the one it was begun for. */
export function createUploads(): Uploads {
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
    addPart: (path, id, part, body) => void partsOf(path, id).set(part, body),
    take(path, id, parts) {
      const uploaded = partsOf(path, id);
      const bodies = parts.map((part) => {
        const body = uploaded.get(part);
        if (body === undefined) throw new Refusal('InvalidPart', `part ${part} was not uploaded`);
        return body;
      });
      open.delete(id);
      return bodies;
    },
    abort(path, id) {
      partsOf(path, id);
      open.delete(id);
    },
  };
}
