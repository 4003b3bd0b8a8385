/**
 * `usr`: the user who acted. Linux agents call the name `id`, those of 2020 called it `user`, and Windows calls it `name`;
 * it is one fact.
 */
import { context, renamed } from './fields.ts';
import { text } from './kinds.ts';

export const usr = context('usr', { id: renamed('name', text), user: renamed('name', text), name: text, group: text, sid: text });
