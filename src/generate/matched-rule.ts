/** A rule as it stands in `evt.matched_rules`, which both platforms write alike. */
import type { JsonObject } from '../types.ts';
import type { Rule } from './story.ts';

export function matchedRule({ id, tags, policy, policyVersion }: Rule): JsonObject {
  return { id, version: '1.0.0', tags, policy_name: policy, policy_version: policyVersion };
}
