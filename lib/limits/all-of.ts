import { abortReason } from '../base/abort.js';
import { formatValue } from '../base/check.js';
import { INSPECT, type InspectArguments } from '../base/inspect.js';
import { GATE, type Gate, type GateBearer, type GateOptions } from '../call/gate.js';
import { acquireAll, takeOfEach, tryAcquireAll } from './acquire-all.js';
import { checkAcquireOptions } from './acquire-request.js';
import type { ConcurrencyLimiter } from './concurrency-limiter.js';
import { limitGate } from './gate.js';
import { isRateLimiter } from './keyed-limiter.js';
import type { Member } from './line.js';
import { checkOneClock, isMember, MEMBERS, membersOf } from './members.js';
import type { AcquireOptions, RateFeedback, RateLimiter } from './rate-limiter.js';
import { reportAll } from './report.js';
import type { Demand } from './together.js';

/** Several limiters as one. {@link allOf} makes it. */
class Combination implements RateLimiter, GateBearer {
  /** @internal */
  readonly [MEMBERS]: readonly RateLimiter[];
  /** The members, if all are limiters of this process and no limiter is listed twice. */
  readonly #local: readonly Member[] | undefined;

  constructor(members: readonly RateLimiter[]) {
    this[MEMBERS] = members;
    const local = members.filter(isMember);
    this.#local = new Set(local).size === members.length ? local : undefined;
  }

  /** The number of callers that wait for this combination. */
  get pending(): number {
    let pending = 0;
    for (const line of new Set(this[MEMBERS].filter(isMember).flatMap(({ lines }) => lines))) {
      if (line.owner === this) pending += line.queue.size;
    }
    return pending;
  }

  /**
   * Resolves with the milliseconds waited, once `tokens` (1) of every member are granted, all at one instant. Rejects as the
   * members' `acquire` does; nothing is taken then.
   */
  acquire(tokens = 1, options: AcquireOptions = {}): Promise<number> {
    try {
      checkAcquireOptions(options);
      if (options.signal?.aborted) return Promise.reject(abortReason(options.signal));
      if (this.#local !== undefined) {
        for (const member of this.#local) member.checkCost(tokens);
        if (takeOfEach(this.#local, tokens)) return Promise.resolve(0);
      }
      return Promise.resolve(acquireAll(this, this.#demands(tokens), options));
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /**
   * Takes `tokens` (1) of every member and returns true, if all have them. Otherwise takes nothing and returns false. Returns
   * a promise if a member is over a store or not tenax's own.
   */
  tryAcquire(tokens = 1): boolean | Promise<boolean> {
    return tryAcquireAll(this, this.#demands(tokens));
  }

  /**
   * Frees `tokens` (1) slots of every member that has slots.
   *
   * @throws Error if a member has fewer slots in use; nothing changes then.
   */
  release(tokens = 1): void {
    for (const member of this[MEMBERS]) (member as Partial<ConcurrencyLimiter>).checkRelease?.(tokens);
    for (const member of this[MEMBERS]) member.release?.(tokens);
  }

  /** Corrects the charge of every member that supports it: `used` of `acquired` tokens were needed. */
  settle(acquired: number, used: number): void {
    for (const member of this[MEMBERS]) member.settle?.(acquired, used);
  }

  /** Reports a response. Each member uses what it says about its own unit. */
  report(feedback: RateFeedback): void {
    reportAll(this[MEMBERS], feedback);
  }

  /** What Node prints. @internal */
  [INSPECT](_depth: number, options: object, inspect: InspectArguments[2]): string {
    return `allOf ${inspect(this[MEMBERS], options)}`;
  }

  /** @internal */
  [GATE](all: readonly unknown[], options: GateOptions): Gate {
    return limitGate(all as never, options);
  }

  #demands(tokens: number): readonly Demand[] {
    return tokens === 0 ? [] : this[MEMBERS].map((limiter) => ({ limiter, tokens }));
  }
}

/**
 * Combines several limiters into one. Each acquisition takes the same number of tokens from every member, all at one moment
 * or none. Nothing is charged while it waits for another member, and a refusal or an abort costs nothing.
 *
 * A member may be in several combinations and may also be used alone. Callers are served by priority, then in order of
 * arrival. A combination makes others wait only if they would delay it. Limiters that are not tenax's own, and those over a
 * store, are acquired first and given back if the rest is refused.
 *
 * @throws TypeError for a value that is not a limiter, and for limiters of this process on different clocks.
 *
 * @example
 * ```ts
 * import { allOf, SlidingWindow } from 'tenax';
 *
 * const limiter = allOf(new SlidingWindow({ limit: 4, window: 1000 }), new SlidingWindow({ limit: 60, window: 60_000 }));
 * await limiter.acquire();
 * ```
 */
export function allOf(...limiters: readonly RateLimiter[]): Combination {
  if (limiters.length === 0) throw new TypeError('allOf takes at least one rate limiter, got none');
  for (const limiter of limiters as readonly unknown[]) {
    if (isRateLimiter(limiter)) continue;
    throw new TypeError(`allOf takes rate limiters (new TokenBucket({ rate: 10 })), got ${formatValue(limiter)}`);
  }
  const members = limiters.flatMap(membersOf);
  checkOneClock('allOf', members);
  return new Combination(members);
}

export type { Combination };
