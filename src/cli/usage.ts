/** Errors of whoever called the program, and the exit statuses that scripts rely on. */

export const EXIT_DONE = 0;
/** An object failed, or a check did not balance. */
export const EXIT_FAILED = 1;
/** Bad usage or bad settings. */
export const EXIT_USAGE = 2;

/** The command line or the environment is wrong; one line for each problem. */
export class UsageError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.name = 'UsageError';
    this.problems = problems;
  }
}
