/** Ctrl-C, and once more when that does not help. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { type EmbeddedS3, startEmbeddedS3 } from '../src/stores/embedded-s3.ts';
import { CTRL_C, inTerminal, type TerminalRun } from './support/pty.ts';
import { filesBelow, receiptsIn } from './support/runs.ts';
import { winnow } from './support/terminal.ts';

const HIDE_CURSOR = '\x1b[?25l';
/** So small that many parts are stored before an object is through. */
const SMALL = ['--max-part-bytes', '256KiB'];

let folder = '';
let input = '';
let server: EmbeddedS3;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'winnow-interrupt-'));
  input = join(folder, 'in');
  await mkdir(input);
  const made = await winnow(['generate', '--events', '7000', '--compress', 'gzip', '--out', join(input, 'batch.ndjson.gz')]);
  assert.equal(made.status, 0, made.stderr);
  server = await startEmbeddedS3({ folder: join(folder, 's3'), buckets: ['whole', 'twice', 'asked', 'mixed'] });
  const whole = await winnow(['run', input, '--out', 's3://whole/out', '--quiet', ...SMALL], server.environment);
  assert.equal(whole.status, 0, whole.stderr);
});
after(async () => {
  await server.stop();
  await rm(folder, { recursive: true });
});

/** A way to the server on which nothing moves any more once it is told so. */
async function startGate(): Promise<{ environment: EmbeddedS3['environment']; jam(): void; stop(): void }> {
  let isJammed = false;
  const gate = createServer((client) => {
    const behind = connect(Number(new URL(server.endpoint).port), '127.0.0.1');
    client.on('data', (bytes) => isJammed || behind.write(bytes));
    behind.on('data', (bytes) => isJammed || client.write(bytes));
    for (const socket of [client, behind]) {
      socket.on('error', () => {});
      socket.on('close', () => [client, behind].map((each) => each.destroy()));
    }
  }).listen(0, '127.0.0.1');
  await once(gate, 'listening');
  const endpoint = `http://127.0.0.1:${(gate.address() as AddressInfo).port}`;
  return {
    environment: { ...server.environment, AWS_ENDPOINT_URL_S3: endpoint },
    jam: () => {
      isJammed = true;
    },
    stop: () => void gate.close(),
  };
}

describe('a run that cannot wind down, because its store hangs,', { concurrency: 2 }, () => {
  const rows: readonly {
    readonly name: string;
    readonly bucket: string;
    readonly first: (run: TerminalRun) => void;
    readonly second: (run: TerminalRun) => void;
    readonly status: number;
  }[] = [
    {
      name: 'ends at once at the second Ctrl-C',
      bucket: 'twice',
      first: (run) => run.press(CTRL_C),
      second: (run) => run.press(CTRL_C),
      status: 130,
    },
    {
      name: 'ends at once when it is asked twice to end',
      bucket: 'asked',
      first: (run) => run.send('SIGTERM'),
      second: (run) => run.send('SIGTERM'),
      status: 143,
    },
    {
      name: 'ends at once at one of each',
      bucket: 'mixed',
      first: (run) => run.send('SIGTERM'),
      second: (run) => run.press(CTRL_C),
      status: 130,
    },
  ];
  for (const { name, bucket, first, second, status } of rows) {
    test(`${name}, and the next run makes it whole`, async () => {
      const gate = await startGate();
      const args = ['run', input, '--out', `s3://${bucket}/out`, ...SMALL];
      const run = inTerminal(args, { environment: gate.environment });
      // The object has begun, so there is a receipt to write before the end.
      await run.until(/[1-9]\d %/);
      gate.jam();
      first(run);
      await run.until(/winnow: stopping; Ctrl-C again ends it at once/);
      second(run);
      assert.equal(await run.ended(), status);
      gate.stop();
      assert.ok(!run.raw().includes(HIDE_CURSOR), 'nobody is left to show it again');
      const out = join(folder, 's3', bucket);
      assert.ok((await receiptsIn(join(out, 'out'))).every((receipt) => receipt.status === 'partial'));
      const next = await winnow([...args, '--quiet'], server.environment);
      assert.deepEqual(next, { status: 0, stdout: '', stderr: '' });
      assert.deepEqual(await filesBelow(out), await filesBelow(join(folder, 's3/whole')));
      const sumsIn = async (where: string) =>
        (await receiptsIn(where)).map(({ counts, outputs }) => ({ counts, sums: outputs.map(({ sha256 }) => sha256) }));
      assert.deepEqual(await sumsIn(join(out, 'out')), await sumsIn(join(folder, 's3/whole/out')));
    });
  }
});

test('a run that is told to end does not wait for a server that never answers', async () => {
  const silent = createServer((socket) => void socket.on('error', () => {})).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const endpoint = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
  const run = inTerminal(['run', input, '--out', 's3://bucket/out', '--endpoint-url', endpoint], {
    environment: server.environment,
  });
  await run.until(/0 of 1 object/);
  run.press(CTRL_C);
  // Long before a request is given up.
  const ended = await Promise.race([run.ended(), delay(20_000, 'still there', { ref: false })]);
  assert.equal(ended, 1);
  assert.match(run.screen(), /^1 object not finished$/m);
  silent.close();
});
