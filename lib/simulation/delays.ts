import { decide } from '../engine/decide.js';
import type { Policy } from '../engine/policy.js';
import type { RetryCallState } from '../call/call-state.js';
import type { Outcome } from '../call/outcome.js';
import { never } from '../strategies/defaults.js';
import { isOwn } from '../strategies/bounds.js';

/** The largest number below 1. */
export const LARGEST_RANDOM = 1 - Number.EPSILON / 2;

/** How often a function of the user's is called with random numbers, in addition to the extremes. */
const AT_RANDOM = 18;

/** For a wait that draws more random numbers than this, not all combinations of the extremes are tried. */
const MOST_DRAWN = 10;

/** The shortest and the longest delay, in milliseconds. */
export interface Range {
  readonly least: number;
  readonly most: number;
}

/**
 * Random functions that return 0 or `top`, in every combination of as many numbers as are drawn. In tenax's own waits, each
 * random number only lengthens or only shortens the delay, so these combinations give the shortest and the longest one.
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

/** The random functions that a part of the policy is called with: the extremes, then real random numbers. */
export function* draws(random: () => number): Generator<() => number> {
  yield* corners(LARGEST_RANDOM);
  for (let i = 0; i < AT_RANDOM; i += 1) yield random;
}

/** Makes the state of a call with this random function, whose last sleep was the shortest or the longest possible. */
export type StateFor = (random: () => number, lastSleep: keyof Range) => RetryCallState;

/** The delay after an attempt without regard to the stop, the deadline and the budget; undefined if none follows. */
async function delayOf(policy: Policy, state: RetryCallState): Promise<number | undefined> {
  const unbounded = { ...policy, stop: never, budgetFor: undefined };
  const call = { policy: unbounded, state, cancellable: policy.signal !== undefined, deadlineAt: Infinity };
  const decision = await decide(call, state.outcome as Outcome);
  return decision.retry ? decision.delay : undefined;
}

/**
 * The shortest and longest delay of a policy after an attempt; undefined if the attempt is not retried. A delay of `Infinity`
 * ends the call, so it does not count.
 */
export async function delaysOf(policy: Policy, stateFor: StateFor, random: () => number): Promise<Range | undefined> {
  const own = isOwn(policy.wait);
  const reached: (number | undefined)[] = [];
  for (const numbers of own ? corners(LARGEST_RANDOM) : draws(random)) {
    for (const lastSleep of ['least', 'most'] as const) {
      reached.push(await delayOf(policy, stateFor(numbers, lastSleep)));
    }
  }
  // Jitter comes arbitrarily close to its value at 1. A function of the user's is not called with 1, where it may fail.
  const approached: (number | undefined)[] = [];
  for (const numbers of own ? corners(1) : []) {
    approached.push(await delayOf(policy, stateFor(numbers, 'most')));
  }
  const known = (delays: readonly (number | undefined)[]): number[] => delays.filter((each) => each !== undefined);
  const least = Math.min(...known(reached));
  return least === Infinity ? undefined : { least, most: Math.max(...known([...reached, ...approached])) };
}
