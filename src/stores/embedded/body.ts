/** The bytes of an upload. */
import { hash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { Refusal } from './refusal.ts';

/**
 * The whole body, without the frames that SDKs put around its chunks when a checksum or a signature follows them. Throws a `Refusal`
 * for one of more than `mostBytes`, and for one that is not what its headers say.
 */
export async function bodyOf(request: IncomingMessage, mostBytes: number): Promise<Buffer> {
  const body = await received(request, mostBytes);
  const { headers } = request;
  const isFramed =
    headers['content-encoding']?.includes('aws-chunked') || String(headers['x-amz-content-sha256']).startsWith('STREAMING-');
  const bytes = isFramed ? unframe(body) : body;
  const digest = headers['content-md5'];
  if (typeof digest === 'string') refuseOther(bytes, digest);
  if (!isFramed) return bytes;
  const announced = headers['x-amz-decoded-content-length'];
  if (announced === undefined || Number(announced) === bytes.length) return bytes;
  throw new Refusal('IncompleteBody', `${announced} bytes were announced, ${bytes.length} came`);
}

/** What is refused is read to its end, and not kept: the client hears an answer only when it has sent everything. */
async function received(request: IncomingMessage, mostBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = Number(request.headers['content-length'] ?? 0) > mostBytes ? mostBytes : 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= mostBytes) chunks.push(chunk);
    else chunks.length = 0;
  }
  if (size > mostBytes) throw tooLarge(mostBytes);
  return Buffer.concat(chunks);
}

/** What is refused because it would have to be held in memory. */
export function tooLarge(mostBytes: number): Refusal {
  const cure = 'put the file into the folder of the bucket by hand';
  return new Refusal('EntityTooLarge', `uploads are held in memory, so one of more than ${mostBytes} bytes is refused; ${cure}`);
}

function refuseOther(bytes: Buffer, digest: string): void {
  if (!/^[A-Za-z0-9+/]{22}==$/.test(digest)) throw new Refusal('InvalidDigest', 'Content-MD5 is no MD5 in Base64');
  if (hash('md5', bytes, 'base64') !== digest) throw new Refusal('BadDigest', 'the bytes that came are not those of Content-MD5');
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
