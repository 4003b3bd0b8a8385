/** What lies between a client and an S3 server, and breaks. */
import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * `busy` and `error` answer in place of the server, `error_after` when it has done what it was asked. `reset` and `reset_after` break the
 * connection instead; `cut` does so in the middle of the answer's body. After `hang` and `hang_after` there is no answer until the
 * deadline. `kill` and `kill_after` end the process that asks.
 */
export const NETWORK_FAULTS = [
  ...['busy', 'error', 'error_after', 'reset', 'reset_after', 'cut', 'hang', 'hang_after', 'kill', 'kill_after'],
] as const satisfies readonly string[];
export type NetworkFault = (typeof NETWORK_FAULTS)[number];

export interface NetworkStrike {
  readonly request: number;
  readonly fault: NetworkFault;
}

export interface FaultyProxy {
  readonly endpoint: string;
  readonly signal: AbortSignal;
  /** Resolves when the process behind it is killed. */
  readonly killed: Promise<'killed'>;
  requests(): number;
  /** Faults that came to pass. */
  readonly struck: readonly NetworkFault[];
  /** Waits until the server has done all that reached it. */
  stop(): Promise<void>;
}

/** What is left when the deadline was heeded by nobody. */
const GRACE_MS = 30;

/** Puts a proxy before a server. One proxy serves one attempt. */
export async function startProxy(target: string, strikes: readonly NetworkStrike[]): Promise<FaultyProxy> {
  const faults = new Map(strikes.map(({ request, fault }) => [request, fault]));
  const deadline = new AbortController();
  const death = Promise.withResolvers<'killed'>();
  const struck: NetworkFault[] = [];
  const forwarded = new Set<Promise<unknown>>();
  let requests = 0;
  let isDead = false;
  let grace: NodeJS.Timeout | undefined;

  const server = createServer((incoming, outgoing) => {
    void serve(incoming, outgoing);
  });

  async function serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const number = requests++;
    const body = Buffer.concat(await Array.fromAsync(incoming).catch(() => []));
    if (isDead || !incoming.complete) return void outgoing.destroy();
    const fault = faults.get(number);
    if (fault) struck.push(fault);
    switch (fault) {
      case 'busy':
        return refuse(outgoing, 503, 'SlowDown');
      case 'error':
        return refuse(outgoing, 500, 'InternalError');
      case 'reset':
        return void outgoing.destroy();
      case 'hang':
        return hang();
      case 'kill':
        return die();
    }
    const work = forward(incoming, body);
    forwarded.add(work);
    const answer = await work;
    forwarded.delete(work);
    switch (fault) {
      case 'error_after':
        return refuse(outgoing, 500, 'InternalError');
      case 'hang_after':
        return hang();
      case 'kill_after':
        return die();
      case 'reset_after':
        return void outgoing.destroy();
      case 'cut':
        outgoing.writeHead(answer.status, answer.headers);
        outgoing.write(answer.body.subarray(0, answer.body.length >> 1), () => outgoing.destroy());
        return;
    }
    outgoing.writeHead(answer.status, answer.headers).end(answer.body);
  }

  function forward({ method, url, headers }: IncomingMessage, body: Buffer): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const outgoing = request(`${target}${url}`, { method, headers, setHost: false, agent }, async (response) => {
        const { statusCode = 0, headers } = response;
        resolve({ status: statusCode, headers, body: Buffer.concat(await Array.fromAsync(response)) });
      });
      outgoing.on('error', reject).end(body);
    });
  }

  function hang(): void {
    setImmediate(() => deadline.abort());
    grace ??= setTimeout(die, GRACE_MS);
  }

  function die(): void {
    isDead = true;
    death.resolve('killed');
    server.closeAllConnections();
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    signal: deadline.signal,
    killed: death.promise,
    requests: () => requests,
    struck,
    async stop() {
      clearTimeout(grace);
      die();
      await Promise.allSettled(forwarded);
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

const agent = new Agent({ keepAlive: true });

function refuse(outgoing: ServerResponse, status: number, code: string): void {
  outgoing.writeHead(status, { 'content-type': 'application/xml' });
  outgoing.end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>struck</Message></Error>`);
}
