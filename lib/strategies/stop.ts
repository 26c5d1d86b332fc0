import { checkDuration, checkSignal, checkWhole } from '../base/check.js';
import type { RetryCallState } from '../call/call-state.js';
import { checkMembers, coerce } from './coerce.js';
import { firstDecisive, type MaybeAsync } from './decide.js';
import { flattened, Strategy, type Source } from './strategy.js';

/** What `stop` takes: a strategy, or a plain function of the call state. */
export type StopLike<T = unknown> = StopStrategy | ((state: RetryCallState<T>) => boolean | Promise<boolean>);

/** Decides whether a call that could be retried is given up. Asked after `wait`, so `state.upcomingSleep` is known. */
export abstract class StopStrategy extends Strategy {
  /** @internal */
  static override readonly $brand: string = 'tenax.StopStrategy';
  /** @internal */
  readonly family: string = 'stop';

  /** True to give the call up. */
  abstract shouldStop(state: RetryCallState): boolean | Promise<boolean>;

  /** Stops when this or any of the others does (tenacity's `|`). */
  or(...others: StopLike[]): StopStrategy {
    return combined('any', [this, ...others.map((other) => toStop('stop.or', other))]);
  }

  /** Stops only when this and all of the others do (tenacity's `&`). */
  and(...others: StopLike[]): StopStrategy {
    return combined('all', [this, ...others.map((other) => toStop('stop.and', other))]);
  }
}

class BuiltStop extends StopStrategy {
  readonly shouldStop: (state: RetryCallState) => MaybeAsync<boolean>;

  constructor(source: Source, shouldStop: (state: RetryCallState) => MaybeAsync<boolean>) {
    super(source);
    this.shouldStop = shouldStop;
    Object.freeze(this);
  }
}

/** Reads an option that takes a stop. @internal */
export const toStop = (option: string, given: unknown): StopStrategy =>
  coerce(
    option,
    given,
    StopStrategy,
    'a stop strategy (stop.afterAttempt(6))',
    (fn: BuiltStop['shouldStop'], source) => new BuiltStop(source, fn),
  );

function combined(factory: 'any' | 'all', members: readonly StopStrategy[]): StopStrategy {
  checkMembers(`stop.${factory}`, members);
  const flat = flattened(factory, members);
  return new BuiltStop({ factory, args: flat, form: 'list' }, (state) =>
    firstDecisive(flat, factory === 'any', (member) => member.shouldStop(state)),
  );
}

/** Milliseconds since the call began, at the end of the attempt that stop judges. */
const elapsed = (state: RetryCallState): number => state.elapsed ?? 0;

/** What a policy does without a stop. @internal */
export const never: StopStrategy = /* @__PURE__ */ new BuiltStop({ factory: 'never' }, () => false);

/** When a call is given up. The factories carry tenacity's names without their `stop_`. */
export const stop = {
  /** Never: the call goes on until it succeeds (tenacity's `stop_never`). */
  never,

  /**
   * After `attempts` attempts in all, the first included; 0, like 1, means one call (tenacity's `stop_after_attempt`).
   *
   * @throws RangeError unless `attempts` is a whole number ≥ 0.
   */
  afterAttempt(attempts: number): StopStrategy {
    checkWhole('stop.afterAttempt', attempts);
    return new BuiltStop({ factory: 'afterAttempt', args: [attempts] }, (state) => state.attemptNumber >= attempts);
  },

  /** Once `ms` milliseconds have passed since the call began; may overrun by a last sleep (tenacity's `stop_after_delay`). */
  afterDelay(ms: number): StopStrategy {
    checkDuration('stop.afterDelay', ms);
    return new BuiltStop({ factory: 'afterDelay', args: [ms] }, (state) => elapsed(state) >= ms);
  },

  /** When the coming sleep would end `ms` milliseconds or more after the start (tenacity's `stop_before_delay`). */
  beforeDelay(ms: number): StopStrategy {
    checkDuration('stop.beforeDelay', ms);
    return new BuiltStop({ factory: 'beforeDelay', args: [ms] }, (state) => elapsed(state) + state.upcomingSleep >= ms);
  },

  /**
   * When `signal` is aborted by the end of an attempt (tenacity's `stop_when_event_set`). It does not wake a backoff: to
   * end a call at once give the policy the `signal` instead.
   */
  whenAborted(signal: AbortSignal): StopStrategy {
    checkSignal('stop.whenAborted', signal);
    return new BuiltStop({ factory: 'whenAborted', args: [signal] }, () => signal.aborted);
  },

  /** When any of these stops, asked in order (tenacity's `stop_any`). */
  any: (...stops: StopLike[]): StopStrategy =>
    combined(
      'any',
      stops.map((each) => toStop('stop.any', each)),
    ),

  /** When all of these stop (tenacity's `stop_all`). */
  all: (...stops: StopLike[]): StopStrategy =>
    combined(
      'all',
      stops.map((each) => toStop('stop.all', each)),
    ),
};
