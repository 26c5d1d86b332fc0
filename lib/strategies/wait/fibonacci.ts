import { duration, openDuration } from '../options.js';
import { waitFactory, type WaitStrategy } from '../wait-strategy.js';

/** Options of `wait.fibonacci`, in milliseconds. */
export interface FibonacciOptions {
  /** The first delay. Default 1000. */
  readonly initial?: number | undefined;
  /** No delay is longer. Default `Infinity`. */
  readonly max?: number | undefined;
}

/** Waits for 1, 1, 2, 3, 5 … times `initial` (1000) milliseconds, at most `max` (`Infinity`). */
export const fibonacci: (options?: FibonacciOptions) => WaitStrategy = /* @__PURE__ */ waitFactory({
  name: 'wait.fibonacci',
  options: { initial: duration, max: openDuration },
  defaults: { initial: 1000, max: Infinity },
  grows: true,
  delay:
    ({ initial, max }: Readonly<Record<keyof FibonacciOptions, number>>) =>
    (state) =>
      Math.min(initial === 0 ? 0 : initial * nthFibonacci(state.attemptNumber), max, Number.MAX_VALUE),
});

function nthFibonacci(n: number): number {
  let [current, next] = [1, 1];
  // Past 1476 the numbers leave the range of a double.
  for (let i = 1; i < Math.min(n, 1477); i += 1) [current, next] = [next, current + next];
  return current;
}
