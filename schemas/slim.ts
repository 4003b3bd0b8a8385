/**
 * Makes ajv's generated code less than half as large and bounds what it does on hostile input. ajv writes each error out in full,
 * passes five values from validator to validator of which Winnow reads one, and has no limit to the number of errors.
 * Whatever form of code this file does not know stops the build, and a test compares the result with ajv's own validators.
 */

const ERROR =
  /const (err\d+) = \{instancePath(?::(.+?))?,schemaPath:"([^"]*)",keyword:"(\w+)",params:(\{.*?\})\};if\(vErrors === null\)\{vErrors = \[\1\];\}else \{vErrors\.push\(\1\);\}/gs;
/** Inside a condition only whether there are errors counts; they are thrown away. */
const EMPTY_ERROR = /const (err\d+) = \{\};if\(vErrors === null\)\{vErrors = \[\1\];\}else \{vErrors\.push\(\1\);\}/gs;
const INTEGER = /\(\(\(typeof (data\d*) == "number"\) && \(!\(\1 % 1\) && !isNaN\(\1\)\)\) && \(isFinite\(\1\)\)\)/g;
const PARAMETERS = /\{instancePath="", parentData, parentDataProperty, rootData=data\}=\{\}/g;
const ARGUMENTS = /\{instancePath(?::([^{}]+?))?,parentData(?::data\d*)?,parentDataProperty(?::[^{},]+)?,rootData\}/g;
const LIST_LOOP = /for\(let (i\d+)=0; \1<(len\d+); \1\+\+\)\{/g;
const OBJECT_LOOP = /for\((const key\d+ in data\d*)\)\{/g;
/** What must be gone in the end, and loops that are not bounded. Loops that begin with `;` compare items and add one error at most. */
const LEFTOVERS =
  /schemaPath|parentData|rootData|\.push\(|dynamicAnchors|evaluated|for\((?!let i\d+=0; i\d+<len\d+ && |const key\d+ in data\d*\)\{if\(errors|;)/;

/** The function that the slim code calls to note an error. */
export const WITH_ERROR = `function withError(errors, instancePath, keyword, params) {
  const error = { instancePath, keyword, params };
  if (errors === null) return [error];
  errors.push(error);
  return errors;
}`;

/** Takes the text of ajv's standalone validators; gives the same validators, each ending soon after `mostErrors` errors. */
export function slim(code: string, mostErrors: number): string {
  const result = code
    .replaceAll(ERROR, (_all, _name, path, schemaPath, keyword, params) => {
      return `vErrors = withError(vErrors, ${path ?? 'instancePath'}, "${branchOr(keyword, schemaPath)}", ${params});`;
    })
    .replaceAll(EMPTY_ERROR, 'vErrors = withError(vErrors);')
    .replaceAll(INTEGER, 'Number.isInteger($1)')
    .replaceAll(PARAMETERS, 'instancePath=""')
    .replaceAll(ARGUMENTS, (_all, path) => path ?? 'instancePath')
    .replaceAll(LIST_LOOP, `for(let $1=0; $1<$2 && errors < ${mostErrors}; $1++){`)
    .replaceAll(OBJECT_LOOP, `for($1){if(errors >= ${mostErrors})break;`);
  const leftover = LEFTOVERS.exec(result);
  if (leftover) {
    const place = result.slice(Math.max(0, leftover.index - 200), leftover.index + 200);
    throw new Error(`schemas/slim.ts does not know this form of ajv's code: ${place}`);
  }
  return result;
}

/** A key that only a condition demands is an error of the condition, and only the schema path tells. */
export function branchOr(keyword: string, schemaPath: string): string {
  if (keyword !== 'required') return keyword;
  return /\/(then|else)\//.exec(schemaPath)?.[1] ?? keyword;
}
