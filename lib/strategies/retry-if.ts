import { checkFunction, formatValue } from '../base/check.js';
import type { RetryCallState } from '../call/call-state.js';
import type { Outcome } from '../call/outcome.js';
import { mapAnswer, type MaybeAsync } from './decide.js';
import { messageTest, type MessageCondition } from './exception-message.js';
import { BuiltRetry, combined, toRetry, type RetryLike, type RetryStrategy } from './retry-strategy.js';
import type { Source } from './strategy.js';

export type { MessageCondition } from './exception-message.js';
export { RetryStrategy, type RetryLike } from './retry-strategy.js';

/** Any class, abstract ones included; what `instanceof` takes. */
export type ErrorClass = abstract new (...args: never[]) => unknown;

function outcomeOf(state: RetryCallState): Outcome {
  if (state.outcome === undefined) throw new TypeError('a retry condition is asked about an attempt that has ended');
  return state.outcome;
}

/** Retries errors for which `test` holds, and never a value. */
const onError = (source: Source, test: (error: unknown) => MaybeAsync<boolean>): RetryStrategy =>
  new BuiltRetry(
    source,
    (state) => {
      const outcome = outcomeOf(state);
      return outcome.failed && test(outcome.error);
    },
    true,
  );

/** Retries every value, and errors for which `test` holds: tenacity's `unless` and its negated messages. */
const onValueOrError = (source: Source, test: (error: unknown) => boolean): RetryStrategy =>
  new BuiltRetry(source, (state) => {
    const outcome = outcomeOf(state);
    return !outcome.failed || test(outcome.error);
  });

function checkClasses(factory: string, classes: readonly unknown[]): readonly ErrorClass[] {
  for (const each of classes) {
    if (typeof each !== 'function' || typeof each.prototype !== 'object') {
      throw new TypeError(`${factory} takes error classes (RateLimitError, TypeError), got ${formatValue(each)}`);
    }
  }
  return classes.length === 0 ? [Error] : (classes as ErrorClass[]);
}

const isOneOf = (error: unknown, classes: readonly ErrorClass[]): boolean =>
  classes.some((each) => error instanceof each);

/** Walks `error.cause`; a chain may be circular. */
function hasCause(error: unknown, classes: readonly ErrorClass[]): boolean {
  const seen = new Set<unknown>();
  let current = error;
  while (typeof current === 'object' && current !== null && !seen.has(current)) {
    seen.add(current);
    current = (current as { cause?: unknown }).cause;
    if (isOneOf(current, classes)) return true;
  }
  return false;
}

/** Whether an error says that somebody gave up, by the names that the platform and axios use. */
export function isAbortError(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  const { name } = error as { name?: unknown };
  return name === 'AbortError' || name === 'CanceledError';
}

/** What is tried again where nothing else is said: any error but an abort. @internal */
export const anyError: RetryStrategy = /* @__PURE__ */ onError(
  { factory: 'exception', args: [] },
  (error) => !isAbortError(error),
);

/** Which outcomes are tried again. The factories carry tenacity's names without their `retry_` and `retry_if_`. */
export const retryIf = {
  /** Whatever the outcome, values too (tenacity's `retry_always`). */
  always: /* @__PURE__ */ new BuiltRetry({ factory: 'always' }, () => true) as RetryStrategy,

  /** Nothing (tenacity's `retry_never`). `TryAgain` still asks for another attempt. */
  never: /* @__PURE__ */ new BuiltRetry({ factory: 'never' }, () => false, true) as RetryStrategy,

  /** Errors for which `test` holds; without one any error but an abort (tenacity's `retry_if_exception`). */
  exception<E = any>(test?: (error: E) => boolean | Promise<boolean>): RetryStrategy {
    if (test === undefined) return anyError;
    checkFunction('retryIf.exception', test, 'a function of the error');
    return onError({ factory: 'exception', args: [test] }, (error) => test(error as E));
  },

  /** Errors of these classes; without one, of `Error` (tenacity's `retry_if_exception_type`). */
  exceptionType(...classes: ErrorClass[]): RetryStrategy {
    const wanted = checkClasses('retryIf.exceptionType', classes);
    return onError({ factory: 'exceptionType', args: classes, form: 'list' }, (error) => isOneOf(error, wanted));
  },

  /** Errors of any other class; never a value (tenacity's `retry_if_not_exception_type`). */
  notExceptionType(...classes: ErrorClass[]): RetryStrategy {
    const barred = checkClasses('retryIf.notExceptionType', classes);
    return onError({ factory: 'notExceptionType', args: classes, form: 'list' }, (error) => !isOneOf(error, barred));
  },

  /** Until an error of these classes comes: values are retried too (tenacity's `retry_unless_exception_type`). */
  unlessExceptionType(...classes: ErrorClass[]): RetryStrategy {
    const awaited = checkClasses('retryIf.unlessExceptionType', classes);
    return onValueOrError(
      { factory: 'unlessExceptionType', args: classes, form: 'list' },
      (error) => !isOneOf(error, awaited),
    );
  },

  /** Errors with one of these classes anywhere in their chain of causes (tenacity's `retry_if_exception_cause_type`). */
  exceptionCauseType(...classes: ErrorClass[]): RetryStrategy {
    const wanted = checkClasses('retryIf.exceptionCauseType', classes);
    return onError({ factory: 'exceptionCauseType', args: classes, form: 'list' }, (error) => hasCause(error, wanted));
  },

  /**
   * Errors with this very `message`, or one that begins with a `match` for the pattern (tenacity's
   * `retry_if_exception_message`). Of a thrown value that is no Error, `String(value)` is looked at.
   */
  exceptionMessage(condition: MessageCondition): RetryStrategy {
    return onError(
      { factory: 'exceptionMessage', args: [{ ...condition }] },
      messageTest('retryIf.exceptionMessage', condition),
    );
  },

  /** Errors with another message, and every value (tenacity's `retry_if_not_exception_message`). */
  notExceptionMessage(condition: MessageCondition): RetryStrategy {
    const test = messageTest('retryIf.notExceptionMessage', condition);
    return onValueOrError({ factory: 'notExceptionMessage', args: [{ ...condition }] }, (error) => !test(error));
  },

  /** Values for which `test` holds; never an error (tenacity's `retry_if_result`). */
  result<T = any>(test: (value: T) => boolean | Promise<boolean>): RetryStrategy {
    checkFunction('retryIf.result', test, 'a function of the result');
    return new BuiltRetry({ factory: 'result', args: [test] }, (state) => {
      const outcome = outcomeOf(state);
      return !outcome.failed && test(outcome.value as T);
    });
  },

  /** Values for which `test` does not hold; never an error (tenacity's `retry_if_not_result`). */
  notResult<T = any>(test: (value: T) => boolean | Promise<boolean>): RetryStrategy {
    checkFunction('retryIf.notResult', test, 'a function of the result');
    return new BuiltRetry({ factory: 'notResult', args: [test] }, (state) => {
      const outcome = outcomeOf(state);
      return !outcome.failed && mapAnswer(test(outcome.value as T), (answer) => !answer);
    });
  },

  /** When any of these would, asked in order (tenacity's `retry_any`). */
  any: (...conditions: RetryLike[]): RetryStrategy =>
    combined(
      'any',
      conditions.map((each) => toRetry('retryIf.any', each)),
    ),

  /** When all of these would (tenacity's `retry_all`). */
  all: (...conditions: RetryLike[]): RetryStrategy =>
    combined(
      'all',
      conditions.map((each) => toRetry('retryIf.all', each)),
    ),
};
