/** Reads the chosen lines of outputs. */
import { decompress, ObjectFault } from '../intake/decompress.ts';
import { parseObject } from '../json.ts';
import { type Store, StoreError } from '../stores/port.ts';
import type { JsonObject } from '../types.ts';
import { linesOf } from '../verify/lines.ts';
import type { Chosen } from './sample.ts';

/** What was looked at of one kind of output. */
export interface Looked {
  readonly outputs: number;
  readonly lines: number;
  /** Outputs that are missing, damaged or hold something else; `winnow verify` says which and why. */
  readonly unread: number;
}

/** Gives the lines of outputs to `use`, one output after another. */
export async function readLines(
  store: Store,
  chosen: readonly Chosen[],
  use: (value: JsonObject, arrived: string) => void,
): Promise<Looked> {
  const looked = { outputs: 0, lines: 0, unread: 0 };
  for (const output of chosen) {
    const counted = (value: JsonObject): void => {
      looked.lines++;
      use(value, output.arrived);
    };
    if (await readOutput(store, output, counted)) looked.outputs++;
    else looked.unread++;
  }
  return looked;
}

/** False when it cannot be read as far as it should. */
async function readOutput(store: Store, { key, lines }: Chosen, use: (value: JsonObject) => void): Promise<boolean> {
  let left = lines;
  try {
    for await (const { text, whole } of linesOf(decompress(() => store.read(key), Number.POSITIVE_INFINITY))) {
      const value = whole ? parseObject(text) : undefined;
      if (value === undefined) return false;
      use(value);
      left--;
      if (left === 0) return true;
    }
    return false;
  } catch (error) {
    if (error instanceof StoreError || error instanceof ObjectFault) return false;
    throw error;
  }
}
