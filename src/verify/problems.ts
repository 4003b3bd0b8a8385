/** Everything that `winnow verify` can find, in one closed list. docs/verify.md is made from it. */

interface Explanation {
  readonly what: string;
  readonly fix: string;
  /** Worth knowing, but nothing is lost, doubled or wrong. */
  readonly note?: true;
}

const AGAIN = 'Process its input again with `--force`.';

const PROBLEMS = {
  'receipt.unreadable': {
    what: 'A receipt is not JSON, or not what its schema says, so nothing can be held against it.',
    fix: AGAIN,
  },
  'receipt.edited': {
    what: 'The text of a receipt is not as Winnow writes it.',
    fix: AGAIN,
  },
  'receipt.misplaced': {
    what: 'The key of a receipt, or the object id in it, is not the one that follows from its source.',
    fix: 'Delete it when it is a copy; otherwise process its input again with `--force`.',
  },
  'receipt.unbalanced': {
    what: 'The numbers in a receipt contradict each other or what its outputs hold.',
    fix: AGAIN,
  },
  'receipt.partial': {
    what: 'An attempt was stopped before the end of the object, and none has finished it since.',
    fix: 'Process its input again.',
  },
  'receipt.retired': {
    what: 'A receipt still names outputs that it replaced, which were about to be deleted.',
    fix: 'Process its input again, or replay: either deletes them.',
  },
  'receipt.repeated': {
    what: 'An object has receipts of two days: the same bytes were uploaded again later. Its rejects are there twice.',
    fix: 'Delete the older receipt, and the rejects that only it lists.',
  },
  'output.missing': {
    what: 'A receipt lists an output that is not there.',
    fix: AGAIN,
  },
  'output.changed': {
    what: 'The bytes of an output are not those that its receipt lists.',
    fix: AGAIN,
  },
  'output.damaged': {
    what: 'An output cannot be decompressed to its end, or ends in the middle of a line.',
    fix: AGAIN,
  },
  'output.miscounted': {
    what: 'An output has more or fewer lines than its receipt lists.',
    fix: AGAIN,
  },
  'output.foreign': {
    what: 'A line is not an event (under `events/`) or a reject (under `rejects/`) of the object that the output belongs to.',
    fix: AGAIN,
  },
  'output.misnamed': {
    what: 'A receipt lists an output under a key that Winnow does not give to an output of this object, or lists it twice.',
    fix: AGAIN,
  },
  'output.gap': {
    what: 'The parts that an object left in a folder are not numbered from 0 without a gap.',
    fix: AGAIN,
  },
  'output.orphan': {
    what: 'No receipt lists this object. Its receipt is missing, or it was put there by something else.',
    fix: 'When its object has no receipt, process the input again, unless that is going on right now; otherwise delete it.',
  },
  'output.unread': {
    what: 'An output or a receipt could not be read, so nothing is known of it.',
    fix: 'Mend what the message says, then verify again.',
  },
  'record.lost': {
    what: 'Records of an object are neither among its events nor among its rejects.',
    fix: AGAIN,
  },
  'record.doubled': {
    what: 'A record is in the outputs more than once.',
    fix: AGAIN,
  },
  'input.unprocessed': {
    what: 'An input has no complete receipt.',
    fix: 'Process it.',
  },
  'input.unread': {
    what: 'An input could not be listed or opened, so nobody knows whether it has a receipt.',
    fix: 'Mend what the message says, then verify again.',
  },
  'output.unfinished': {
    what: 'A part of an object whose receipt is partial; the next attempt writes it again.',
    fix: 'Process its input again.',
    note: true,
  },
  'input.gone': {
    what: 'The input of a receipt is not there any more, or was overwritten since.',
    fix: 'Nothing, when inputs are deleted or replaced on purpose.',
    note: true,
  },
} as const satisfies { readonly [kind: string]: Explanation };

export type ProblemKind = keyof typeof PROBLEMS;

export const PROBLEM_KINDS = Object.keys(PROBLEMS) as readonly ProblemKind[];

/** One thing found: which object it is about, and what exactly, with both sides of what does not agree. */
export interface Problem {
  readonly kind: ProblemKind;
  readonly key: string;
  readonly message: string;
}

export function problemOf(kind: ProblemKind): Explanation {
  return PROBLEMS[kind];
}
