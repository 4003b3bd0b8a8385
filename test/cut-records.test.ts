import assert from 'node:assert/strict';
import { it } from 'node:test';
import { judgeText } from './support/judged.ts';
import { splitText } from './support/split.ts';

/** Beginnings of an event, cut within each kind of token. */
const CUT = [
  '{"evt":{"name":"op',
  '{"evt":{"name":"open\\',
  '{"evt":{"name":"open\\u00',
  '{"evt":{"name":"open"},"process":{"pid":-',
  '{"evt":{"name":"open"},"process":{"is_thread":tr',
  '{"evt":{"name":"open"},"process":{"pid":1.',
  '{"evt":{"name":"open"},',
  '{"evt":{"name"',
];

for (const text of CUT) {
  it(`a line cut after ${text.slice(-9)} is truncated, whatever ends the line`, () => {
    for (const end of ['', '\n', '\r\n', ' \r\n\r\n']) {
      const [record] = splitText(`${text}${end}{"evt":{"name":"open"}}\n`).records;
      const line = end === '' ? text : (record?.bytes.toString() ?? '');
      const judgement = judgeText(line);
      assert.equal(judgement.ok ? 'valid' : judgement.fault.code, 'json.truncated', JSON.stringify(line));
    }
  });
}

it('a carriage return elsewhere in a text is still a mistake', () => {
  const judgement = judgeText('{"evt":{"name":"op\ren"}}');
  assert.equal(judgement.ok ? 'valid' : judgement.fault.code, 'json.syntax');
});
