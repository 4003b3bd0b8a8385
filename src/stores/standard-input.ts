/** Standard input as one object. */
import { createHash, randomUUID } from 'node:crypto';
import { type FileHandle, open, unlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { attempt } from './local-files.ts';
import { LOCAL_BUCKET } from './local-source.ts';
import type { OpenObject, Source } from './port.ts';

/** How standard input is named as a place, and what its key is. */
export const STANDARD_INPUT = '-';
export const STANDARD_INPUT_KEY = 'stdin';

/** A pipe has no date, and the clock would make another object of the same bytes each day. */
const NO_DATE = new Date(0).toISOString();
const CHUNK_BYTES = 256 * 1024;

/**
 * One object, `file/stdin`. Its ETag is the MD5 of all its bytes, so they are set down in a temporary file first, which has no
 * name any more by then: nothing is left of it, however the process ends. It can be opened once. When the signal comes, it
 * stops reading.
 */
export function standardInput(input: Readable, signal?: AbortSignal): Source {
  return {
    list: async function* () {
      yield { bucket: LOCAL_BUCKET, key: STANDARD_INPUT_KEY };
    },
    open: () => attempt('standard input', 'read', () => spool(input, signal)),
  };
}

async function spool(input: Readable, signal: AbortSignal | undefined): Promise<OpenObject> {
  const file = await namelessFile();
  const stop = (): void => void input.destroy();
  signal?.addEventListener('abort', stop, { once: true });
  try {
    const md5 = createHash('md5');
    let size = 0;
    for await (const chunk of input as AsyncIterable<Buffer>) {
      md5.update(chunk);
      await file.writeFile(chunk);
      size += chunk.length;
    }
    return {
      info: { bucket: LOCAL_BUCKET, key: STANDARD_INPUT_KEY, etag: md5.digest('hex'), size, lastModified: NO_DATE },
      read: () => readFrom(file, size),
      // The system takes the bytes back at the latest when the process ends.
      close: () => void file.close().catch(() => {}),
    };
  } catch (error) {
    await file.close();
    throw error;
  } finally {
    signal?.removeEventListener('abort', stop);
  }
}

async function namelessFile(): Promise<FileHandle> {
  const path = join(tmpdir(), `winnow-${randomUUID()}`);
  const file = await open(path, 'wx+', 0o600);
  await unlink(path);
  return file;
}

async function* readFrom(file: FileHandle, size: number): AsyncGenerator<Uint8Array> {
  for (let position = 0; position < size; ) {
    const buffer = Buffer.allocUnsafeSlow(CHUNK_BYTES);
    const { bytesRead } = await attempt('standard input', 'read', () => file.read(buffer, 0, buffer.length, position));
    if (bytesRead === 0) return;
    position += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}
