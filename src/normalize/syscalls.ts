/** The system calls of an anomaly: a list today, one name under a key of its own before 2024. */
import { isObject } from '../json.ts';
import { context, type Kind, keep, within } from './fields.ts';
import { integer, list, object, text } from './kinds.ts';

const syscall = context('syscall_name', { name: text, id: integer });

export const syscalls: Kind = list(object(syscall));

export const anomalousSyscall: Kind = {
  type: 'objects',
  context: syscall,
  read: (value, place, key) => {
    if (!isObject(value) || typeof value['syscall'] !== 'string') return keep(value, place, key);
    for (const other in value) if (other !== 'syscall') keep(value[other], within(place, key), other);
    return [{ name: value['syscall'] }];
  },
};
