/** The originals of rejects that a report shows, and how it says to try them again. */
import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, test } from 'node:test';
import { processObject } from '../src/process.ts';
import { reportPage } from '../src/report/page/page.ts';
import { type Report, report } from '../src/report/report.ts';
import type { Reject } from '../src/types.ts';
import { jsonLines, memorySource, memoryStore, runObject, settingsWith } from './support/objects.ts';
import { withFolder } from './support/runs.ts';
import { winnow } from './support/terminal.ts';
import { linuxEvent } from './valid-events.ts';

const EVERYTHING = { verify: false, sample: 1_000_000, mask: (text: string) => text };

describe('examples of rejects', () => {
  const SECRET = 'hunter2-hunter2-hunter2';
  const broken = jsonLines([
    { ...linuxEvent(), date: `password=${SECRET}` },
    { ...linuxEvent(), date: `password=${SECRET}` },
    { ...linuxEvent(), process: 'none' },
  ]);

  async function storeWith(redact: 'none' | 'rejects') {
    const store = memoryStore();
    const source = memorySource({ 'a.ndjson': Buffer.from(broken) });
    await processObject(
      { bucket: 'landing', key: 'a.ndjson' },
      { source, store, settings: settingsWith({ redact }), now: () => 0 },
    );
    return store;
  }

  test('are few, different, and masked even where the outputs are not', async () => {
    const store = await storeWith('none');
    assert.ok(
      (await runObject(broken, { settings: { redact: 'none' } })).rejects.some(({ raw }: Reject) => raw.includes(SECRET)),
    );
    await withFolder(async (folder) => {
      for (const [key, body] of store.stored) {
        await mkdir(dirname(join(folder, key)), { recursive: true });
        await writeFile(join(folder, key), body);
      }
      const { stdout } = await winnow(['report', folder, '--json']);
      const { rejects }: Report = JSON.parse(stdout);
      assert.deepEqual(
        rejects.examples.map(({ code, source }) => [code, source.record]),
        [
          ['schema.format', 0],
          ['schema.type', 2],
        ],
      );
      assert.ok(!stdout.includes(SECRET));
      const none = await winnow(['report', folder, '--json', '--no-examples']);
      assert.deepEqual(JSON.parse(none.stdout).rejects.examples, []);
      assert.deepEqual(JSON.parse(none.stdout).rejects.by_path, rejects.by_path);
    });
  });

  test('come with the command that tries them again, with the place as a shell wants it', async () => {
    const found = await report("my 'out'", await storeWith('rejects'), EVERYTHING);
    assert.ok(found);
    const page = reportPage(found);
    assert.ok(page.includes('winnow replay &apos;my &apos;\\&apos;&apos;out&apos;\\&apos;&apos;&apos; --code schema.type'));
  });

  test('come with no command where only the sender can help, and with the flags that reach the place', async () => {
    const store = memoryStore();
    const body = Buffer.from(`${JSON.stringify({ no: 'event' })}\n{"cut": \n`);
    const source = memorySource({ 'a.ndjson': body });
    await processObject({ bucket: 'landing', key: 'a.ndjson' }, { source, store, settings: settingsWith(), now: () => 0 });
    const reached = { endpoint: 'http://localhost:9000', region: 'eu-west-1' };
    const page = reportPage(await report('s3://lake', store, { ...EVERYTHING, reached }));
    const flags = '--endpoint-url http://localhost:9000 --region eu-west-1<';
    assert.ok(page.includes(`winnow replay s3://lake --code envelope.unknown ${flags}`));
    assert.ok(page.includes(`winnow report s3://lake --verify ${flags}`));
    assert.ok(page.includes('id="json.truncated"') && !page.includes('--code json.truncated'));
  });
});
