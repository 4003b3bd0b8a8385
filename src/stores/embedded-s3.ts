/** An S3 server over folders, for one user on one machine: loopback only, any credentials, no versions, no access rules. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { openFolderBucket } from './embedded/folder.ts';
import { type Created, handlersOf } from './embedded/operations.ts';
import { Refusal, refusalOf } from './embedded/refusal.ts';
import { toXml } from './embedded/xml.ts';

export type { Created } from './embedded/operations.ts';
export { urlEncode } from './embedded/xml.ts';

export interface EmbeddedS3 {
  readonly endpoint: string;
  /** What a program needs in its environment to talk to this server and to no other. */
  readonly environment: { readonly [name: string]: string };
  stop(): Promise<void>;
}

export interface EmbeddedS3Options {
  /** Each bucket is a folder in it, and each object a file. */
  readonly folder: string;
  readonly buckets: readonly string[];
  /** 0, the default, takes any free port. */
  readonly port?: number;
  /** What an upload may hold in memory, and all those in parts that wait to be completed; 512 MiB when not given. */
  readonly mostUploadBytes?: number;
  /** Told of every object that was written, once it can be read. */
  readonly onCreated?: (object: Created) => void;
  /** Told of what the server could not do for reasons of its own. */
  readonly onError?: (error: unknown) => void;
}

export const LOOPBACK = '127.0.0.1';

/** Many times what a batch is made of, and what a laptop can spare. */
const MOST_UPLOAD_BYTES = 512 * 1024 * 1024;

/** Starts a server with the buckets given. Fails with the system's error when the port is taken, and with a `StoreError` for a folder that is none. */
export async function startEmbeddedS3(options: EmbeddedS3Options): Promise<EmbeddedS3> {
  const { folder, buckets: names, port = 0, mostUploadBytes = MOST_UPLOAD_BYTES } = options;
  const { onCreated = () => {}, onError = () => {} } = options;
  const buckets = new Map(names.map((name) => [name, openFolderBucket(join(folder, name))]));
  for (const bucket of buckets.values()) await bucket.make();
  const handle = handlersOf(buckets, { mostUploadBytes, onCreated, onError });

  const server = createServer((request, response) => {
    // A refused upload is read to its end: the client hears an answer only when it has sent everything.
    const answered = isLocal(request) ? handle(request, response) : Promise.reject(STRANGER);
    answered.catch((error: unknown) => {
      if (hasLeft(error)) return;
      const refusal = refusalOf(error);
      if (refusal.code === 'InternalError') onError(error);
      refuse(request, response, refusal);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, LOOPBACK, resolve);
  });
  const endpoint = `http://${LOOPBACK}:${(server.address() as AddressInfo).port}`;
  return {
    endpoint,
    environment: {
      AWS_ENDPOINT_URL_S3: endpoint,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'winnow',
      AWS_SECRET_ACCESS_KEY: 'winnow',
    },
    stop: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
        // Clients keep connections for later; close() alone would wait for them.
        server.closeAllConnections();
      }),
  };
}

const STRANGER = new Refusal('AccessDenied', 'this server answers programs of this machine alone');

/** Web pages that the user visits may send requests to this machine, under a name of theirs or with their origin. */
export function isLocal({ headers }: IncomingMessage): boolean {
  return /^(?:127\.0\.0\.1|localhost)(?::\d+)?$/.test(headers.host ?? '') && headers.origin === undefined;
}

/** Clients that hang up, in the middle of an answer or of an upload, do no harm. */
function hasLeft(error: unknown): boolean {
  return error instanceof Error && 'code' in error && ['ERR_STREAM_PREMATURE_CLOSE', 'ECONNRESET'].includes(String(error.code));
}

function refuse(request: IncomingMessage, response: ServerResponse, { code, message, status }: Refusal): void {
  // What was half answered cannot be taken back: the client notices by the connection that ends.
  if (response.headersSent) return void response.destroy();
  request.resume();
  const body = request.method === 'HEAD' ? '' : toXml('Error', { Code: code, Message: message });
  response.writeHead(status, { 'content-type': 'application/xml', 'content-length': Buffer.byteLength(body) }).end(body);
}
