import { hide, TenaxError } from '../base/errors.js';
import type { Outcome } from '../call/outcome.js';
import type { RetryStatistics } from '../call/statistics.js';
import { describeError } from '../strategies/log.js';

/**
 * Why a call gave up: `stop` said so, the `deadline` cut off an attempt or comes before the end of the next sleep, the `budget`
 * was spent, or `wait` returned `Infinity`.
 */
export type StopReason = 'stop' | 'deadline' | 'budget' | 'wait';

/** What is known of a call that gave up. The class in `retryErrorClass` is constructed with it. */
export interface RetryErrorInit {
  readonly fnName: string;
  readonly lastAttempt: Outcome;
  /** How many attempts were made. */
  readonly attempts: number;
  /** What they threw, in order: the latest 100. Attempts that ended with a value are left out. */
  readonly errors: readonly unknown[];
  readonly statistics: RetryStatistics;
  readonly stopReason: StopReason;
  /** The policy's stop, for the message. */
  readonly stop?: unknown;
}

/** A class for `retryErrorClass`, such as `class MyError extends RetryError {}`. */
export type RetryErrorConstructor = new (init: RetryErrorInit) => Error;

/** Why the call gave up, for a message: `stop.afterAttempt(2)`. */
const reasonOf = ({ stopReason, stop }: RetryErrorInit): string =>
  ({
    stop: String(stop ?? 'stop'),
    deadline: 'the next attempt would begin after the deadline',
    budget: 'the retry budget is spent',
    wait: 'wait returned Infinity',
  })[stopReason];

/** A call gave up after its last attempt. `cause` is the last error. */
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

  /** @param options `cause`: what the call fails with under `reraise` if no attempt is left */
  constructor(message = 'another attempt was asked for', options?: { readonly cause?: unknown }) {
    super(message, options);
  }
}

/**
 * An attempt was cut off: it took longer than `attemptTimeout`, the `deadline` of its call passed, or an item of its stream or
 * a chunk of its body took longer than `idleTimeout`.
 */
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
   * The attempt's own error, if it had one, so that the policy's fault does not hide it. For `before` it is the error of
   * the previous attempt. For `onGiveUp` after a value it is what the call would have failed with.
   */
  declare readonly attemptError: unknown;

  constructor(option: string, fnName: string, thrown: unknown, attemptError: unknown) {
    super(`${option} threw during a call of ${fnName}: ${describeError(thrown)}`, { cause: thrown });
    this.option = option;
    hide(this, { attemptError });
  }
}
