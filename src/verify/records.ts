/** Which records of an object were seen. One bit each: an object may hold a hundred million. */

export interface SeenRecords {
  /** Marks a record. False when it was marked before. */
  mark(record: number): boolean;
  /** The records from 0 to `records` − 1 that were not marked, as text; undefined when there are none. */
  missing(records: number): string | undefined;
}

const FIRST_BYTES = 1024;
const MOST_RANGES = 5;

export function createSeenRecords(): SeenRecords {
  // Grows with what is seen, not with what a receipt claims.
  let bits = new Uint8Array(FIRST_BYTES);
  let end = 0;

  const has = (record: number): boolean => (((bits[record >>> 3] ?? 0) >> (record & 7)) & 1) === 1;

  return {
    mark(record) {
      const at = Math.floor(record / 8);
      if (at >= bits.length) {
        const larger = new Uint8Array(Math.max(at + 1, 2 * bits.length));
        larger.set(bits);
        bits = larger;
      }
      const mask = 1 << (record % 8);
      const before = bits[at] ?? 0;
      bits[at] = before | mask;
      end = Math.max(end, record + 1);
      return (before & mask) === 0;
    },
    missing(records) {
      const ranges: string[] = [];
      let count = 0;
      const add = (from: number, to: number): void => {
        count += to - from + 1;
        if (ranges.length === MOST_RANGES) ranges.push('…');
        else if (ranges.length < MOST_RANGES) ranges.push(from === to ? `${from}` : `${from} to ${to}`);
      };
      for (let from = 0; from < Math.min(end, records); from++) {
        if (has(from)) continue;
        let to = from;
        while (to + 1 < Math.min(end, records) && !has(to + 1)) to++;
        add(from, to);
        from = to;
      }
      if (end < records) add(end, records - 1);
      if (count === 0) return undefined;
      return `${ranges.join(', ')} (${count} in all)`;
    },
  };
}
