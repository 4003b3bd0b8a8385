/** Whatever is deleted, cut, copied or edited among outputs, `winnow verify` names it, and nothing else. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { localStore } from '../src/stores/local.ts';
import { openStore } from '../src/stores/open.ts';
import type { Store } from '../src/stores/port.ts';
import { verify } from '../src/verify/verify.ts';
import { memoryStore } from './support/objects.ts';
import { type Places, startPlaces } from './support/places.ts';
import { OF_OUTPUTS, OF_RECEIPTS, type Tampering } from './support/tampering.ts';
import { type Written, writeOutputs } from './support/written.ts';

let written: Written;
let places: Places;

before(async () => {
  places = await startPlaces();
  written = await writeOutputs();
});

after(() => places.stop());

const STORES: readonly (readonly [name: string, make: () => Promise<Store>, tamperings: RegExp])[] = [
  ['in memory', async () => memoryStore(), /./],
  [
    'on a disk',
    async () => localStore((await places.localPlace()).uri),
    /^(?:deleted|cut by one|copied|with a byte in|with its first|swapped)/,
  ],
  [
    'in S3',
    async () => openStore((await places.s3Place()).uri, { endpoint: places.endpoint }),
    /^(?:deleted|cut in half|copied to|with a byte in|with its first line)/,
  ],
];

for (const [name, make, chosen] of STORES) {
  describe(`outputs ${name}`, () => {
    test('balance after a run', async () => {
      const verdict = await verify(await written.fill(await make()));
      const sum = (name: 'valid' | 'rejected' | 'bytes_out') =>
        written.receipts.reduce((all, [, { counts }]) => all + counts[name], 0);
      assert.deepEqual(verdict, {
        ok: true,
        objects: 3,
        records: 36,
        valid: sum('valid'),
        rejected: sum('rejected'),
        outputs: written.outputs.length,
        bytes: sum('bytes_out'),
        inputs: 0,
        problems: [],
        notes: [],
      });
    });

    for (const [things, tamperings] of [
      ['outputs', OF_OUTPUTS],
      ['receipts', OF_RECEIPTS],
    ] as const) {
      for (const tampering of tamperings.filter((one) => chosen.test(one.name))) {
        test(`have ${things} found ${tampering.name}`, async () => {
          const store = await written.fill(await make());
          const keys = things === 'outputs' ? written.outputs : written.keysBelow('receipts/');
          for (const key of keys) await isNamed(store, tampering, key);
          assert.deepEqual((await verify(store)).problems, [], 'everything is as before');
        });
      }
    }
  });
}

/** Spoils one object, verifies, and puts things right again. */
async function isNamed(store: Store, { apply }: Tampering, key: string): Promise<void> {
  const { outputs, files } = written;
  const other = outputs[(outputs.indexOf(key) + 1) % outputs.length] ?? '';
  const expected = await apply(store, key, other);
  const { ok, problems } = await verify(store);
  const named = problems.map((problem) => problem.key);
  // The receipt of an object without records is missed by nobody but its input.
  assert.equal(ok, expected.length === 0);
  for (const wanted of expected) assert.ok(named.includes(wanted), `${key}: ${wanted} is not among ${named}`);
  const related = [...expected, key, ...written.keysBelow('receipts/')];
  assert.deepEqual(
    named.filter((found) => !related.includes(found)),
    [],
    `${key}: nothing else is wrong`,
  );
  for (const spoiled of [...expected, key]) {
    const original = files.get(spoiled);
    await (original ? store.put(spoiled, [original]) : store.delete(spoiled));
  }
}
