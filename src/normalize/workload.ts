/** What the process runs in and what watches it: container, cgroup, security profile, trace. */
import { context } from './fields.ts';
import { boolean, freeObject, idText, text, texts, time } from './kinds.ts';

export const container = context('container', { id: text, created_at: time, variables: freeObject });

export const cgroup = context('cgroup', { id: text, manager: text, variables: freeObject });

export const securityProfile = context('security_profile', {
  name: text,
  version: text,
  tags: texts,
  status: text,
  event_in_profile: boolean,
  event_type_state: text,
});

/** Trace ids were 64-bit numbers until early 2024 and are text since. */
export const dd = context('dd', { span_id: idText, trace_id: idText });
