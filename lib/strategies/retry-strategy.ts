import type { RetryCallState } from '../call/call-state.js';
import { checkMembers, coerce } from './coerce.js';
import { firstDecisive, mapAnswer, type MaybeAsync } from './decide.js';
import { flattened, Strategy, type Source } from './strategy.js';

/** What `retryIf` takes: a strategy, or a plain function of the call state. */
export type RetryLike<T = unknown> = RetryStrategy | ((state: RetryCallState<T>) => boolean | Promise<boolean>);

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

/** What the factories make. @internal */
export class BuiltRetry extends RetryStrategy {
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

/** The condition that any, or all, of these make. @internal */
export function combined(factory: 'any' | 'all', members: readonly RetryStrategy[]): RetryStrategy {
  checkMembers(`retryIf.${factory}`, members);
  const flat = flattened(factory, members);
  return new BuiltRetry(
    { factory, args: flat, form: 'list' },
    (state) => firstDecisive(flat, factory === 'any', (member) => member.shouldRetry(state)),
    flat.every((member) => member.errorsOnly),
  );
}
