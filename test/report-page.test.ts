/** The page as text: what it may hold, and how much of it there may be. */
import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { duration, percent, size } from '../src/figures.ts';
import { receiptBytes } from '../src/ledger.ts';
import { objectId, partKey, receiptKey } from '../src/output/naming.ts';
import { shellWord } from '../src/report/page/format.ts';
import { html, textOfPage } from '../src/report/page/markup.ts';
import { reportPage } from '../src/report/page/page.ts';
import { report } from '../src/report/report.ts';
import { visible } from '../src/report/visible.ts';
import type { Receipt } from '../src/types.ts';
import { infoOf, receiptWith } from './support/accounts.ts';
import { HOSTILE, hostileReport } from './support/hostile-report.ts';
import { memoryStore } from './support/objects.ts';

describe('markup', () => {
  test('is only what templates hold', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const filled = textOfPage(html`<p title="${text}">${[text, [html`<b>${text}</b>`]]}</p>`);
        assert.doesNotMatch(filled.replace(/^<p title="|">|<b>|<\/b>|<\/p>$/g, ''), /[<>"]|&(?!(?:amp|lt|gt|quot|apos);)/);
      }),
    );
  });

  test('cannot be forged by data', () => {
    const data = JSON.parse('{"markup":"<b>","Symbol(markup)":"<b>"}');
    assert.throws(() => textOfPage(html`${data}`));
  });

  test('shows what nobody would see', () => {
    assert.equal(visible('a\u202eb\n\u0000\ud800\u2029é漢😀'), 'a\\u{202e}b\\n\\u{0}\\u{d800}\\u{2029}é漢😀');
  });
});

describe('numbers read', () => {
  test('as people write them', () => {
    assert.deepEqual([0, 999, 1000, 999_600, 123_456_789, 5e15].map(size), [
      '0 B',
      '999 B',
      '1.0 kB',
      '1.0 MB',
      '123 MB',
      '5.0 PB',
    ]);
    assert.deepEqual([0, 999, 1000, 99_950, 3_600_000].map(duration), ['0 ms', '999 ms', '1.0 s', '100.0 s', '60 min']);
    assert.deepEqual(
      [percent(0, 0), percent(0, 9), percent(1, 9), percent(9, 9), percent(1, 1e6), percent(999_999, 1e6)],
      ['–', '0%', '11.1%', '100%', '<0.1%', '>99.9%'],
    );
    assert.deepEqual(['s3://lake/cws', 'my out', "it's", '$(x)'].map(shellWord), [
      's3://lake/cws',
      "'my out'",
      "'it'\\''s'",
      "'$(x)'",
    ]);
  });
});

describe('the page', async () => {
  const page = reportPage(await hostileReport());

  test('allows its own style and script by their digests, and nothing else', () => {
    const [, policy = ''] = /<meta http-equiv="Content-Security-Policy" content="([^"]*)">/.exec(page) ?? [];
    assert.match(policy, /^default-src 'none'; /);
    for (const kind of ['style', 'script']) {
      const inline = [...page.matchAll(new RegExp(`<${kind}>([\\s\\S]*?)</${kind}>`, 'g'))];
      assert.equal(inline.length, 1, kind);
      assert.ok(policy.includes(`${kind}-src 'sha256-${hash('sha256', inline[0]?.[1] ?? '', 'base64')}'`), kind);
    }
    assert.doesNotMatch(policy, /unsafe|\*|http/);
  });

  test('refers to nothing outside of itself', () => {
    const tags = page.replace(/<(style|script)>[\s\S]*?<\/\1>/g, '').match(/<[^>]+>/g) ?? [];
    for (const tag of tags) {
      assert.doesNotMatch(tag, /\s(?:on\w+|style|src|action|formaction|ping|srcset)=/i, tag);
      const [, target] = /\shref="([^"]*)"/.exec(tag) ?? [];
      if (target !== undefined) assert.match(target, /^#|^data:image\/svg\+xml,/);
    }
  });

  test('leads to its own parts only', () => {
    const ids = [...page.matchAll(/\sid="([^"]*)"/g)].map(([, id]) => id);
    assert.equal(new Set(ids).size, ids.length);
    for (const [, target] of page.matchAll(/\shref="#([^"]*)"/g)) assert.ok(ids.includes(target), target);
  });

  test('holds no character that turns, hides or ends anything', () => {
    assert.doesNotMatch(page, /[\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]|(?!\n)\p{Cc}/u);
    assert.equal(Buffer.from(page).toString(), page);
  });

  test('is the same for the same outputs', async () => {
    assert.ok(page === reportPage(await hostileReport()));
  });

  test('tells of every hostile text', () => {
    const shown = page
      .replaceAll('<wbr>', '')
      .replaceAll('&lt;', '<')
      .replaceAll('&gt;', '>')
      .replaceAll('&quot;', '"')
      .replaceAll('&apos;', "'")
      .replaceAll('&amp;', '&');
    for (const text of HOSTILE) assert.ok(shown.includes(visible(text).slice(0, 100)), text);
  });
});

describe('a million rejects of which each is another', () => {
  const OBJECTS = 1000;
  const EACH = 1000;

  /** Receipts in memory; rejects as they are asked for. Every name in them is new and long. */
  function hugeStore() {
    const tail = '<&>"'.repeat(40);
    const store = memoryStore();
    const bytesOfPart = 1;
    return {
      ...store,
      async prepare(): Promise<void> {
        for (let index = 0; index < OBJECTS; index++) {
          const given = { key: `${index}${tail}`, lastModified: `20${10 + (index % 80)}-01-01T00:00:00.000Z` };
          const id = objectId(infoOf(given));
          const day = `dt=${given.lastModified.slice(0, 10)}`;
          const names = Array.from({ length: 300 }, (_, name) => `/${index}/${name}${tail}`.slice(0, 200));
          const receipt: Receipt = receiptWith({
            ...given,
            tally: {
              rejected: EACH,
              by_code: { 'schema.type': EACH },
              drift: Object.fromEntries(names.map((name) => [name, { count: 1 }])),
            },
            outputs: [
              {
                key: partKey(`rejects/${day}`, id, 0, 'none'),
                partition: day,
                records: EACH,
                bytes: bytesOfPart,
                sha256: '0'.repeat(64),
              },
            ],
          });
          await store.put(receiptKey(receipt), [receiptBytes(receipt)]);
          for (const { key } of receipt.outputs) await store.put(key, [Buffer.from(`${index}`.slice(0, bytesOfPart))]);
        }
      },
      async *read(key: string): AsyncGenerator<Uint8Array> {
        for (let line = 0; line < EACH; line++) {
          const name = `${key}${line}${tail}`;
          yield Buffer.from(
            `${JSON.stringify({
              ...{
                code: 'schema.type',
                stage: 'validate',
                attempt: 1,
                rule_id: name,
                event_name: name,
                generation: name,
                raw: name,
              },
              source: { bucket: name, key: name, etag: name, record: line, offset: line, line, length: 1 },
              errors: [{ path: `/${name}`, keyword: 'type', expected: name, found: name }],
            })}\n`,
          );
        }
      },
    };
  }

  test('make a page below 2 MB, and JSON as well', async () => {
    const store = hugeStore();
    await store.prepare();
    const found = await report('out', store, { verify: false, sample: 100_000, mask: (text) => text });
    assert.ok(found);
    assert.equal(found.receipts.totals.rejected, OBJECTS * EACH);
    assert.ok(found.rejects.sampled.lines >= 100_000, String(found.rejects.sampled.lines));
    assert.equal(found.balance.ok, true, JSON.stringify(found.balance));
    const [page, json] = [Buffer.byteLength(reportPage(found)), Buffer.byteLength(JSON.stringify(found))];
    assert.ok(page < 2e6, `${page} bytes`);
    assert.ok(json < 2e6, `${json} bytes`);
  });
});
