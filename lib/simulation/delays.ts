import { askRetry, askWait, checkedDelay, consult, decision } from '../engine/consult.js';
import { TryAgain } from '../engine/errors.js';
import type { Policy } from '../engine/policy.js';
import { RetryCallState } from '../call/call-state.js';
import type { Outcome } from '../call/outcome.js';
import { isAbortError } from '../strategies/is-abort-error.js';
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

/** Whether an attempt that ended like this is made again. A simulated call has a signal: no abort is tried again. */
export async function isRetried({ retryIf }: Policy, state: RetryCallState): Promise<boolean> {
  const outcome = state.outcome as Outcome;
  if (outcome.failed) {
    if (outcome.error instanceof TryAgain) return true;
    if (isAbortError(outcome.error)) return false;
  }
  return decision('retryIf', await consult('retryIf', retryIf, askRetry, state));
}

/**
 * What a policy may wait after an attempt that is made again. A delay of `Infinity`, which gives the call up, is none:
 * `undefined` if there is no other.
 */
export async function delaysOf({ wait }: Policy, asked: Asked, random: () => number): Promise<Range | undefined> {
  const delay = async (state: RetryCallState): Promise<number> =>
    checkedDelay(await consult('wait', wait, askWait, state), state);
  const finite = (delays: readonly number[]): number[] => delays.filter((each) => each !== Infinity);
  const own = isOwn(wait);
  const reached: number[] = [];
  for (const numbers of own ? corners(BELOW_ONE) : draws(random)) {
    reached.push(await delay(asked(numbers, 'least')), await delay(asked(numbers, 'most')));
  }
  // Jitter comes as near as one likes to what it would be at 1; a function of the user's may fail there.
  const approached: number[] = [];
  for (const numbers of own ? corners(1) : []) approached.push(await delay(asked(numbers, 'most')));
  const least = Math.min(...finite(reached));
  return least === Infinity ? undefined : { least, most: Math.max(...finite([...reached, ...approached])) };
}
