import { checkFunction, checkKeys, show } from '../base/check.js';
import type { RetryCallState } from '../state/call-state.js';
import type { Outcome } from '../state/outcome.js';
import { checkMembers, coerce } from './coerce.js';
import { firstDecisive, mapAnswer, type MaybeAsync } from './decide.js';
import { Strategy, type Source } from './strategy.js';

/** What `retryIf` takes: a strategy, or a plain function of the call state. */
export type RetryLike<T = unknown> = RetryStrategy | ((state: RetryCallState<T>) => boolean | Promise<boolean>);

/** Any class, abstract ones included; what `instanceof` takes. */
export type ErrorClass = abstract new (...args: never[]) => unknown;

type Predicate = (state: RetryCallState) => MaybeAsync<boolean>;

/** Decides whether the outcome of an attempt is to be tried again. */
export abstract class RetryStrategy extends Strategy {
  /** @internal */
  static override readonly $brand: string = 'tenax.RetryStrategy';
  /** @internal */
  readonly family: string = 'retryIf';
  /** Never true for a value, so that the engine need not ask after a success. @internal */
  readonly errorsOnly: boolean = false;

  /** True to try again. */
  abstract shouldRetry(state: RetryCallState): boolean | Promise<boolean>;

  /** Retries when this or any of the others would (tenacity's `|`). */
  or(...others: RetryLike[]): RetryStrategy {
    return combined('any', [this, ...others.map((other) => toRetry('retryIf.or', other))]);
  }

  /** Retries only when this and all of the others would (tenacity's `&`). */
  and(...others: RetryLike[]): RetryStrategy {
    return combined('all', [this, ...others.map((other) => toRetry('retryIf.and', other))]);
  }

  /** The plain negation, of values too: what was not retried is, and the other way round. */
  not(): RetryStrategy {
    return new BuiltRetry({ factory: 'not', args: [this], form: 'method' }, (state) =>
      mapAnswer(this.shouldRetry(state), (answer) => !answer),
    );
  }
}

class BuiltRetry extends RetryStrategy {
  readonly shouldRetry: Predicate;
  override readonly errorsOnly: boolean;
  override readonly family: string;

  constructor(source: Source, shouldRetry: Predicate, errorsOnly = false, family = 'retryIf') {
    super(source);
    this.shouldRetry = shouldRetry;
    this.errorsOnly = errorsOnly;
    this.family = family;
    Object.freeze(this);
  }
}

/** A condition of another namespace. @internal */
export const conditionOf = (family: string, source: Source, ask: Predicate, errorsOnly = false): RetryStrategy =>
  new BuiltRetry(source, ask, errorsOnly, family);

/** Reads an option that takes a retry condition. @internal */
export const toRetry = (option: string, given: unknown): RetryStrategy =>
  coerce(
    option,
    given,
    RetryStrategy,
    'a retry strategy (retryIf.exceptionType(Error))',
    (fn: Predicate, source) => new BuiltRetry(source, fn),
  );

function combined(factory: 'any' | 'all', members: readonly RetryStrategy[]): RetryStrategy {
  checkMembers(`retryIf.${factory}`, members);
  const flat = members.flatMap((member) =>
    member instanceof BuiltRetry && member.source?.factory === factory
      ? (member.source.args as RetryStrategy[])
      : [member],
  );
  return new BuiltRetry(
    { factory, args: flat, form: 'list' },
    (state) => firstDecisive(flat, factory === 'any', (member) => member.shouldRetry(state)),
    flat.every((member) => member.errorsOnly),
  );
}

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
      throw new TypeError(`${factory} takes error classes (RateLimitError, TypeError), got ${show(each)}`);
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
    if (current !== undefined && isOneOf(current, classes)) return true;
  }
  return false;
}

/** A message condition: the very text, or a pattern that the text must begin with. */
export type MessageCondition =
  | { readonly message: string; readonly match?: undefined }
  | { readonly match: string | RegExp; readonly message?: undefined };

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** tenacity's re.match: the pattern is anchored at the start. Sticky, so that `m` cannot anchor it elsewhere. */
function messageTest(factory: string, condition: MessageCondition): (error: unknown) => boolean {
  checkKeys(factory, condition, ['message', 'match']);
  const { message, match } = condition as { message?: unknown; match?: unknown };
  if ((message === undefined) === (match === undefined))
    throw new TypeError(`${factory} takes either message or match`);
  if (message !== undefined) {
    if (typeof message !== 'string') throw new TypeError(`${factory}: message takes a string, got ${show(message)}`);
    return (error) => messageOf(error) === message;
  }
  if (typeof match !== 'string' && !(match instanceof RegExp)) {
    throw new TypeError(`${factory}: match takes a string or a RegExp, got ${show(match)}`);
  }
  const pattern =
    typeof match === 'string'
      ? compiled(factory, match)
      : new RegExp(match.source, `${match.flags.replace(/[gy]/g, '')}y`);
  return (error) => {
    pattern.lastIndex = 0;
    return pattern.test(messageOf(error));
  };
}

function compiled(factory: string, pattern: string): RegExp {
  try {
    return new RegExp(pattern, 'y');
  } catch (error) {
    const { message } = error as Error;
    throw new TypeError(`${factory}: match takes the source of a RegExp: ${message}`, { cause: error });
  }
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
