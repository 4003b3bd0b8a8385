import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readInputSchema } from '../schemas/plan.ts';
import type { Conformance } from '../src/settings.ts';
import type { Generation, JsonObject } from '../src/types.ts';
import { generationOf, KEYS_AFTER_2021, KEYS_SINCE_SPLIT } from '../src/validate/generation.ts';

const evt = { name: 'open' };

const MARKERS: readonly (readonly [what: string, event: JsonObject, generation: Generation, conformance?: Conformance])[] = [
  ['process.executable_path', { evt, process: { executable_path: '/bin/sh' } }, '2021'],
  ['process.executable_inode', { evt, process: { executable_inode: 1 } }, '2021'],
  ['process.executable_mount_id', { evt, process: { executable_mount_id: 1 } }, '2021'],
  ['process.executable_container_path', { evt, process: { executable_container_path: '/' } }, '2021'],
  ['file.container_path', { evt, file: { container_path: '/' } }, '2021'],
  ['process.executable.container_path', { evt, process: { executable: { container_path: '/' } } }, '2021'],
  ['process.parent.executable_path, of a kernel thread', { evt, process: { parent: { executable_path: '/bin/sh' } } }, '2021'],
  ['usr.user', { evt, usr: { user: 'root' } }, '2020'],
  ['process.name', { evt, process: { name: 'sh' } }, '2020'],
  [
    'the names of 2020 beside the flat keys that both years had',
    { evt, process: { name: 'sh', executable_path: '/bin/sh' } },
    '2020',
  ],
  ['the name of 2020 beside its successor', { evt, process: { name: 'sh', comm: 'sh', executable_path: '/bin/sh' } }, '2021'],
  ['agent.os windows', { evt, agent: { os: 'windows' } }, 'windows'],
  ['usr.sid', { evt, usr: { sid: 'S-1-5-18' } }, 'windows'],
  ['process.cmdline', { evt, process: { cmdline: 'cmd' } }, 'windows'],
  ['process.user_sid', { evt, process: { user_sid: 'S-1-5-18' } }, 'windows'],
  ['registry', { evt, registry: {} }, 'windows'],
  ['permission_change', { evt, permission_change: {} }, 'windows'],
  ['file.device_path', { evt, file: { device_path: '\\device' } }, 'windows'],
  ['a name that only Windows has', { evt: { name: 'create_key' } }, 'windows'],
  ['agent.os linux', { evt, agent: { os: 'linux' } }, 'linux'],
  ['agent.origin', { evt, agent: { origin: 'ebpf' } }, 'linux'],
  ['a name since the split', { evt: { name: 'imds' } }, 'linux'],
  ['a name that went with the split', { evt: { name: 'anomaly_detection_syscall' } }, 'single-platform'],
  ...KEYS_SINCE_SPLIT.map((key) => [key, { evt, [key]: {} }, 'linux'] as const),
  ['agent.rule_id without evt and process', { agent: { rule_id: 'heartbeat' } }, 'custom'],
  ['the same from Windows', { agent: { rule_id: 'heartbeat', os: 'windows' } }, 'custom'],
  ['anomaly_detection, which has an evt', { agent: { rule_id: 'anomaly_detection', os: 'linux' }, evt }, 'linux'],
  ['a process without evt', { agent: { rule_id: 'mine' }, process: {} }, 'single-platform'],
  ['an evt that is no object', { agent: { rule_id: 'mine', os: 'linux' }, evt: 'open' }, 'linux'],
  ['agent.os before keys that a newer agent may bring back', { evt, agent: { os: 'linux' }, process: { name: 'sh' } }, 'linux'],
  ['no marker', { evt, process: { pid: 1 } }, 'single-platform'],
  ['no marker', { evt, process: { pid: 1 } }, '2021', 'documented'],
  ['a name after 2021', { evt: { name: 'bpf' }, process: {} }, 'single-platform', 'documented'],
  ['evt.async', { evt: { name: 'open', async: false } }, 'single-platform', 'documented'],
  ['evt.matched_rules', { evt: { name: 'open', matched_rules: [] } }, 'single-platform', 'documented'],
  ['process.argv0', { evt, process: { argv0: 'sh' } }, 'single-platform', 'documented'],
  ...KEYS_AFTER_2021.map((key) => [key, { evt, [key]: {} }, 'single-platform', 'documented'] as const),
];

describe('generation of an event', () => {
  for (const [what, event, generation, conformance = 'compat'] of MARKERS) {
    it(`${conformance}: ${what} → ${generation}`, () => assert.equal(generationOf(event, conformance), generation));
  }

  it('survives any nonsense in the places it looks at', () => {
    for (const nonsense of [null, 1, 'text', [], true]) {
      const event = { agent: nonsense, evt: nonsense, process: nonsense, file: nonsense, usr: nonsense };
      assert.equal(generationOf(event, 'compat'), 'single-platform');
      assert.equal(generationOf({ evt: {}, process: { parent: nonsense, executable: nonsense } }, 'compat'), 'single-platform');
    }
  });

  it('lists the root keys that tell the schemas apart', async () => {
    const [early, middle, late] = [await rootKeys('2021-agent'), await rootKeys('single-platform'), await rootKeys('linux')];
    const wrapper = ['agent', 'title'];
    assert.deepEqual([...KEYS_SINCE_SPLIT].sort(), late.filter((key) => !middle.includes(key) && !wrapper.includes(key)).sort());
    assert.deepEqual([...KEYS_AFTER_2021].sort(), middle.filter((key) => !early.includes(key)).sort());
  });
});

async function rootKeys(name: '2021-agent' | 'single-platform' | 'linux'): Promise<string[]> {
  const schema = await readInputSchema(name);
  return Object.keys(schema['properties'] as JsonObject);
}
