import type { RetryOptions } from '../engine/options.js';

/** Something in a policy that is probably a mistake. */
export interface LintFinding {
  /** A stable code, so that you can ignore findings. */
  readonly code:
    | 'no-stop'
    | 'no-wait'
    | 'no-jitter'
    | 'attempt-timeout-over-deadline'
    | 'cap-never-reached'
    | 'retries-programming-errors'
    | 'wait-over-stop'
    | 'break-over-retries'
    | 'breaker-shared-by-hosts'
    | 'looks-like-seconds';
  /** The option that the finding is about. */
  readonly option: keyof RetryOptions;
  /** What is wrong, and how to fix it. */
  readonly message: string;
}
