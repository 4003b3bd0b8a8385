/** What a store holds besides receipts, by name and size, and what of it no receipt accounts for. */
import { dayOf, readPartKey } from '../output/naming.ts';
import type { Store } from '../stores/port.ts';

export interface Listing {
  /** Takes an output off the list, because a receipt accounts for it: its size in bytes, or undefined when it is not there. */
  take(key: string): Promise<number | undefined>;
  /** What is left that a receipt should account for. `isKnown` tells of which objects there are receipts. */
  left(isKnown: (id: string) => boolean): Iterable<string>;
}

/**
 * Lists every output there is, or those that concern the objects that arrived on a day, `YYYY-MM-DD`: all in its folder of rejects,
 * and the folders of events that are asked for, where events of other days' objects lie as well. Memory holds their names.
 */
export async function listOutputs(store: Store, day?: string): Promise<Listing> {
  const owned = day === undefined ? ['events/', 'rejects/'] : [`rejects/${dayOf(day)}/`];
  const isOwned = (folder: string): boolean => owned.includes(folder);
  const sizes = new Map<string, Map<string, number>>();
  const listings = new Map<string, Promise<void>>();

  /** Lists a folder when it is first asked for. */
  function ensure(folder: string): Promise<void> {
    const listing = listings.get(folder) ?? list(folder);
    listings.set(folder, listing);
    return listing;
  }

  async function list(folder: string): Promise<void> {
    const found = new Map<string, number>();
    for await (const { key, bytes } of store.list(folder)) found.set(key, bytes);
    sizes.set(folder, found);
  }

  for (const folder of owned) await ensure(folder);
  return {
    async take(key) {
      const folder = owned.find((each) => key.startsWith(each)) ?? folderOf(key);
      if (folder === undefined) return undefined;
      await ensure(folder);
      const size = sizes.get(folder)?.get(key);
      sizes.get(folder)?.delete(key);
      return size;
    },
    *left(isKnown) {
      for (const [folder, keys] of sizes) {
        for (const key of keys.keys()) if (isOwned(folder) || isKnown(readPartKey(key)?.id ?? '')) yield key;
      }
    },
  };
}

/** Undefined when no output has such a key. */
function folderOf(key: string): string | undefined {
  const name = readPartKey(key);
  return name && `${name.folder}/`;
}
