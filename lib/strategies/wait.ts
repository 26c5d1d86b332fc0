import { checkDuration, checkFinite, checkFunction, checkKeys } from '../base/check.js';
import type { RetryCallState } from '../call/call-state.js';
import { checkMembers } from './coerce.js';
import { exponential, exponentialJitter, randomExponential, type ExponentialOptions } from './exponential.js';
import { checkOrder, complete, shown } from './wait-options.js';
import { BuiltWait, random, sum, toWait, WaitStrategy, type WaitLike } from './wait-strategy.js';

export type { ExponentialJitterOptions, ExponentialOptions } from './exponential.js';
export { WaitStrategy, type WaitLike } from './wait-strategy.js';

/** The server's own answer on an error, in milliseconds, if it gave one. */
function serverDelay(state: RetryCallState): number | undefined {
  const error: unknown = state.outcome?.failed ? state.outcome.error : undefined;
  if (typeof error !== 'object' || error === null) return undefined;
  const { retryAfter } = error as { retryAfter?: unknown };
  return typeof retryAfter === 'number' && retryAfter >= 0 ? retryAfter : undefined;
}

function fibonacci(n: number): number {
  let [current, next] = [1, 1];
  // Past 1476 the numbers leave the range of a double.
  for (let i = 1; i < Math.min(n, 1477); i += 1) [current, next] = [next, current + next];
  return current;
}

/** What a policy does without a wait. @internal */
export const none: WaitStrategy = /* @__PURE__ */ new BuiltWait({ factory: 'none', args: [] }, () => 0);

/** How long to sleep between attempts. The factories carry tenacity's names without their `wait_`. */
export const wait = {
  /** No wait; the event loop still turns between attempts (tenacity's `wait_none`). */
  none: (): WaitStrategy => none,

  /** Always `ms` milliseconds (tenacity's `wait_fixed`). */
  fixed(ms: number): WaitStrategy {
    checkDuration('wait.fixed', ms, { infinite: true });
    return new BuiltWait({ factory: 'fixed', args: [ms] }, () => ms);
  },

  /** Evenly spread over [min, max] milliseconds; 0 and 1000 by default (tenacity's `wait_random`). */
  random(given: { readonly min?: number | undefined; readonly max?: number | undefined } = {}): WaitStrategy {
    const options = complete('wait.random', given, { min: 0, max: 1000 });
    const { min, max } = options;
    checkDuration('wait.random: max', max);
    checkOrder('wait.random', min, max);
    return new BuiltWait({ factory: 'random', args: shown(given) }, (state) => min + (max - min) * random(state));
  },

  /**
   * `start`, then `increment` more each time, up to `max`; a negative increment shortens the delay down to 0. Defaults
   * 0, 100 000 and `Infinity` (tenacity's `wait_incrementing`).
   */
  incrementing(
    given: {
      readonly start?: number | undefined;
      readonly increment?: number | undefined;
      readonly max?: number | undefined;
    } = {},
  ): WaitStrategy {
    const { start, increment, max } = complete(
      'wait.incrementing',
      given,
      { start: 0, increment: 100_000, max: Infinity },
      { increment: checkFinite },
    );
    return new BuiltWait({ factory: 'incrementing', args: shown(given) }, (state) =>
      Math.max(0, Math.min(start + increment * (state.attemptNumber - 1), max, Number.MAX_VALUE)),
    );
  },

  /** `initial` · `expBase`^(attempt−1) within [min, max] (tenacity's `wait_exponential`). */
  exponential,

  /**
   * Evenly spread over [min, the exponential delay]: the "full jitter" of AWS' "Exponential Backoff And Jitter"
   * (M. Brooker, 2015), the best choice where many clients share a server (tenacity's `wait_random_exponential`).
   */
  randomExponential: (given: ExponentialOptions = {}): WaitStrategy => randomExponential('randomExponential', given),

  /** Another name of `wait.randomExponential` (tenacity's `wait_full_jitter`). */
  fullJitter: (given: ExponentialOptions = {}): WaitStrategy => randomExponential('fullJitter', given),

  /**
   * The exponential delay plus up to `jitter` milliseconds at random, within [min, max]; at the cap it is exactly `max`
   * (tenacity's `wait_exponential_jitter`, after Google Cloud's retry strategy).
   */
  exponentialJitter,

  /**
   * Evenly spread over [base, 3 × the last sleep], at most `max`: "decorrelated jitter" of AWS' "Exponential Backoff And
   * Jitter" (M. Brooker, 2015). The last sleep is the call's own, whatever else took part in it.
   */
  decorrelatedJitter(
    given: { readonly base?: number | undefined; readonly max?: number | undefined } = {},
  ): WaitStrategy {
    const options = complete('wait.decorrelatedJitter', given, { base: 1000, max: Infinity });
    const { base, max } = options;
    if (base > max) throw new RangeError(`wait.decorrelatedJitter takes base ≤ max, got base ${base} and max ${max}`);
    return new BuiltWait({ factory: 'decorrelatedJitter', args: shown(given) }, (state) => {
      const last = state.attemptNumber > 1 ? state.upcomingSleep : base;
      const high = Math.max(base, Math.min(last * 3, Number.MAX_VALUE));
      return Math.min(max, base + (high - base) * random(state));
    });
  },

  /** 1, 1, 2, 3, 5 … times `initial` (1000), at most `max` (`Infinity`). */
  fibonacci(given: { readonly initial?: number | undefined; readonly max?: number | undefined } = {}): WaitStrategy {
    const options = complete('wait.fibonacci', given, { initial: 1000, max: Infinity });
    return new BuiltWait({ factory: 'fibonacci', args: shown(given) }, (state) =>
      Math.min(
        options.initial === 0 ? 0 : options.initial * fibonacci(state.attemptNumber),
        options.max,
        Number.MAX_VALUE,
      ),
    );
  },

  /** The first wait before the second attempt, and so on; the last repeats (tenacity's `wait_chain`). */
  chain(...waits: WaitLike[]): WaitStrategy {
    checkMembers('wait.chain', waits);
    const members = waits.map((each) => toWait('wait.chain', each));
    return new BuiltWait({ factory: 'chain', args: members, form: 'list' }, (state) =>
      (members[Math.min(Math.max(state.attemptNumber, 1), members.length) - 1] as WaitStrategy).delay(state),
    );
  },

  /** The sum of all (tenacity's `wait_combine`). */
  combine: (...waits: WaitLike[]): WaitStrategy => sum(waits.map((each) => toWait('wait.combine', each))),

  /**
   * What `delay` answers for the error of the last attempt, in milliseconds (tenacity's `wait_exception`). Throws when
   * the attempt ended in a value.
   */
  exception<E = any>(delay: (error: E) => number | Promise<number>): WaitStrategy {
    checkFunction('wait.exception', delay, 'a function from the error to milliseconds');
    return new BuiltWait({ factory: 'exception', args: [delay] }, (state) => {
      if (!state.outcome?.failed) throw new TypeError('wait.exception needs an attempt that failed with an error');
      return delay(state.outcome.error as E);
    });
  },

  /**
   * The server's own answer where it gave one (`error.retryAfter`, milliseconds, as RFC 9110's Retry-After), never below
   * it; else `fallback`, by default `wait.exponentialJitter({ initial: 1000, max: 60_000 })`. An answer above `max`
   * (300 000) gives the call up: asking again sooner than told is pointless.
   */
  retryAfter(
    given: { readonly max?: number | undefined; readonly fallback?: WaitLike | undefined } = {},
  ): WaitStrategy {
    checkKeys('wait.retryAfter', given, ['max', 'fallback']);
    const { max = 300_000 } = given;
    checkDuration('wait.retryAfter: max', max, { infinite: true });
    const named = given.fallback === undefined ? undefined : toWait('wait.retryAfter: fallback', given.fallback);
    const fallback = named ?? wait.exponentialJitter({ initial: 1000, max: 60_000 });
    const source = {
      factory: 'retryAfter',
      args: [{ max, fallback }],
      given: shown({ ...given, fallback: named }),
      // JSON leaves an infinite max out, which here would mean the default.
      written: shown({ ...given, fallback: named, ...(max === Infinity ? { max: Number.MAX_VALUE } : {}) }),
    };
    return new BuiltWait(source, (state) => {
      const told = serverDelay(state);
      if (told === undefined) return fallback.delay(state);
      return told > max ? Infinity : told;
    });
  },
};
