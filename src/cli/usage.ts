/** Errors of whoever called the program, and the exit statuses that scripts rely on. */
import { SettingsError } from '../settings.ts';
import { StoreError } from '../stores/port.ts';

export const EXIT_DONE = 0;
/** An object failed, or a check did not balance. */
export const EXIT_FAILED = 1;
/** Bad usage or bad settings. */
export const EXIT_USAGE = 2;

/** The command line or the environment is wrong; one line for each problem. */
export class UsageError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    // What two places have in common is wrong once.
    const once = [...new Set(problems)];
    super(once.join('\n'));
    this.name = 'UsageError';
    this.problems = once;
  }
}

export interface Checks {
  /** One line for each thing that is wrong. */
  readonly problems: string[];
  /**
   * What `read` gives, or undefined when it finds a setting or a place wrong, which is then among the problems. A place that is none
   * is told with the flag that it was given with.
   */
  check<T>(read: () => T | Promise<T>, flag?: string): Promise<T | undefined>;
}

/** Checks everything that can be checked before the work begins, so that all that is wrong can be told at once. */
export function createChecks(): Checks {
  const problems: string[] = [];
  const check = async <T>(read: () => T | Promise<T>, flag?: string): Promise<T | undefined> => {
    try {
      return await read();
    } catch (error) {
      if (error instanceof SettingsError) problems.push(...error.problems);
      else if (error instanceof StoreError)
        problems.push(flag && error.reason === 'not_found' ? `${flag}: ${error.message}` : error.message);
      else throw error;
      return undefined;
    }
  };
  return { problems, check };
}
