/** What the process itself can do so that memory stays flat however large the input is. */
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';

/**
 * Next to nothing of a record outlives it, so the old generation is small, and V8 marks it again after every few megabytes of
 * buffers and what came along with them: a tenth of a run. It may grow to seven times what is alive before that.
 */
const OLD_GENERATION_GROWTH_PERCENT = 600;
/** Enough for a few hundred records between two collections; beyond it a run gets larger but no faster. */
const LARGEST_YOUNG_GENERATION = 32 * 1024 * 1024;
const CHECK_MS = 50;

/**
 * To be called first by whoever owns the process. What a record needs is garbage after it, but V8 lets the young generation
 * grow for as long as a run lasts; here it stops growing when it is large enough. One thread that decompresses and one
 * that compresses are all that zlib can use, and each further one keeps memory of its own; a number in the environment wins.
 */
export function keepMemoryFlat(environment: { [name: string]: string | undefined }): void {
  environment['UV_THREADPOOL_SIZE'] ??= '2';
  setFlagsFromString(`--heap-growing-percent=${OLD_GENERATION_GROWTH_PERCENT}`);
  const timer = setInterval(() => {
    const young = getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space');
    if (young === undefined || young.space_size < LARGEST_YOUNG_GENERATION) return;
    setFlagsFromString('--semi-space-growth-factor=1');
    clearInterval(timer);
  }, CHECK_MS);
  timer.unref();
}
