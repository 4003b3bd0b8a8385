/** How records are put together into one object. */

export const FRAMINGS = ['ndjson', 'ndjson-crlf', 'array', 'concatenated', 'pretty', 'records', 'events'] as const;
export type Framing = (typeof FRAMINGS)[number];

/** A record's JSON in UTF-8. */
type RecordText = string | Uint8Array;

export interface FrameOptions {
  /** Starts with a byte order mark, as some Windows programs do. */
  readonly byteOrderMark?: boolean;
}

/** Marks between records: before the first, between two, after the last. */
const MARKS: { readonly [framing in Framing]: readonly [first: string, between: string, last: string] } = {
  ndjson: ['', '\n', '\n'],
  'ndjson-crlf': ['', '\r\n', '\r\n'],
  array: ['[', ',\n', ']\n'],
  concatenated: ['', '', ''],
  pretty: ['', '\n', '\n'],
  records: ['{"Records":[', ',', ']}'],
  events: ['{"events":[\n', ',\n', '\n]}\n'],
};

const CHUNK_BYTES = 256 * 1024;
const BYTE_ORDER_MARK = new Uint8Array([0xef, 0xbb, 0xbf]);

/** Puts records together, lazily, in chunks of some 256 KiB. */
export function* frame(
  records: Iterable<{ readonly text: RecordText }>,
  framing: Framing,
  options: FrameOptions = {},
): Iterable<Uint8Array> {
  const [first, between, last] = MARKS[framing].map((mark) => Buffer.from(mark)) as [Buffer, Buffer, Buffer];
  let parts: Uint8Array[] = options.byteOrderMark ? [BYTE_ORDER_MARK] : [];
  let bytes = 0;
  let mark = first;
  for (const { text } of records) {
    const part = framing === 'pretty' ? Buffer.from(indent(asText(text))) : typeof text === 'string' ? Buffer.from(text) : text;
    parts.push(mark, part);
    mark = between;
    bytes += part.length;
    if (bytes >= CHUNK_BYTES) {
      yield Buffer.concat(parts);
      parts = [];
      bytes = 0;
    }
  }
  if (mark === first) parts.push(first);
  parts.push(last);
  const rest = Buffer.concat(parts);
  if (rest.length > 0) yield rest;
}

/** Whether a broken record stays alone in this framing: only line breaks keep one that is not JSON away from its neighbours. */
export function separatesAnything(framing: Framing): boolean {
  return framing === 'ndjson' || framing === 'ndjson-crlf';
}

const TOKENS = /"(?:[^"\\]|\\.)*"|[{[]\s*[}\]]|[{}[\],:]|[^\s{}[\],:"]+/g;

/** Indents JSON text without parsing it, so that every digit and every key stays. */
export function indent(text: string): string {
  let depth = 0;
  const line = () => `\n${'  '.repeat(depth)}`;
  return text.replace(TOKENS, (token) => {
    switch (token) {
      case '{':
      case '[':
        depth++;
        return token + line();
      case '}':
      case ']':
        depth--;
        return line() + token;
      case ',':
        return token + line();
      case ':':
        return ': ';
      default:
        return token;
    }
  });
}

function asText(text: RecordText): string {
  return typeof text === 'string' ? text : Buffer.from(text.buffer, text.byteOffset, text.byteLength).toString('utf8');
}
