/** Originals that are no UTF-8 are masked byte by byte, and some bytes of letters look like blanks then. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rejectOf } from '../src/output/reject.ts';
import { createRedactor } from '../src/redact/redact.ts';
import { SOURCE } from './support/judged.ts';
import { splitText } from './support/split.ts';

const redact = createRedactor('');

for (const [before, after] of [
  ['{"u":"https://bob:pàss@h/x"}', '{"u":"https://bob:[redacted]@h/x"}'],
  ['{"c":"curl -u bàb:hunter2 h"}', '{"c":"curl -u bàb:[redacted] h"}'],
  ['{"c":"run --token pàss x"}', '{"c":"run --token [redacted] x"}'],
] as const) {
  test(`a letter with such a byte ends no secret: ${before}`, () => {
    // The second byte of à is, by itself, a blank that keeps words together.
    const bytes = Buffer.concat([Buffer.from(before), Buffer.from([0xff])]);
    const [record] = splitText(bytes).records;
    assert.ok(record);
    const fault = { code: 'json.encoding', errors: [] } as const;
    const { raw, raw_encoding } = rejectOf(
      { ...record, bytes, length: bytes.length },
      fault,
      SOURCE,
      {},
      (text) => redact(text).text,
    );
    assert.equal(raw_encoding, 'base64');
    assert.equal(Buffer.from(raw, 'base64').subarray(0, -1).toString(), after);
  });
}
