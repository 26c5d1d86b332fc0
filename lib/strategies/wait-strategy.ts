import { checkDuration, checkRange } from '../base/check.js';
import { isThenable } from '../base/thenable.js';
import type { RetryCallState } from '../call/call-state.js';
import { checkMembers, coerce } from './coerce.js';
import { mapAnswer, type MaybeAsync } from './decide.js';
import { flattened, Strategy, type Source } from './strategy.js';

/** What `wait` takes: a strategy, or a plain function of the call state that answers milliseconds. */
export type WaitLike<T = unknown> = WaitStrategy | ((state: RetryCallState<T>) => number | Promise<number>);

type Delay = (state: RetryCallState) => MaybeAsync<number>;

/** Decides how long to sleep before the next attempt. All delays are milliseconds; `Infinity` gives the call up. */
export abstract class WaitStrategy extends Strategy {
  /** @internal */
  static override readonly $brand: string = 'tenax.WaitStrategy';
  /** @internal */
  readonly family: string = 'wait';

  /** Milliseconds to sleep before the next attempt; `Infinity`: do not try again. */
  abstract delay(state: RetryCallState): number | Promise<number>;

  /** The sum of this and the others (tenacity's `+`). */
  plus(...others: WaitLike[]): WaitStrategy {
    return sum([this, ...others.map((other) => toWait('wait.plus', other))]);
  }

  /** Never longer than `ms`; a delay of `Infinity` (give up) stays. */
  cappedAt(ms: number): WaitStrategy {
    checkDuration('cappedAt', ms, { infinite: true });
    return derived(this, 'cappedAt', ms, (delay) => (delay === Infinity ? delay : Math.min(delay, ms)));
  }

  /** Never shorter than `ms`. */
  atLeast(ms: number): WaitStrategy {
    checkDuration('atLeast', ms);
    return derived(this, 'atLeast', ms, (delay) => Math.max(delay, ms));
  }

  /**
   * Spreads a delay d evenly over [d·(1−fraction), d], at a cap too: callers that failed together do not come back
   * together, and no cap is exceeded.
   *
   * @throws RangeError unless `fraction` is from 0 to 1.
   */
  withJitter(fraction: number): WaitStrategy {
    checkRange('withJitter', fraction, 0, 1);
    return derived(this, 'withJitter', fraction, (delay, state) =>
      delay === Infinity ? delay : delay - delay * fraction * random(state),
    );
  }
}

/** What the factories make. @internal */
export class BuiltWait extends WaitStrategy {
  readonly delay: Delay;

  constructor(source: Source, delay: Delay) {
    super(source);
    this.delay = delay;
    Object.freeze(this);
  }
}

/** Reads an option that takes a wait. @internal */
export const toWait = (option: string, given: unknown): WaitStrategy =>
  coerce(
    option,
    given,
    WaitStrategy,
    'a wait strategy (wait.fixed(1000))',
    (fn: Delay, source) => new BuiltWait(source, fn),
  );

function derived(
  base: WaitStrategy,
  factory: string,
  argument: number,
  change: (delay: number, state: RetryCallState) => number,
): WaitStrategy {
  return new BuiltWait({ factory, args: [base, argument], form: 'method' }, (state) =>
    mapAnswer(base.delay(state), (delay) => change(delay, state)),
  );
}

/** The sum of all. @internal */
export function sum(members: readonly WaitStrategy[]): WaitStrategy {
  checkMembers('wait.combine', members);
  const flat = flattened('combine', members);
  return new BuiltWait({ factory: 'combine', args: flat, form: 'list' }, (state) => {
    const delays = flat.map((member) => member.delay(state));
    // Two large delays may overflow, and Infinity would give the call up: only a member's own may.
    const total = (numbers: readonly number[]): number =>
      numbers.includes(Infinity)
        ? Infinity
        : Math.min(
            numbers.reduce((one, other) => one + other, 0),
            Number.MAX_VALUE,
          );
    return delays.some(isThenable) ? Promise.all(delays).then(total) : total(delays as number[]);
  });
}

/** A random number in [0, 1) from the policy's source; a state made by hand in a test may have none. @internal */
export const random = (state: RetryCallState): number => (state as Partial<RetryCallState>).random?.() ?? Math.random();
