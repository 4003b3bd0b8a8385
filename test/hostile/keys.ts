/** Keys that mean something to JavaScript, keys twice, and keys that do not fit. */
import type { JsonObject } from '../../src/types.ts';
import { customEvent, linuxEvent } from '../valid-events.ts';
import { type Family, HOLE, type HostileCase, line, payload } from './case.ts';

const POISON = '{"polluted":true}';
const poison: unknown = JSON.parse(POISON);

/** An event with a hole in the object at these keys. */
function holed(path: readonly (string | number)[], event: JsonObject = linuxEvent()): JsonObject {
  let object = event;
  for (const key of path) object = object[key] as JsonObject;
  object[HOLE] = 0;
  return event;
}

const LEVELS: readonly (readonly (string | number)[])[] = [
  [],
  ['evt'],
  ['evt', 'matched_rules', 0],
  ['agent'],
  ['process'],
  ['process', 'credentials'],
  ['process', 'executable'],
  ['process', 'ancestors', 1],
  ['file'],
  ['usr'],
];

const AT_EVERY_LEVEL = LEVELS.map((path): HostileCase => {
  const pointer = ['', ...path].join('/');
  return {
    name: `__proto__ in ${path.length === 0 ? 'the event' : path.join('.')}`,
    what: `\`"__proto__": ${POISON}\` as an own key: kept under \`extra\``,
    input: () => line(holed(path), `"__proto__":${POISON}`),
    expected: { valid: 1 },
    extra: { [`${pointer}/__proto__`]: poison },
  };
});

const INHERITED = [
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  'valueOf',
  'toJSON',
  '__defineGetter__',
  'then',
  'length',
];

const BY_NAME = INHERITED.map(
  (key): HostileCase => ({
    name: `${key} as a key`,
    what: `\`"${key}": ${POISON}\` in the event and in \`process\`, and \`null\` in \`agent\``,
    input: () => {
      const event = linuxEvent();
      return line({
        ...event,
        [key]: poison,
        process: { ...(event['process'] as object), [key]: poison },
        agent: { ...(event['agent'] as object), [key]: null },
      });
    },
    expected: { valid: 1 },
    extra: { [`/${key}`]: poison, [`/process/${key}`]: poison, [`/agent/${key}`]: null },
  }),
);

const ELSEWHERE: readonly HostileCase[] = [
  {
    name: '__proto__ in an unknown object',
    what: 'beneath a key that goes to `extra` as it is',
    input: () => line({ ...linuxEvent(), new_key: HOLE }, `{"__proto__":${POISON},"constructor":{"prototype":${POISON}}}`),
    expected: { valid: 1 },
    extra: { '/new_key': JSON.parse(`{"__proto__":${POISON},"constructor":{"prototype":${POISON}}}`) },
  },
  {
    name: '__proto__ in an item of args',
    what: 'arguments are texts, so the object is refused',
    input: () => {
      const event = linuxEvent();
      (event['process'] as JsonObject)['args'] = ['-c', HOLE];
      return line(event, `{"__proto__":${POISON}}`);
    },
    expected: { valid: 0, rejects: { 'schema.type': 1 } },
  },
  {
    name: '__proto__ in evt.variables',
    what: 'in an object whose keys are the user’s',
    input: () => {
      const event = linuxEvent();
      (event['evt'] as JsonObject)['variables'] = { [HOLE]: 0 };
      return line(event, `"__proto__":${POISON},"constructor":1`);
    },
    expected: { valid: 1 },
    written: '"variables":{"__proto__":{"polluted":true},"constructor":1}',
  },
  {
    name: '__proto__ in an envelope',
    what: 'beside `message`',
    input: () => payload(line(linuxEvent())).replace('{', `{"__proto__":${POISON},"constructor":7,`),
    expected: { valid: 1 },
    written: '"extra":{"/__proto__":{"polluted":true},"/constructor":7}',
  },
  {
    name: '__proto__ in a message',
    what: 'in the event that the message holds',
    input: () => payload(line(holed([]), `"__proto__":${POISON}`)),
    expected: { valid: 1 },
    extra: { '/__proto__': poison },
  },
  {
    name: '__proto__ in place of attributes',
    what: 'an event under `__proto__` is no event',
    input: () => `{"__proto__":${line(linuxEvent()).trim()}}`,
    expected: { valid: 0, rejects: { 'envelope.unknown': 1 } },
  },
  {
    name: '__proto__ as a tag',
    what: '`ddtags` of `__proto__:polluted,constructor:x,hasOwnProperty,:y`',
    input: () => payload(line(linuxEvent())).replace('{', '{"ddtags":"__proto__:polluted,constructor:x,hasOwnProperty,:y",'),
    expected: { valid: 1 },
    written: '"tags":{"__proto__":["polluted"],"constructor":["x"],"hasOwnProperty":[],"":["y"]}',
  },
  {
    name: '__proto__ as a rule id',
    what: 'a key of `test_events` of a self test',
    input: () => line(customEvent('self_test', { test_events: { [HOLE]: 0 } }), `"__proto__":{"evt":{"name":"open"}}`),
    expected: { valid: 1 },
    written: '"test_events":{"__proto__":{"evt":{"name":"open","category":"File Activity"}}}',
  },
  {
    name: '__proto__ as an event name',
    what: '`evt.name` of `__proto__`: an unknown event',
    input: () => line({ ...linuxEvent(), evt: { name: '__proto__', category: 'constructor', outcome: 'toString' } }),
    settings: { partition: ['name', 'category'] },
    expected: { valid: 1 },
    partitions: ['name=__proto__/category=unknown_activity'],
  },
  {
    name: 'constructor as an event name',
    what: '`evt.name` of `constructor` and of `hasOwnProperty`',
    input: () =>
      ['constructor', 'hasOwnProperty']
        .map((name) => line({ ...linuxEvent(), evt: { name, category: 'File Activity', outcome: 'Success' } }))
        .join(''),
    expected: { valid: 2 },
  },
  {
    name: 'constructor as a hash algorithm',
    what: '`constructor:00` in the hashes of a file is not taken for a hash that is there',
    input: () => line({ ...linuxEvent(), file: { path: '/a', hashes: ['constructor:00', 'sha1:11'], uid: 0, gid: 0, inode: 1 } }),
    expected: { valid: 1 },
    written: '"hashes":{"sha1":"11"}',
  },
  {
    name: 'agent of __proto__ only',
    what: 'a rule id that could only be inherited does not count',
    input: () => `{"agent":{"__proto__":{"rule_id":"heartbeat"}}}`,
    settings: { partition: ['rule_id', 'name'] },
    expected: { valid: 1 },
    partitions: ['rule_id=__HIVE_DEFAULT_PARTITION__/name=__HIVE_DEFAULT_PARTITION__'],
    extra: { '/agent/__proto__': { rule_id: 'heartbeat' } },
  },
];

const DUPLICATE = { valid: 0, rejects: { 'json.duplicate_key': 1 } } as const;

const TWICE: readonly HostileCase[] = [
  { name: 'key twice', what: 'two titles', input: () => line(holed([]), '"title":"another"'), expected: DUPLICATE },
  {
    name: 'key twice with one value',
    what: 'not even the same value twice',
    input: () => line(holed([]), '"title":"A shell was opened"'),
    expected: DUPLICATE,
  },
  {
    name: 'key twice by escapes',
    what: '`title` and `\\u0074itle`',
    input: () => line(holed([]), '"\\u0074itle":"another"'),
    expected: DUPLICATE,
  },
  {
    name: 'key twice deep inside',
    what: 'in an ancestor',
    input: () => line(holed(['process', 'ancestors', 1]), '"pid":1'),
    expected: DUPLICATE,
  },
  {
    name: 'key twice in an unknown object',
    what: 'nothing is chosen there either',
    input: () => line({ ...linuxEvent(), new_key: HOLE }, '{"a":1,"a":2}'),
    expected: DUPLICATE,
  },
  {
    name: '__proto__ twice',
    what: 'the key that a parser may drop',
    input: () => line(holed([]), `"__proto__":1,"__proto__":2`),
    expected: DUPLICATE,
  },
  {
    name: '__proto__ twice by escapes',
    what: '`__proto__` and `\\u005f_proto__`',
    input: () => line(holed([]), `"__proto__":1,"\\u005f_proto__":2`),
    expected: DUPLICATE,
  },
  {
    name: 'key twice in a message',
    what: 'in the event that an envelope holds as text',
    input: () => payload(line(holed([]), '"title":"another"')),
    expected: DUPLICATE,
  },
  {
    name: 'message twice',
    what: 'two messages in one payload',
    input: () => payload(line(linuxEvent())).replace('{', '{"message":"{}",'),
    expected: DUPLICATE,
  },
  {
    name: 'index twice',
    what: '`"7"` twice: JavaScript moves such keys',
    input: () => line({ ...linuxEvent(), new_key: HOLE }, '{"7":1,"a":2,"7":3}'),
    expected: DUPLICATE,
  },
  {
    name: 'keys that only look alike',
    what: '`é` composed and decomposed, `A` and `a`, empty and blank: all differ',
    input: () => line(holed([]), '"\\u00e9":1,"e\\u0301":2,"A":3,"a":4,"":5," ":6'),
    expected: { valid: 1 },
    extra: { '/é': 1, '/e\u0301': 2, '/A': 3, '/a': 4, '/': 5, '/ ': 6 },
  },
  {
    name: 'keys of pointers',
    what: '`a/b`, `a~b`, `a~1b` and `/` each keep a pointer of their own',
    input: () => line(holed([]), '"a/b":1,"a~b":2,"a~1b":3,"/":4'),
    expected: { valid: 1 },
    extra: { '/a~1b': 1, '/a~0b': 2, '/a~01b': 3, '/~1': 4 },
  },
];

export const KEYS: Family = { title: 'Keys', cases: [...AT_EVERY_LEVEL, ...BY_NAME, ...ELSEWHERE, ...TWICE] };
