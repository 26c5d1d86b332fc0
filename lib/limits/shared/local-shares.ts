import { holds } from '../level.js';
import type { RateLimiter } from '../rate-limiter.js';
import type { Callers } from './callers.js';
import type { KeyView } from './key-view.js';

type Costs = readonly number[];

/**
 * Grants tokens from this process's shares of several keys while the store is unavailable. `most` is what the first caller
 * wants: a share can grow to hold that much, since a smaller one would never serve the caller.
 */
export class LocalShares {
  constructor(private readonly views: readonly KeyView[]) {}

  /** Whether every key has a share. A key may have one alone, from a caller that wants it in another combination. */
  get inUse(): boolean {
    return this.views.every(({ local }) => local.inUse);
  }

  begin(now: number): void {
    for (const { local, pausedUntil } of this.views) local.begin(now, pausedUntil);
  }

  /** Serves callers in order for as long as there are enough tokens. Of the others, those that may wait stay. */
  serve(callers: Callers, limiter: RateLimiter, maxPending: number, now: number): void {
    for (let { head } = callers; head !== undefined; { head } = callers) {
      const costs = head.costs as Costs;
      if (!this.take(costs, costs, now)) break;
      head.grant(limiter, now);
    }
    callers.rejectThoseThatCannotWait(maxPending);
  }

  /** Takes the tokens of every key and returns true, or takes nothing and returns false. */
  take(costs: Costs, most: Costs | undefined, now: number): boolean {
    if (this.views.some(({ rate, pausedUntil }) => rate === 0 || now < pausedUntil)) return false;
    const levels = this.views.map(({ local, rate }, key) => local.at(now, rate, weight(costs, most, key)));
    if (!levels.every((level, key) => holds(level, costs[key] as number))) return false;
    this.views.forEach(({ local }, key) => {
      local.take(costs[key] as number);
    });
    return true;
  }

  /** Milliseconds until every key has enough tokens. */
  timeUntil(costs: Costs, most: Costs | undefined, now: number): number {
    const waits = this.views.map(({ local, rate, pausedUntil }, key) =>
      Math.max(pausedUntil - now, local.timeUntil(costs[key] as number, now, rate, weight(costs, most, key))),
    );
    return Math.max(0, ...waits);
  }
}

const weight = (costs: Costs, most: Costs | undefined, key: number): number =>
  Math.max(costs[key] as number, most?.[key] ?? 0);
