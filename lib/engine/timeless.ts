import { Strategy } from '../strategies/strategy.js';

/** The factories whose strategies look at the time. */
const TIMED: readonly (string | undefined)[] = ['afterDelay', 'beforeDelay'];

/**
 * Whether a strategy certainly never looks at the time: it is of tenax's own make, with all that it is made of. A function
 * or a class of the user's may look at whatever it likes.
 */
export function isTimeless(part: unknown): boolean {
  if (part instanceof Strategy) {
    const { factory, args } = part.source ?? {};
    return factory !== undefined && !TIMED.includes(factory) && args?.every(isTimeless) !== false;
  }
  // `wait.retryAfter` holds its fallback among its options.
  return Object.values(part ?? {}).every((each) => !(each instanceof Strategy) || isTimeless(each));
}
