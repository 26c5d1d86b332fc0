import { duration, finite, openDuration } from '../options.js';
import { waitFactory, type WaitStrategy } from '../wait-strategy.js';

/** Options of `wait.incrementing`, in milliseconds. */
export interface IncrementingOptions {
  /** The first delay. Default 0. */
  readonly start?: number | undefined;
  /** How much the delay grows from attempt to attempt. A negative number shortens it, down to 0. Default 100 000. */
  readonly increment?: number | undefined;
  /** No delay is longer. Default `Infinity`. */
  readonly max?: number | undefined;
}

/**
 * Waits for `start` milliseconds, then for `increment` more each time, up to `max`. A negative increment shortens the delay
 * down to 0. Defaults 0, 100 000 and `Infinity` (tenacity's `wait_incrementing`).
 */
export const incrementing: (options?: IncrementingOptions) => WaitStrategy = /* @__PURE__ */ waitFactory({
  name: 'wait.incrementing',
  options: { start: duration, increment: finite, max: openDuration },
  defaults: { start: 0, increment: 100_000, max: Infinity },
  grows: true,
  delay:
    ({ start, increment, max }: Readonly<Record<keyof IncrementingOptions, number>>) =>
    (state) =>
      Math.max(0, Math.min(start + increment * (state.attemptNumber - 1), max, Number.MAX_VALUE)),
});
