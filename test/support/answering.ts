/** A server that gives any answer that is asked of it, and a client of it. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { S3Client } from '@aws-sdk/client-s3';
import { createS3Client } from '../../src/stores/s3.ts';

export type Answer = (request: IncomingMessage, response: ServerResponse) => void;

export const IDLE_TIMEOUT_MS = 300;

export interface Answering {
  readonly endpoint: string;
  /** What came since an answer was last given. */
  readonly requests: IncomingMessage[];
  /** Says what every request is answered with from now on. */
  given(answer: Answer): S3Client;
  stop(): Promise<void>;
}

/** Starts the server, and signs this process in to it. */
export async function startAnswering(): Promise<Answering> {
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'key', AWS_SECRET_ACCESS_KEY: 'secret' });
  const requests: IncomingMessage[] = [];
  let answer: Answer;
  const server = createServer((request, response) => {
    requests.push(request);
    request.resume().on('end', () => answer(request, response));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    endpoint,
    requests,
    given(wanted) {
      requests.length = 0;
      answer = wanted;
      return createS3Client({ endpoint, idleTimeoutMs: IDLE_TIMEOUT_MS });
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A refusal in the words of S3. */
export const refusal =
  (status: number, code: string): Answer =>
  (_, response) => {
    response.writeHead(status, { 'content-type': 'application/xml' });
    response.end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>never looked at</Message></Error>`);
  };

/** An object of these bytes; with another length, one that does not come to its end. */
export const body =
  (bytes: string, length = bytes.length): Answer =>
  (_, response) => {
    const date = new Date(0).toUTCString();
    response.writeHead(200, { 'content-length': length, etag: '"abc"', 'last-modified': date });
    response.write(bytes);
    if (bytes.length === length) response.end();
  };
