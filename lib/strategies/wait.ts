import { checkDuration, checkFinite, checkFunction, checkKeys, checkRange } from '../base/check.js';
import type { RetryCallState } from '../state/call-state.js';
import { checkMembers, coerce } from './coerce.js';
import { mapAnswer, type MaybeAsync } from './decide.js';
import { Strategy, type Source } from './strategy.js';
import { isThenable } from '../base/thenable.js';

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

class BuiltWait extends WaitStrategy {
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

function sum(members: readonly WaitStrategy[]): WaitStrategy {
  checkMembers('wait.combine', members);
  const flat = members.flatMap((member) =>
    member instanceof BuiltWait && member.source?.factory === 'combine'
      ? (member.source.args as WaitStrategy[])
      : [member],
  );
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

/** A random number in [0, 1) from the policy's source; a state made by hand in a test may have none. */
const random = (state: RetryCallState): number => (state as Partial<RetryCallState>).random?.() ?? Math.random();

/** Options of `wait.exponential` and its random kin. All milliseconds, but for `expBase`. */
export interface ExponentialOptions {
  /** The first delay (tenacity's `multiplier`). Default 1000. */
  readonly initial?: number | undefined;
  /** No delay is longer. Default `Infinity`. */
  readonly max?: number | undefined;
  /** By how much the delay grows from attempt to attempt. Default 2. */
  readonly expBase?: number | undefined;
  /** No delay is shorter. Default 0. */
  readonly min?: number | undefined;
}

/** Options of `wait.exponentialJitter`. */
export interface ExponentialJitterOptions extends ExponentialOptions {
  /** Up to this many milliseconds are added at random. Default 1000. */
  readonly jitter?: number | undefined;
}

/** Fills defaults in and checks; `undefined` counts as left out. */
function complete<K extends string>(
  factory: string,
  given: Partial<Record<K, unknown>>,
  defaults: Record<K, number>,
  signed: readonly NoInfer<K>[] = [],
): Record<K, number> {
  const keys = Object.keys(defaults) as K[];
  checkKeys(factory, given, keys);
  const options = { ...defaults };
  for (const key of keys) {
    if (given[key] === undefined) continue;
    const name = `${factory}: ${key}`;
    options[key] = signed.includes(key)
      ? checkFinite(name, given[key])
      : checkDuration(name, given[key], { infinite: key === 'max' });
  }
  return options;
}

function checkOrder(factory: string, min: number, max: number): void {
  if (min > max) throw new RangeError(`${factory} takes min ≤ max, got min ${min} and max ${max}`);
}

function exponentialOptions<O extends ExponentialOptions>(
  factory: string,
  given: O,
  defaults: Required<O>,
): Record<keyof O & string, number> {
  const options = complete(factory, given as Record<string, unknown>, defaults as Record<string, number>) as Record<
    keyof O & string,
    number
  >;
  checkOrder(factory, (options as ExponentialOptions).min as number, (options as ExponentialOptions).max as number);
  return options;
}

const EXPONENTIAL = { initial: 1000, max: Infinity, expBase: 2, min: 0 };

/** initial·expBase^(attempt−1) plus `extra` within [min, max]; an overflow is `max`, and without one the largest number. */
function exponentialDelay(options: Required<ExponentialOptions>, state: RetryCallState, extra = 0): number {
  const { initial, expBase, min, max } = options as Record<keyof ExponentialOptions, number>;
  // 0 · Infinity would be NaN.
  const grown = initial === 0 ? 0 : initial * expBase ** (state.attemptNumber - 1);
  return Math.max(min, Math.min(grown + extra, max, Number.MAX_VALUE));
}

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

function exponential(given: ExponentialOptions = {}): WaitStrategy {
  const options = exponentialOptions('wait.exponential', given, EXPONENTIAL);
  return new BuiltWait({ factory: 'exponential', args: shown(given) }, (state) => exponentialDelay(options, state));
}

function randomExponential(factory: string, given: ExponentialOptions): WaitStrategy {
  const options = exponentialOptions(`wait.${factory}`, given, EXPONENTIAL);
  return new BuiltWait({ factory, args: shown(given) }, (state) => {
    const high = exponentialDelay(options, state);
    return options.min + (high - options.min) * random(state);
  });
}

/** Options are written as they were given: `wait.random()` stays `wait.random()`. A copy: what the user changes later does not count. */
function shown(given: object): readonly unknown[] {
  const named = Object.entries(given).filter(([, value]) => value !== undefined);
  return named.length === 0 ? [] : [Object.freeze(Object.fromEntries(named))];
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
    const options = complete('wait.incrementing', given, { start: 0, increment: 100_000, max: Infinity }, [
      'increment',
    ]);
    const { start, increment, max } = options;
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
  exponentialJitter(given: ExponentialJitterOptions = {}): WaitStrategy {
    const options = exponentialOptions('wait.exponentialJitter', given, { ...EXPONENTIAL, jitter: 1000 });
    return new BuiltWait({ factory: 'exponentialJitter', args: shown(given) }, (state) =>
      exponentialDelay(options, state, options.jitter * random(state)),
    );
  },

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
    const fallback =
      given.fallback === undefined
        ? wait.exponentialJitter({ initial: 1000, max: 60_000 })
        : toWait('wait.retryAfter: fallback', given.fallback);
    // JSON leaves an infinite max out, which here would mean the default.
    const written = shown(max === Infinity ? { ...given, max: Number.MAX_VALUE } : given);
    const source = { factory: 'retryAfter', args: [{ max, fallback }], given: shown(given), written };
    return new BuiltWait(source, (state) => {
      const told = serverDelay(state);
      if (told === undefined) return fallback.delay(state);
      return told > max ? Infinity : told;
    });
  },
};
