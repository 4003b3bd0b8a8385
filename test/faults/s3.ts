/** The bucket of world.ts on an S3 server, and attempts that reach it through a proxy that breaks. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedS3 } from '../../src/stores/embedded-s3.ts';
import { createS3Client, s3Source, s3Store } from '../../src/stores/s3.ts';
import type { S3Options } from '../../src/stores/s3-place.ts';
import type { Stored } from '../support/objects.ts';
import { type FaultyProxy, type NetworkStrike, startProxy } from './proxy.ts';
import { assertSame, BUCKET, type Delivery, deliver, type End, type Expectation, endOf, OBJECTS, redeliver } from './world.ts';

const OUTPUT = 'lake';

export interface S3World {
  /** Begins a scenario: outputs in a place of its own. */
  begin(): S3Scenario;
  stop(): Promise<void>;
}

export interface S3Attempted extends Pick<FaultyProxy, 'struck' | 'requests'> {
  readonly end: End;
}

export interface S3Scenario {
  /** One attempt under the faults given, with a client that tries each request as often as told. */
  attempt(delivery: Delivery, strikes: readonly NetworkStrike[], maxAttempts?: number): Promise<S3Attempted>;
  redeliver(delivery: Delivery): Promise<void>;
  /** Fails unless the outputs are those of clean runs over the objects given; then removes them. */
  end(keys: Iterable<string>, expected?: Expectation): Promise<void>;
}

export async function startS3World(): Promise<S3World> {
  const folder = await mkdtemp(join(tmpdir(), 'winnow-faults-'));
  const server = await startEmbeddedS3({ folder, buckets: [BUCKET, OUTPUT] });
  Object.assign(process.env, server.environment);
  const client = createS3Client({ endpoint: server.endpoint });
  const source = s3Source(client, { bucket: BUCKET, prefix: '' });
  const landing = s3Store(client, { bucket: BUCKET, prefix: '' });
  for (const [key, bytes] of Object.entries(OBJECTS)) await landing.put(key, [bytes]);
  const cleanRuns = new Map<string, Stored>();
  let scenarios = 0;

  async function storedBelow(prefix: string): Promise<Stored> {
    const store = s3Store(client, { bucket: OUTPUT, prefix });
    const keys = await Array.fromAsync(store.list(''), ({ key }) => key);
    return new Map(await Promise.all(keys.map(async (key) => [key, (await store.get(key))?.body ?? Buffer.alloc(0)] as const)));
  }

  async function cleanRun(key: string): Promise<Stored> {
    const known = cleanRuns.get(key);
    if (known) return known;
    const prefix = `clean/${key}`;
    await deliver({ source, store: s3Store(client, { bucket: OUTPUT, prefix }) }, { key });
    const stored = await storedBelow(prefix);
    cleanRuns.set(key, stored);
    return stored;
  }

  function begin(): S3Scenario {
    const prefix = `scenario-${scenarios++}`;
    const place = { bucket: OUTPUT, prefix };
    return {
      async attempt(delivery, strikes, maxAttempts = 1) {
        const proxy = await startProxy(server.endpoint, strikes);
        const options: S3Options = { endpoint: proxy.endpoint, maxAttempts };
        const client = createS3Client(options);
        const ports = { source: s3Source(client, { bucket: BUCKET, prefix: '' }), store: s3Store(client, place) };
        const end = await endOf(deliver(ports, delivery, proxy.signal), proxy.killed);
        await proxy.stop();
        client.destroy();
        return { end, struck: proxy.struck, requests: proxy.requests };
      },
      async redeliver(delivery) {
        await redeliver({ source, store: s3Store(client, place) }, delivery);
      },
      async end(keys, expected) {
        const objects = [...new Set(keys)].sort();
        const clean = new Map((await Promise.all(objects.map(cleanRun))).flatMap((run) => [...run]));
        const inputs = { ...source, list: () => inOrder(objects) };
        await assertSame(await storedBelow(prefix), clean, inputs, expected);
        await rm(join(folder, OUTPUT, prefix), { recursive: true });
      },
    };
  }

  return {
    begin,
    async stop() {
      await server.stop();
      client.destroy();
      await rm(folder, { recursive: true });
    },
  };
}

async function* inOrder(keys: readonly string[]) {
  for (const key of keys) yield { bucket: BUCKET, key };
}
