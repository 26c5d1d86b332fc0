import type { MaybeAsync } from '../base/thenable.js';
import type { RetryCallState } from '../call/call-state.js';
import type { JudgedState } from '../call/judged-state.js';
import { coerce } from './coerce.js';
import { combination } from './combination.js';
import type { Declaration, Option } from './declaration.js';
import { built, factoryOf, type Declared } from './define.js';
import { Strategy } from './strategy.js';

/** What `stop` takes: a strategy, or a plain function of the call state. */
export type StopLike<T = unknown> = StopStrategy | ((state: JudgedState<T>) => boolean | Promise<boolean>);

/**
 * Decides whether a call gives up although its outcome could be retried. It is asked after `wait`, so `state.upcomingSleep`
 * is known.
 */
export abstract class StopStrategy extends Strategy {
  /** @internal */
  static override readonly $brand: string = 'tenax.StopStrategy';
  /** @internal */
  override get family(): string {
    return 'stop';
  }

  /** Returns true to give up. */
  abstract shouldStop(state: RetryCallState): boolean | Promise<boolean>;

  /** Returns a stop that stops when this or any of the others does (tenacity's `|`). */
  or(...others: StopLike[]): StopStrategy {
    return anyStop(this, ...others.map((other) => toStop('stop.or', other)));
  }

  /** Returns a stop that stops only when this and all of the others do (tenacity's `&`). */
  and(...others: StopLike[]): StopStrategy {
    return allStops(this, ...others.map((other) => toStop('stop.and', other)));
  }
}

type Test = (state: RetryCallState) => MaybeAsync<boolean>;

const stopOf = (source: Strategy['source'], shouldStop: Test): StopStrategy =>
  built(StopStrategy, { source, shouldStop });

/** Makes the factory of a stop: `test` receives the checked arguments and returns the function of the state. @internal */
export const stopFactory = (
  declaration: Declaration & { readonly test: (...args: never[]) => (state: JudgedState) => MaybeAsync<boolean> },
): ((...given: any[]) => StopStrategy) & Declared =>
  factoryOf('stop', declaration, (source, ...args) => stopOf(source, declaration.test(...args) as Test));

/** Reads an option that takes a stop. @internal */
export const toStop = (option: string, given: unknown): StopStrategy =>
  coerce(option, given, StopStrategy, 'a stop strategy (stop.afterAttempt(6))', stopOf);

/** A stop, or a function of the call state. */
export const stopOption: Option<StopStrategy, StopLike> = {
  type: 'stop',
  atLeastOne: 'at least one strategy',
  check: toStop,
};

const ask = (member: StopStrategy, state: RetryCallState): MaybeAsync<boolean> => member.shouldStop(state);

/** `stop.any`. @internal */
export const anyStop: (...stops: StopLike[]) => StopStrategy = /* @__PURE__ */ stopFactory(
  combination('stop', 'any', stopOption, ask),
);

/** `stop.all`. @internal */
export const allStops: (...stops: StopLike[]) => StopStrategy = /* @__PURE__ */ stopFactory(
  combination('stop', 'all', stopOption, ask),
);

/** Milliseconds from the start of the call to the end of the attempt. A state that was made by hand may have none. */
export const elapsed = (state: RetryCallState): number => state.elapsed ?? 0;
