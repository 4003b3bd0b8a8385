/** An event as a line of output with its secrets masked. */
import type { NormalizedEvent } from '../types.ts';

/** What receipts count by and what ties a line to its object is no place for secrets, and must stay as it is. */
const KEPT: readonly string[] = ['schema_version', 'event_id', 'time', 'time_ms', 'platform', 'generation', 'evt', 'source'];

/** The event as JSON, `mask` applied to the text of everything that agents and collectors may have put secrets in. */
export function maskedLine(event: NormalizedEvent, mask: (text: string) => string): string {
  const members = Object.entries(event).map(([key, value]) => {
    const text = JSON.stringify(value);
    return `${JSON.stringify(key)}:${KEPT.includes(key) ? text : mask(text)}`;
  });
  return `{${members.join(',')}}`;
}
