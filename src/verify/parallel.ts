/** Enough to hide a store's latency. Each may hold a bitmap of records and the buffers of one output. */
const AT_ONCE = 6;

/** Does `work` for every item, a handful at a time. Throws what `work` throws. */
export async function inParallel<T>(items: Iterable<T> | AsyncIterable<T>, work: (item: T) => Promise<void>): Promise<void> {
  const iterator = Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();
  const worker = async (): Promise<void> => {
    for (let next = await iterator.next(); !next.done; next = await iterator.next()) await work(next.value);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

/** Does `work` for every item, a handful at a time, and gives what comes of it to `use` in the order of the items. */
export async function inOrder<T, R>(items: Iterable<T>, work: (item: T) => Promise<R>, use: (result: R) => void): Promise<void> {
  const underway: Promise<R>[] = [];
  const takeFirst = async (): Promise<void> => {
    const first = underway.shift();
    if (first !== undefined) use(await first);
  };
  for (const item of items) {
    const result = work(item);
    // Whoever waits for it will hear of its failure; until then it is no surprise.
    result.catch(() => {});
    underway.push(result);
    if (underway.length === AT_ONCE) await takeFirst();
  }
  while (underway.length > 0) await takeFirst();
}
