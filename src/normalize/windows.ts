/** Contexts that only Windows agents write. */
import { type Context, context } from './fields.ts';
import { text } from './kinds.ts';

export const WINDOWS_CONTEXTS: { readonly [key: string]: Context } = {
  registry: context('registry', { key_name: text, key_path: text, value_name: text }),
  // The event is called change_permission, the key permission_change.
  permission_change: context('permission_change', {
    username: text,
    user_domain: text,
    path: text,
    type: text,
    old_sd: text,
    new_sd: text,
  }),
};
