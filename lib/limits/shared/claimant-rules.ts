import type { Waiter } from '../queue.js';
import type { KeyView } from './key-view.js';
import { FOREVER, type LimitReply } from './limit-state.js';
import type { LocalClaim } from './local-claim.js';

/** Milliseconds: how soon a process asks again, at the earliest, for what others may have given back. */
const SOONEST = 30;
/** Milliseconds: a longer wait is looked at again half-way. */
const LONG = 1000;
/** The same during a pause, whose end may move when the store's clock is set back. */
const LONG_IN_PAUSE = 60;
/** From that doubt on callers count as giving up. */
const GIVEN_UP = 0.1;

/** For how many callers there are claims. */
export const claimedEntries = (claims: readonly LocalClaim[]): number =>
  claims.reduce((sum, { left }) => sum + left, 0);

/** Whether a grant that the store does not know of keeps the bucket from filling for others. */
export function isTight(waiter: Waiter, views: readonly KeyView[], doubt: number): boolean {
  const charges = doubt > GIVEN_UP ? 3 : 2;
  return views.some(({ capacity }, key) => capacity < charges * (waiter.costs?.[key] as number));
}

/**
 * Milliseconds after which a process comes for tokens that are there after `span`. It comes earlier, to look whether
 * others have given something back, the more often they do.
 */
export function comeAfter(span: number, lead: number, doubt: number, parts: LimitReply['parts']): number {
  const wait = span - lead;
  // The rate is 0: another process may raise it.
  if (span * 1000 >= FOREVER) return LONG;
  const long = parts.some(({ hold }) => hold > 0) ? LONG_IN_PAUSE : LONG;
  const again = Math.min(wait * (1 - doubt), wait > long ? wait / 2 : wait);
  return again < wait ? Math.min(wait, Math.max(SOONEST, again)) : wait;
}

/** Milliseconds until tokens are there that no claim is for, if no other process takes any. */
export function waitsAtLeast(
  wanted: readonly number[],
  claims: readonly LocalClaim[],
  views: readonly KeyView[],
  now: number,
): number {
  const waits = views.map((view, key) => {
    const claimed = claims.reduce((sum, claim) => sum + claim.rest(key), 0);
    const missing = (wanted[key] as number) - claimed - view.atMost(now);
    return Math.max(view.pausedUntil - now, (missing / view.rate) * 1000);
  });
  return Math.max(0, ...waits);
}
