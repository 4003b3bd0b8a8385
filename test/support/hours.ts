/** Batches as they come over a day and a half: one an hour, more by day than by night, some records broken, some ahead of Winnow. */
import { mkdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { generateRecords } from '../../src/generate/batch.ts';

/** 2026-11-21T00:00:00Z. */
const FROM = 1_795_219_200;
const HOUR = 3600;
/** An object is closed some minutes after its last event. */
const CLOSED_AFTER = 240;

export interface HoursOptions {
  readonly hours: number;
  /** By day; at night there are fewer. */
  readonly events: number;
  readonly broken: number;
}

/** Writes one file for each hour into a folder. */
export async function writeHours(folder: string, { hours, events, broken }: HoursOptions): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (let hour = 0; hour < hours; hour++) {
    const from = FROM + hour * HOUR;
    const share = 0.55 - 0.45 * Math.cos(((hour % 24) / 24) * 2 * Math.PI);
    const records = generateRecords({
      ...{ events: Math.round(events * share), seed: hour + 1, from, seconds: HOUR },
      ...{ broken, generations: ['linux', 'windows', 'custom'], bases: 128 },
    });
    const lines = [...records].map(({ text, expect, generation }, index) => {
      const isNew = expect === 'valid' && generation === 'linux' && hour >= hours / 2 && index % 8 === 0;
      return Buffer.from(isNew ? text.toString().replace('{', '{"sandbox":{"kind":"micro_vm","depth":1},') : text);
    });
    const path = join(folder, `${new Date(from * 1000).toISOString().slice(0, 13)}.ndjson`);
    await writeFile(path, Buffer.concat(lines.flatMap((line) => [line, Buffer.from('\n')])));
    await utimes(path, from + HOUR, from + HOUR + CLOSED_AFTER);
  }
}
