import type { Waiter } from '../queue.js';
import type { KeyView } from './key-view.js';
import { FOREVER, type LimitReply } from './limit-state.js';
import type { LocalClaim } from './local-claim.js';

/** The most callers that one command asks for. */
export const BATCH = 32;
/** Milliseconds: the earliest time to ask again for tokens that other processes may have given back. */
const SOONEST = 30;
/** Milliseconds: in a longer wait, the process asks again half-way. */
const LONG = 1000;
/** The same during a pause, whose end moves if the store's clock is set back. */
const LONG_IN_PAUSE = 60;
/** Above this doubt, other processes' callers are expected to give up. */
const GIVEN_UP = 0.1;

/** The number of callers that have a claim. */
export const claimedEntries = (claims: readonly LocalClaim[]): number =>
  claims.reduce((sum, { unserved }) => sum + unserved, 0);

/**
 * Whether the bucket is so small that other processes wait until the store learns of a grant: a claim that is not reported
 * yet keeps the bucket from filling.
 */
export function isTight(waiter: Waiter, views: readonly KeyView[], doubt: number): boolean {
  const charges = doubt > GIVEN_UP ? 3 : 2;
  return views.some(({ capacity }, key) => capacity < charges * (waiter.costs?.[key] as number));
}

/**
 * Milliseconds after which a process asks for tokens that will be there after `span` milliseconds. It asks `lead`
 * milliseconds before that. The higher the doubt, the earlier it asks, since other processes may have given tokens back.
 */
export function askAfter(span: number, lead: number, doubt: number, parts: LimitReply['parts']): number {
  const wait = span - lead;
  // The rate is 0: another process may raise it.
  if (span * 1000 >= FOREVER) return LONG;
  const long = parts.some(({ hold }) => hold > 0) ? LONG_IN_PAUSE : LONG;
  const again = Math.min(wait * (1 - doubt), wait > long ? wait / 2 : wait);
  return again < wait ? Math.min(wait, Math.max(SOONEST, again)) : wait;
}

/** The shortest possible wait in milliseconds for `wanted` tokens of each key beyond those of the claims. */
export function leastWait(
  wanted: readonly number[],
  claims: readonly LocalClaim[],
  views: readonly KeyView[],
  now: number,
): number {
  const waits = views.map((view, key) => {
    const claimed = claims.reduce((sum, claim) => sum + claim.unused(key), 0);
    const missing = (wanted[key] as number) - claimed - view.upperBound(now);
    return Math.max(view.pausedUntil - now, (missing / view.rate) * 1000);
  });
  return Math.max(0, ...waits);
}
