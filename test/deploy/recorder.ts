/** Stands between a function and S3, and writes down which permissions its requests take. */
import { createServer, type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Request } from './policy.ts';

export interface Recorder {
  readonly endpoint: string;
  readonly requests: readonly (Request & { readonly bucketOwner: string | undefined })[];
  stop(): Promise<void>;
}

export async function startRecorder(target: string): Promise<Recorder> {
  const requests: (Request & { readonly bucketOwner: string | undefined })[] = [];
  const server = createServer((incoming, outgoing) => {
    const { method, url, headers } = incoming;
    const forwarded = request(`${target}${url}`, { method, headers, setHost: false }, (answer) => {
      const bucketOwner = headers['x-amz-expected-bucket-owner'];
      for (const needed of permissionsOf(incoming, answer.statusCode)) {
        requests.push({ ...needed, bucketOwner: bucketOwner === undefined ? undefined : String(bucketOwner) });
      }
      outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(outgoing);
    });
    forwarded.on('error', () => outgoing.destroy());
    incoming.pipe(forwarded);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    stop: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
        server.closeAllConnections();
      }),
  };
}

function permissionsOf({ method, url = '', headers }: IncomingMessage, status: number | undefined): Request[] {
  const { pathname, searchParams } = new URL(url, 'http://s3');
  const [, bucket = '', key = ''] = /^\/([^/]+)(?:\/(.*))?$/s.exec(decodeURIComponent(pathname)) ?? [];
  const bucketArn = `arn:aws:s3:::${bucket}`;
  const on = (action: string): Request => ({ action, resource: `${bucketArn}/${key}` });
  const list = (prefix: string): Request => ({ action: 's3:ListBucket', resource: bucketArn, context: { 's3:prefix': prefix } });
  if (key === '' && method === 'GET' && searchParams.get('list-type') === '2') return [list(searchParams.get('prefix') ?? '')];
  switch (method) {
    case 'GET':
      // That an object is missing is told to those alone who may list it; S3 takes its key for the prefix then.
      return [on(searchParams.has('versionId') ? 's3:GetObjectVersion' : 's3:GetObject'), ...(status === 404 ? [list(key)] : [])];
    case 'PUT':
      // To compare is to read.
      return [on('s3:PutObject'), ...(headers['if-match'] === undefined ? [] : [on('s3:GetObject')])];
    case 'DELETE':
      return [on('s3:DeleteObject')];
    default:
      throw new Error(`${method} ${url}: which permission does that take?`);
  }
}
