/** `evt`: what happened, and which rules saw it. */
import { categoryOf } from '../event-types.ts';
import type { JsonObject } from '../types.ts';
import { context, renamed } from './fields.ts';
import { boolean, freeObject, integer, list, object, text, texts } from './kinds.ts';

const matchedRule = context('matched_rule', {
  id: text,
  version: text,
  tags: texts,
  policy_name: text,
  policy_version: text,
});

const matchingSubExpression = context('matching_subexpr', { offset: integer, length: integer, value: text, field: text });

const ruleContext = context('rule_context', { matching_subexprs: list(object(matchingSubExpression)), expression: text });

const EVT_FIELDS = {
  name: text,
  category: renamed('reported_category', text),
  outcome: text,
  async: boolean,
  matched_rules: list(object(matchedRule)),
  variables: freeObject,
  rule_context: object(ruleContext),
  source: text,
};

export const evt = context('evt', EVT_FIELDS, { category: 'text' });

/**
 * Gives an event the category that the newest agent writes for its name: agents have moved names between categories
 * several times. What this agent reported stays beside it when it differs.
 */
export function withCategory(fields: JsonObject): JsonObject {
  const { name } = fields;
  const category = categoryOf(name as string | undefined);
  const output: JsonObject = name === undefined ? { category } : { name, category };
  for (const key in fields) {
    if (key === 'name' || (key === 'reported_category' && fields[key] === category)) continue;
    output[key] = fields[key];
  }
  return output;
}
