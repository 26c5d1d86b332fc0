import { checkDuration, checkRange } from '../base/check.js';
import { ignoreRejection, isThenable, type MaybeAsync } from '../base/thenable.js';
import type { RetryCallState } from '../call/call-state.js';
import type { JudgedState } from '../call/judged-state.js';
import { coerce } from './coerce.js';
import { mapAnswer } from './decide.js';
import type { Declaration, Option } from './declaration.js';
import { built, factoryOf, type Declared } from './define.js';
import { Strategy } from './strategy.js';

/** What `wait` takes: a strategy, or a plain function of the call state that returns milliseconds. */
export type WaitLike<T = unknown> = WaitStrategy | ((state: JudgedState<T>) => number | Promise<number>);

/**
 * Decides how long to sleep before the next attempt. All delays are milliseconds; with `Infinity` the call gives up.
 */
export abstract class WaitStrategy extends Strategy {
  /** @internal */
  static override readonly $brand: string = 'tenax.WaitStrategy';
  /** @internal */
  override get family(): string {
    return 'wait';
  }

  /** Returns the milliseconds to sleep before the next attempt, or `Infinity` to give up. */
  abstract delay(state: RetryCallState): number | Promise<number>;

  /** Returns the sum of this and the others (tenacity's `+`). */
  plus(...others: WaitLike[]): WaitStrategy {
    return sum(this, ...others.map((other) => toWait('wait.plus', other)));
  }

  /** Returns a wait that is never longer than `ms`. A delay of `Infinity` (give up) is not changed. */
  cappedAt(ms: number): WaitStrategy {
    return changed(CAPPED_AT, this, ms, (delay) => (delay === Infinity ? delay : Math.min(delay, ms)));
  }

  /** Returns a wait that is never shorter than `ms`. */
  atLeast(ms: number): WaitStrategy {
    return changed(AT_LEAST, this, ms, (delay) => Math.max(delay, ms));
  }

  /**
   * Returns a wait that spreads each delay d evenly over [d·(1−fraction), d], also at its cap. Callers that failed together
   * then do not come back together, and no cap is exceeded.
   *
   * @throws TypeError or RangeError unless `fraction` is a number from 0 to 1.
   */
  withJitter(fraction: number): WaitStrategy {
    return changed(WITH_JITTER, this, fraction, (delay, state) =>
      delay === Infinity ? delay : delay - delay * fraction * random(state),
    );
  }
}

type Delay = (state: RetryCallState) => MaybeAsync<number>;

const waitOf = (source: Strategy['source'], delay: Delay): WaitStrategy => built(WaitStrategy, { source, delay });

/** Makes the factory of a wait: `delay` receives the checked arguments and returns the function of the state. @internal */
export const waitFactory = (
  declaration: Declaration & { readonly delay: (...args: never[]) => (state: JudgedState) => MaybeAsync<number> },
): ((...given: any[]) => WaitStrategy) & Declared =>
  factoryOf('wait', declaration, (source, ...args) => waitOf(source, declaration.delay(...args) as Delay));

/** Reads an option that takes a wait. @internal */
export const toWait = (option: string, given: unknown): WaitStrategy =>
  coerce(option, given, WaitStrategy, 'a wait strategy (wait.fixed(1000))', waitOf);

/** A wait, or a function of the call state. */
export const waitOption: Option<WaitStrategy, WaitLike> = {
  type: 'wait',
  atLeastOne: 'at least one strategy',
  check: toWait,
};

const AT_LEAST: Declaration & { readonly value: Option<number> } = {
  name: 'wait.atLeast',
  form: 'method',
  value: { type: 'duration', check: (_, ms) => checkDuration('atLeast', ms) },
};
const CAPPED_AT: typeof AT_LEAST = {
  name: 'wait.cappedAt',
  form: 'method',
  value: { type: 'openDuration', check: (_, ms) => checkDuration('cappedAt', ms, { infinite: true }) },
};
const WITH_JITTER: typeof AT_LEAST = {
  name: 'wait.withJitter',
  form: 'method',
  value: { type: 'fraction', check: (_, fraction) => checkRange('withJitter', fraction, 0, 1) },
  jittered: true,
};

/** What is made by a method of another wait. @internal */
export const WAIT_METHODS: readonly Declaration[] = [AT_LEAST, CAPPED_AT, WITH_JITTER];

function changed(
  declaration: typeof AT_LEAST,
  base: WaitStrategy,
  argument: number,
  change: (delay: number, state: RetryCallState) => number,
): WaitStrategy {
  const args = [base, declaration.value.check(declaration.name, argument)];
  return waitOf({ declaration, args, given: args }, (state) =>
    mapAnswer(base.delay(state), (delay) => (isDelay(delay) ? change(delay, state) : delay)),
  );
}

/** A wrong delay of a user's wait is passed on unchanged, so that the engine refuses it. */
const isDelay = (delay: unknown): boolean => typeof delay === 'number' && delay >= 0;

/**
 * The sum of two large delays may overflow to Infinity, which would give up. Only a member's own Infinity may do that.
 */
function total(delays: readonly number[]): number {
  const wrong = delays.findIndex((delay) => !isDelay(delay));
  if (wrong >= 0) return delays[wrong] as number;
  if (delays.includes(Infinity)) return Infinity;
  return Math.min(
    delays.reduce((one, other) => one + other, 0),
    Number.MAX_VALUE,
  );
}

/** `wait.combine`. @internal */
export const sum: (...waits: WaitLike[]) => WaitStrategy = /* @__PURE__ */ waitFactory({
  name: 'wait.combine',
  list: waitOption,
  flat: true,
  delay:
    (...members: WaitStrategy[]) =>
    (state) => {
      const delays: MaybeAsync<number>[] = [];
      try {
        for (const member of members) delays.push(member.delay(state));
      } catch (error) {
        // Nobody waits for those that were asked before it.
        delays.forEach(ignoreRejection);
        throw error;
      }
      return delays.some(isThenable) ? Promise.all(delays).then(total) : total(delays as number[]);
    },
});

/** A random number in [0, 1) from the policy's source; a state made by hand in a test may have none. @internal */
export const random = (state: RetryCallState): number => (state as Partial<RetryCallState>).random?.() ?? Math.random();
