/**
 * Runs the states that infra/backfill.asl.yml is made of, as Step Functions does: its expressions are evaluated, its items
 * batched, its errors retried and tolerated. It waits for nothing, and knows no state or field that is not used there.
 */
import jsonata from 'jsonata';

type Json = { readonly [name: string]: unknown };

export interface RetryRule {
  readonly ErrorEquals: readonly string[];
  readonly MaxAttempts: number;
}

/** One state; which members it has depends on its type. */
export interface State extends Json {
  readonly Type: string;
  readonly Next?: string;
  readonly Default?: string;
  readonly Choices?: readonly { readonly Condition: string; readonly Next: string }[];
  readonly ItemReader?: Json & { readonly Resource: string };
  readonly ItemBatcher?: Json;
  readonly ItemProcessor?: Machine & { readonly ProcessorConfig: Json };
  readonly Retry?: readonly RetryRule[];
}

export interface Machine {
  readonly StartAt: string;
  readonly States: { readonly [name: string]: State };
}

/** What lies outside of the machine. */
export interface World {
  /** The items of a reader whose expressions are evaluated. */
  readonly read: (reader: Json) => Promise<readonly unknown[]>;
  /** Throws as the function does. */
  readonly invoke: (request: { readonly Payload?: unknown }) => Promise<unknown>;
}

export interface Batch {
  readonly input: unknown;
  readonly attempts: number;
  /** What the batch gave, or the name and message of the error that it failed with in the end. */
  readonly output?: unknown;
  readonly failure?: { readonly error: string; readonly cause: string };
}

export interface Execution {
  readonly status: 'SUCCEEDED' | 'FAILED';
  readonly error?: unknown;
  readonly cause?: unknown;
  readonly batches: readonly Batch[];
}

/** Runs a machine from its first state to its end. */
export async function execute({ StartAt, States }: Machine, input: unknown, world: World): Promise<Execution> {
  let variables: Json = {};
  let name: string | undefined = StartAt;
  while (name !== undefined) {
    const state: State | undefined = States[name];
    if (state === undefined) throw new Error(`there is no state ${name}`);
    const scope: Json = { ...variables, states: { input } };
    switch (state.Type) {
      case 'Pass':
        variables = { ...variables, ...((await evaluate(state['Assign'], scope)) as Json) };
        name = state.Next;
        break;
      case 'Choice':
        name = (await choose(state, scope)) ?? state.Default;
        break;
      case 'Fail':
        return { status: 'FAILED', error: state['Error'], cause: await evaluate(state['Cause'], scope), batches: [] };
      case 'Map':
        return runMap(state, scope, world);
      default:
        throw new Error(`${name}: no ${state.Type} is expected here`);
    }
  }
  throw new Error('the machine has no end');
}

async function choose({ Choices = [] }: State, scope: Json): Promise<string | undefined> {
  for (const { Condition, Next } of Choices) if ((await evaluate(Condition, scope)) === true) return Next;
  return undefined;
}

async function runMap(state: State, scope: Json, world: World): Promise<Execution> {
  const { ItemReader, ItemBatcher, ItemProcessor } = state;
  if (ItemReader === undefined || ItemBatcher === undefined || ItemProcessor === undefined) throw new Error('no distributed map');
  const items = await world.read((await evaluate(ItemReader, scope)) as Json);
  const [task] = Object.values(ItemProcessor.States);
  if (task === undefined) throw new Error('the map has no task');
  const batches: Batch[] = [];
  let failedItems = 0;
  for (const batch of batchesOf(items, (await evaluate(ItemBatcher, scope)) as Json)) {
    const ran = await runTask(task, batch, world);
    batches.push(ran);
    if (ran.failure) failedItems += batch.Items.length;
  }
  const tolerated = Number(await evaluate(state['ToleratedFailurePercentage'], scope));
  const failed = (failedItems * 100) / items.length > tolerated;
  return { status: failed ? 'FAILED' : 'SUCCEEDED', ...(failed && { error: 'States.ExceedToleratedFailureThreshold' }), batches };
}

interface BatchInput {
  readonly BatchInput: unknown;
  readonly Items: unknown[];
}

/** Fills each batch up to whichever limit comes first. */
export function batchesOf(items: readonly unknown[], batcher: Json): readonly BatchInput[] {
  const { MaxItemsPerBatch, MaxInputBytesPerBatch, BatchInput } = batcher;
  const batches: BatchInput[] = [];
  let open: BatchInput | undefined;
  for (const item of items) {
    const grown = open && { ...open, Items: [...open.Items, item] };
    const fits = grown && grown.Items.length <= Number(MaxItemsPerBatch) && bytesOf(grown) <= Number(MaxInputBytesPerBatch);
    if (open && fits) open.Items.push(item);
    else {
      open = { BatchInput, Items: [item] };
      batches.push(open);
    }
  }
  return batches;
}

function bytesOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}

async function runTask(task: State, input: unknown, world: World): Promise<Batch> {
  const retried = new Map<RetryRule, number>();
  for (let attempts = 1; ; attempts++) {
    try {
      const request = await evaluate(task['Arguments'], { states: { input } });
      const result = { Payload: await world.invoke(request as { readonly Payload?: unknown }) };
      return { input, attempts, output: await evaluate(task['Output'], { states: { input, result } }) };
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      const rule = task.Retry?.find(({ ErrorEquals }) =>
        ErrorEquals.some((name) => name === error.name || name === 'States.ALL'),
      );
      const before = (rule && retried.get(rule)) ?? 0;
      if (rule === undefined || before >= rule.MaxAttempts)
        return { input, attempts, failure: { error: error.name, cause: error.message } };
      retried.set(rule, before + 1);
    }
  }
}

/** A template with the values of its expressions in their places. One without a value is an error, as it is in Step Functions. */
export async function evaluate(template: unknown, variables: Json): Promise<unknown> {
  if (Array.isArray(template)) return Promise.all(template.map((each) => evaluate(each, variables)));
  if (typeof template === 'object' && template !== null) {
    const entries = Object.entries(template).map(async ([name, value]) => [name, await evaluate(value, variables)] as const);
    return Object.fromEntries(await Promise.all(entries));
  }
  const [, expression] = (typeof template === 'string' && /^\{%(.+)%\}$/s.exec(template)) || [];
  if (expression === undefined) return template;
  const value: unknown = await jsonata(expression).evaluate({}, variables);
  if (value === undefined) throw new Error(`States.QueryEvaluationError: ${expression} has no value`);
  // JSONata marks its lists; what leaves a state is plain JSON.
  return JSON.parse(JSON.stringify(value));
}
