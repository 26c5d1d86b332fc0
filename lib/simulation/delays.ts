import { decide } from '../engine/decide.js';
import type { Policy } from '../engine/policy.js';
import type { RetryCallState } from '../call/call-state.js';
import type { Outcome } from '../call/outcome.js';
import { never } from '../strategies/defaults.js';
import { isOwn } from './bounds.js';

/** The largest of the random numbers in [0, 1). */
export const BELOW_ONE = 1 - Number.EPSILON / 2;

/** How often a function of the user's is asked at random, beside the ends. */
const AT_RANDOM = 18;

/** A wait that draws more random numbers than this is not tried with all that they may be. */
const MOST_DRAWN = 10;

/** From the shortest to the longest. */
export interface Range {
  readonly least: number;
  readonly most: number;
}

/**
 * Random numbers that are 0 or `top`, in every combination that whoever draws them makes use of. In tenax's own waits each
 * of them only lengthens or only shortens the delay, so none lies outside what these come to.
 */
function* corners(top: number): Generator<() => number> {
  let drawn = 0;
  for (let corner = 0; corner < 2 ** Math.min(drawn, MOST_DRAWN); corner += 1) {
    let i = 0;
    yield () => {
      i += 1;
      drawn = Math.max(drawn, i);
      return Math.floor(corner / 2 ** (i - 1)) % 2 === 0 ? 0 : top;
    };
  }
}

/** What random numbers a part of the policy is asked with. */
export function* draws(random: () => number): Generator<() => number> {
  yield* corners(BELOW_ONE);
  for (let i = 0; i < AT_RANDOM; i += 1) yield random;
}

/**
 * The state of a call that draws these random numbers, and whose last sleep was the shortest or the longest that it may
 * have been.
 */
export type Asked = (random: () => number, lastSleep: keyof Range) => RetryCallState;

/** What the policy decides about a failed attempt if nothing but its waits and conditions counts: no stop, no deadline. */
async function askDelay(policy: Policy, state: RetryCallState): Promise<number | undefined> {
  const unbounded = { ...policy, stop: never, budgetFor: undefined };
  const call = { policy: unbounded, state, cancellable: policy.signal !== undefined, deadlineAt: Infinity };
  const decision = await decide(call, state.outcome as Outcome);
  if (decision.retry) return decision.delay;
  return decision.stopReason === 'wait' ? Infinity : undefined;
}

/**
 * What a policy may wait after an attempt; `undefined` if the attempt is not made again. A delay of `Infinity`, which gives
 * the call up, counts as no delay.
 */
export async function delaysOf(policy: Policy, asked: Asked, random: () => number): Promise<Range | undefined> {
  const own = isOwn(policy.wait);
  const reached: number[] = [];
  for (const numbers of own ? corners(BELOW_ONE) : draws(random)) {
    for (const lastSleep of ['least', 'most'] as const) {
      const delay = await askDelay(policy, asked(numbers, lastSleep));
      if (delay === undefined) return undefined;
      reached.push(delay);
    }
  }
  // Jitter comes as near as one likes to what it would be at 1; a function of the user's may fail there.
  const approached: number[] = [];
  for (const numbers of own ? corners(1) : []) {
    approached.push((await askDelay(policy, asked(numbers, 'most'))) ?? Infinity);
  }
  const finite = (delays: readonly number[]): number[] => delays.filter((each) => each !== Infinity);
  const least = Math.min(...finite(reached));
  return least === Infinity ? undefined : { least, most: Math.max(...finite([...reached, ...approached])) };
}
