/** Counting under names that come from the data: in bounded memory, and the same whatever the order of the names. */

/** Beyond this many names the rest is counted together: some counter of some input will be hostile. */
const MOST_NAMES = 20_000;

/** Rows of a list of names that people read; the rest is summed up. */
export const MOST_ROWS = 20;

export type Columns<C extends string> = { readonly [column in C]: number };
export type Row<C extends string> = Columns<C> & { readonly name: string };

/** The largest rows, and everything else in one sum. */
export interface Ranking<C extends string> {
  readonly rows: readonly Row<C>[];
  /** `names` counts what was summed up here, as far as it was told apart. */
  readonly others?: Columns<C> & { readonly names: number };
}

export interface Table<C extends string> {
  add(name: string, more: Columns<C>): void;
  /** The `most` rows with the largest sums in a column; equal ones by name. */
  ranking(by: C, most: number): Ranking<C>;
  /** All rows by name, and what was counted beyond the bound of names. */
  all(): { readonly rows: readonly Row<C>[]; readonly beyond: Columns<C> | undefined };
}

/** Makes a table whose rows hold a sum for each of `columns`. */
export function createTable<C extends string>(columns: readonly C[], mostNames: number = MOST_NAMES): Table<C> {
  type Sums = { [column in C]: number };
  const rows = new Map<string, Sums>();
  let beyond: Sums | undefined;

  const zero = (): Sums => Object.fromEntries(columns.map((column) => [column, 0])) as Sums;
  const add = (sums: Sums, more: Columns<C>): void => {
    for (const column of columns) sums[column] += more[column];
  };
  const sorted = (order: (a: readonly [string, Sums], b: readonly [string, Sums]) => number): Row<C>[] =>
    [...rows].sort((a, b) => order(a, b) || byName(a[0], b[0])).map(([name, sums]) => ({ name, ...sums }));

  function sumsOf(name: string): Sums {
    const found = rows.get(name);
    if (found !== undefined) return found;
    const blank = zero();
    if (rows.size < mostNames) rows.set(name, blank);
    else if (beyond === undefined) beyond = blank;
    else return beyond;
    return blank;
  }

  return {
    add: (name, more) => add(sumsOf(name), more),
    ranking(by, most) {
      const all = sorted(([, a], [, b]) => b[by] - a[by]);
      const rest = all.slice(most);
      if (rest.length === 0 && beyond === undefined) return { rows: all };
      const others = zero();
      for (const row of rest) add(others, row);
      if (beyond) add(others, beyond);
      return { rows: all.slice(0, most), others: { ...others, names: rest.length + (beyond ? 1 : 0) } };
    },
    all: () => ({ rows: sorted(() => 0), beyond }),
  };
}

/** Keeps the first few of any number of things, in the order given, which must tell any two apart. */
export function createTop<T>(most: number, order: (a: T, b: T) => number) {
  const kept: T[] = [];
  return {
    offer(item: T): void {
      const last = kept.at(-1);
      if (kept.length === most && last !== undefined && order(item, last) >= 0) return;
      let [place, end] = [0, kept.length];
      while (place < end) {
        const middle = (place + end) >> 1;
        const other = kept[middle];
        if (other !== undefined && order(item, other) < 0) end = middle;
        else place = middle + 1;
      }
      kept.splice(place, 0, item);
      if (kept.length > most) kept.pop();
    },
    kept: (): readonly T[] => kept,
  };
}

export function byName(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
