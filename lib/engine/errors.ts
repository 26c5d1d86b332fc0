import { hide, TenaxError } from '../base/errors.js';
import type { Outcome } from '../call/outcome.js';
import type { RetryStatistics } from '../call/statistics.js';
import { describeError } from '../strategies/log.js';

/**
 * Why a call was given up: `stop` said so, the next sleep would outlast the `deadline`, the `budget` was spent, or
 * `wait` answered `Infinity`.
 */
export type StopReason = 'stop' | 'deadline' | 'budget' | 'wait';

/** What a call that was given up leaves behind; what a class in `retryErrorClass` is constructed with. */
export interface RetryErrorInit {
  readonly fnName: string;
  readonly lastAttempt: Outcome;
  /** How many attempts were made. */
  readonly attempts: number;
  /** What they threw, in order: the latest 100. Attempts that ended in a value are not among them. */
  readonly errors: readonly unknown[];
  readonly statistics: RetryStatistics;
  readonly stopReason: StopReason;
  /** The policy's stop, for the message. */
  readonly stop?: unknown;
}

/** A class of one's own for `retryErrorClass`; `class MyError extends RetryError {}` is one. */
export type RetryErrorConstructor = new (init: RetryErrorInit) => Error;

/** Why the call was given up, in a message: `stop.afterAttempt(2)`. */
const reasonOf = ({ stopReason, stop }: RetryErrorInit): string =>
  ({
    stop: String(stop ?? 'stop'),
    deadline: 'the next attempt would begin after the deadline',
    budget: 'the retry budget is spent',
    wait: 'wait returned Infinity',
  })[stopReason];

/** A call was given up after its last attempt. `cause` is the last error. */
export class RetryError extends TenaxError {
  /** @internal */
  static override readonly $brand: string = 'tenax.RetryError';
  readonly code = 'TENAX_RETRY_EXHAUSTED';
  /** How many attempts were made. */
  readonly attempts: number;
  readonly stopReason: StopReason;
  /** How the last attempt ended. */
  declare readonly lastAttempt: Outcome;
  /** What the attempts threw, in order: the latest 100. */
  declare readonly errors: readonly unknown[];
  declare readonly statistics: RetryStatistics;

  constructor(init: RetryErrorInit) {
    const { fnName, attempts, lastAttempt, stopReason } = init;
    const ending = lastAttempt.failed
      ? `the last error was ${describeError(lastAttempt.error)}`
      : 'the last result was not accepted';
    super(
      `${fnName} gave up after ${attempts} attempt${attempts === 1 ? '' : 's'} (${reasonOf(init)}); ${ending}`,
      lastAttempt.failed ? { cause: lastAttempt.error } : undefined,
    );
    this.attempts = attempts;
    this.stopReason = stopReason;
    hide(this, { lastAttempt, errors: init.errors, statistics: init.statistics });
  }
}

/** Thrown inside an attempt to ask for another one, whatever `retryIf` says (tenacity's `TryAgain`). */
export class TryAgain extends TenaxError {
  /** @internal */
  static override readonly $brand: string = 'tenax.TryAgain';
  readonly code = 'TENAX_TRY_AGAIN';

  /** @param options `cause`: what the call is to fail with under `reraise` when no attempt is left */
  constructor(message = 'another attempt was asked for', options?: ErrorOptions) {
    super(message, options);
  }
}

/** An attempt was cut off because it took longer than `attemptTimeout`, or because the `deadline` of its call came. */
export class AttemptTimeoutError extends TenaxError {
  /** @internal */
  static override readonly $brand: string = 'tenax.AttemptTimeoutError';
  readonly code = 'TENAX_ATTEMPT_TIMEOUT';
  /** Which limit was reached. */
  readonly limit: 'attemptTimeout' | 'deadline' | 'idleTimeout';
  /** That limit, in milliseconds. */
  readonly timeout: number;
  readonly attemptNumber: number;

  constructor(fnName: string, attemptNumber: number, limit: AttemptTimeoutError['limit'], timeout: number) {
    const what = {
      attemptTimeout: `took longer than ${timeout} ms`,
      deadline: `was cut off at the deadline of ${timeout} ms`,
      idleTimeout: `sent nothing for ${timeout} ms`,
    }[limit];
    super(`attempt ${attemptNumber} of ${fnName} ${what}`);
    this.limit = limit;
    this.timeout = timeout;
    this.attemptNumber = attemptNumber;
  }
}

/** A part of the policy itself failed: a hook or a strategy threw. `cause` is what it threw. */
export class PolicyError extends TenaxError {
  /** @internal */
  static override readonly $brand: string = 'tenax.PolicyError';
  readonly code = 'TENAX_POLICY';
  /** The option that threw: `beforeSleep`, `wait` … */
  readonly option: string;
  /**
   * What the attempt itself had thrown, if it had; of `before` the attempt that failed last; of `onGiveUp` after a value what
   * the call would have failed with. Nothing is lost behind the policy's own fault.
   */
  declare readonly attemptError: unknown;

  constructor(option: string, fnName: string, thrown: unknown, attemptError: unknown) {
    super(`${option} threw during a call of ${fnName}: ${describeError(thrown)}`, { cause: thrown });
    this.option = option;
    hide(this, { attemptError });
  }
}
