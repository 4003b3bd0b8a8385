/** The bytes of an upload. */
import type { IncomingMessage } from 'node:http';
import { Refusal } from './refusal.ts';

/** The whole body, without the frames that SDKs put around its chunks when a checksum or a signature follows them. */
export async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const body = Buffer.concat(chunks);
  const { headers } = request;
  const isFramed =
    headers['content-encoding']?.includes('aws-chunked') || String(headers['x-amz-content-sha256']).startsWith('STREAMING-');
  if (!isFramed) return body;
  const bytes = unframe(body);
  const announced = headers['x-amz-decoded-content-length'];
  if (announced === undefined || Number(announced) === bytes.length) return bytes;
  throw new Refusal('IncompleteBody', `${announced} bytes were announced, ${bytes.length} came`);
}

/** Frames are `<bytes in hex>[;signature]\r\n<bytes>\r\n`; one of no bytes is the last, and headers follow it. */
function unframe(body: Buffer): Buffer {
  const pieces: Buffer[] = [];
  for (let at = 0; ; ) {
    const end = body.indexOf('\r\n', at);
    const [, size = ''] = /^([0-9a-fA-F]+)(?:;.*)?$/.exec(body.toString('latin1', at, Math.max(at, end))) ?? [];
    const bytes = Number.parseInt(size, 16);
    const begin = end + 2;
    if (size === '' || begin + bytes > body.length) throw new Refusal('IncompleteBody', 'the chunks of the body are broken');
    if (bytes === 0) return Buffer.concat(pieces);
    pieces.push(body.subarray(begin, begin + bytes));
    at = begin + bytes + 2;
  }
}
