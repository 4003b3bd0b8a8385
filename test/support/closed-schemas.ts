/** The output schemas as validators for tests, interpreted by ajv from the files that users read. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { OUTPUT_SCHEMAS } from '../../schemas/generate.ts';
import { isRfc3339 } from '../../src/rfc3339.ts';

export type OutputSchema = 'normalized-event' | 'reject' | 'receipt' | 'settings';

export function readOutputSchema(name: OutputSchema): { [keyword: string]: unknown } {
  return JSON.parse(readFileSync(new URL(`${name}.schema.json`, OUTPUT_SCHEMAS), 'utf8'));
}

/** Makes the function that fails unless a value, as JSON brings it back, is what the schema says. */
export function closedSchema(name: OutputSchema): (value: unknown, about?: string) => void {
  const ajv = new Ajv2020({ strict: true, allErrors: true, formats: { 'date-time': isRfc3339 } });
  const validate = ajv.compile(readOutputSchema(name));
  return (value, about = '') => {
    if (validate(value)) return;
    const errors = (validate.errors ?? []).map(
      (error) => `${error.instancePath} ${error.message} ${JSON.stringify(error.params)}`,
    );
    assert.fail([`${name} ${about}`, ...errors.slice(0, 5), JSON.stringify(value).slice(0, 3000)].join('\n'));
  };
}
