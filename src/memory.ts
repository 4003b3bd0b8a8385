/** What the process itself can do so that memory stays flat however large the input is. */
import { setFlagsFromString } from 'node:v8';

/**
 * To be called first by whoever owns the process. What a record needs is garbage after it, so a young generation that grows
 * only costs memory; and one thread that decompresses with one that compresses is all that zlib can use here, while each
 * further one keeps memory of its own. A value in the environment wins.
 */
export function keepMemoryFlat(environment: { [name: string]: string | undefined }): void {
  setFlagsFromString('--semi-space-growth-factor=1');
  environment['UV_THREADPOOL_SIZE'] ??= '2';
}
