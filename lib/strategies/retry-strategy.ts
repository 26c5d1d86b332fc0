import type { MaybeAsync } from '../base/thenable.js';
import type { RetryCallState } from '../call/call-state.js';
import type { JudgedState } from '../call/judged-state.js';
import { coerce } from './coerce.js';
import { combination } from './combination.js';
import { mapAnswer } from './decide.js';
import type { Declaration, Option } from './declaration.js';
import { built, factoryOf, type Declared } from './define.js';
import { Strategy, traitOf, type Source } from './strategy.js';

/** What `retryIf` takes: a strategy, or a plain function of the call state. */
export type RetryLike<T = unknown> = RetryStrategy | ((state: JudgedState<T>) => boolean | Promise<boolean>);

/** Decides whether the outcome of an attempt is retried. */
export abstract class RetryStrategy extends Strategy {
  /** @internal */
  static override readonly $brand: string = 'tenax.RetryStrategy';
  /** @internal */
  override get family(): string {
    return 'retryIf';
  }
  /** True if it never holds for a value, so that the engine need not ask it after a success. @internal */
  readonly errorsOnly: boolean = false;

  /** Returns true to retry. */
  abstract shouldRetry(state: RetryCallState): boolean | Promise<boolean>;

  /** Returns a condition that retries when this or any of the others would (tenacity's `|`). */
  or(...others: RetryLike[]): RetryStrategy {
    return anyRetry(this, ...others.map((other) => toRetry('retryIf.or', other)));
  }

  /** Returns a condition that retries only when this and all of the others would (tenacity's `&`). */
  and(...others: RetryLike[]): RetryStrategy {
    return allRetries(this, ...others.map((other) => toRetry('retryIf.and', other)));
  }

  /** Returns the negation, for values too: it retries exactly what this condition does not. */
  not(): RetryStrategy {
    return retryOf({ declaration: NOT, args: [this], given: [this] }, (state) =>
      mapAnswer(this.shouldRetry(state), (retried) => !retried),
    );
  }
}

type Test = (state: RetryCallState) => MaybeAsync<boolean>;

const NOT: Declaration = { name: 'retryIf.not', form: 'method' };

/** What is made by a method of another condition. @internal */
export const RETRY_METHODS: readonly Declaration[] = [NOT];

function retryOf(source: Source, shouldRetry: Test): RetryStrategy {
  const errorsOnly = traitOf({ source } as Strategy, 'errorsOnly') === true;
  return built(RetryStrategy, { source, shouldRetry, errorsOnly });
}

/** Makes the factory of a condition: `test` receives the checked arguments and returns the function of the state. @internal */
export const retryFactory = (
  declaration: Declaration & { readonly test: (...args: never[]) => (state: JudgedState) => MaybeAsync<boolean> },
): ((...given: any[]) => RetryStrategy) & Declared =>
  factoryOf('retryIf', declaration, (source, ...args) => retryOf(source, declaration.test(...args) as Test));

/** Reads an option that takes a retry condition. @internal */
export const toRetry = (option: string, given: unknown): RetryStrategy =>
  coerce(option, given, RetryStrategy, 'a retry strategy (retryIf.exceptionType(Error))', retryOf);

/** A condition, or a function of the call state. */
export const retryOption: Option<RetryStrategy, RetryLike> = {
  type: 'retryIf',
  atLeastOne: 'at least one strategy',
  check: toRetry,
};

const ask = (member: RetryStrategy, state: RetryCallState): MaybeAsync<boolean> => member.shouldRetry(state);
const errorsOnly = (...members: RetryStrategy[]): boolean => members.every((member) => member.errorsOnly);

/** `retryIf.any`. @internal */
export const anyRetry: (...conditions: RetryLike[]) => RetryStrategy = /* @__PURE__ */ retryFactory({
  ...combination('retryIf', 'any', retryOption, ask),
  errorsOnly,
});

/** `retryIf.all`. @internal */
export const allRetries: (...conditions: RetryLike[]) => RetryStrategy = /* @__PURE__ */ retryFactory({
  ...combination('retryIf', 'all', retryOption, ask),
  errorsOnly,
});
