import type { Outcome } from '../../call/outcome.js';
import { functionOf } from '../function-of.js';
import { waitFactory, type WaitStrategy } from '../wait-strategy.js';

type DelayOf<E> = (error: E) => number | Promise<number>;

/**
 * Waits for the milliseconds that `delay` returns for the error of the last attempt (tenacity's `wait_exception`). Throws
 * if the attempt ended with a value.
 */
export const exception: <E = any>(delay: DelayOf<E>) => WaitStrategy = /* @__PURE__ */ waitFactory({
  name: 'wait.exception',
  value: {
    type: 'function',
    check: (option, given) => functionOf(option, given, 'a function from the error to milliseconds'),
  },
  opaque: true,
  delay: (delay: DelayOf<unknown>) => (state) => {
    // A state made by hand may have no outcome.
    const outcome = state.outcome as Outcome | undefined;
    if (!outcome?.failed) throw new TypeError('wait.exception needs an attempt that failed with an error');
    return delay(outcome.error);
  },
});
