/** The compiled scan is that of its source, and agrees with a scan that anyone can read. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { compileKernel, TARGET } from '../build-kernel.ts';
import { COMPLETE, CUT, forgetBytes, LONGEST_SAFE_NUMBER, MORE, type Scan, scanValue, startScan } from '../src/intake/scan.ts';

test('the compiled kernel is fresh', () => {
  assert.equal(readFileSync(TARGET, 'utf8'), compileKernel());
});

/** What the scan of a value must say, byte by byte and without a thought to speed. */
function plainScan(text: Buffer): Pick<Scan, 'state' | 'maxDepth' | 'members' | 'exact' | 'lines'> & { readonly end: number } {
  const found = { state: MORE as Scan['state'], maxDepth: 0, members: 0, exact: false, lines: 0 };
  let depth = 0;
  let inString = false;
  let escaped = false;
  let number = 0;
  for (let at = 0; at < text.length; at++) {
    const character = String.fromCharCode(text[at] as number);
    if (inString) {
      if (character === '\n') return { ...found, state: CUT, end: at };
      if (escaped) escaped = false;
      else if (character === '\\') escaped = true;
      else if (character === '"') inString = false;
      if (!inString && depth === 0) return { ...found, state: COMPLETE, end: at + 1 };
      continue;
    }
    if (/[-+.0-9]/.test(character)) {
      if (++number > LONGEST_SAFE_NUMBER) found.exact = true;
      continue;
    }
    if (/e/i.test(character) && number > 0) found.exact = true;
    number = 0;
    if (character === '"') inString = true;
    if (character === ':') found.members++;
    if (character === '\n') found.lines++;
    if (character === '{' && depth > 0 && text[at - 1] === 0x0a) return { ...found, state: CUT, end: at };
    if ('{['.includes(character)) found.maxDepth = Math.max(found.maxDepth, ++depth);
    if ('}]'.includes(character) && --depth <= 0) return { ...found, state: COMPLETE, end: at + 1 };
  }
  return { ...found, end: text.length };
}

const PIECES = ['{', '}', '[', ']', '"', '\\', '\\"', '\\\\', '\n', '\n  ', ':', ',', 'e', 'E', '-', '.', '1e5', 'é', ' '];
const LONG = [
  '123456789012345',
  '1234567890123456',
  '"key":"value",',
  '{"a":{"b":[1,{"c":"d"}]}},',
  'x'.repeat(70),
  '"\\\\\\"",',
];

test('the kernel agrees with a plain scan, wherever the value is cut in two', () => {
  const text = fc
    .tuple(
      fc.constantFrom('{', '[', '"'),
      fc.array(fc.oneof(fc.constantFrom(...PIECES), fc.constantFrom(...LONG)), { maxLength: 80 }),
    )
    .map(([first, rest]) => Buffer.from(first + rest.join('')));
  fc.assert(
    fc.property(text, fc.nat(), (bytes, cut) => {
      const scan = startScan();
      forgetBytes();
      let end = scanValue(bytes, 0, cut % (bytes.length + 1), scan);
      if (scan.state === MORE) end = scanValue(bytes, end, bytes.length, scan);
      const { state, maxDepth, members, exact, lines } = scan;
      assert.deepEqual({ state, maxDepth, members, exact, lines, end }, plainScan(bytes));
    }),
    { numRuns: 20_000 },
  );
});

test('a value larger than the kernel’s memory is scanned in pieces', () => {
  const item = '{"k":["v",12345678901234567]},';
  const text = Buffer.from(`[${item.repeat(10_000)}0]tail`);
  const scan = startScan();
  forgetBytes();
  assert.equal(scanValue(text, 0, text.length, scan), text.length - 'tail'.length);
  assert.deepEqual([scan.state, scan.members, scan.maxDepth, scan.exact], [COMPLETE, 10_000, 3, true]);
});
