/** `agent`: who reported the event, and under which policy. */
import { context } from './fields.ts';
import { freeList, text } from './kinds.ts';

export const agent = context('agent', {
  rule_id: text,
  rule_version: text,
  rule_actions: freeList,
  policy_name: text,
  policy_version: text,
  version: text,
  os: text,
  arch: text,
  origin: text,
  kernel_version: text,
  distribution: text,
});
