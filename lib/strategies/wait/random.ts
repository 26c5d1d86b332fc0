import { duration } from '../options.js';
import { random as draw, waitFactory, type WaitStrategy } from '../wait-strategy.js';

/** Options of `wait.random`, in milliseconds. */
export interface RandomOptions {
  /** The shortest delay. Default 0. */
  readonly min?: number | undefined;
  /** The longest delay. Default 1000. */
  readonly max?: number | undefined;
}

type Completed = Readonly<Record<keyof RandomOptions, number>>;

/** Waits for a random time between `min` (0) and `max` (1000) milliseconds (tenacity's `wait_random`). */
export const random: (options?: RandomOptions) => WaitStrategy = /* @__PURE__ */ waitFactory({
  name: 'wait.random',
  options: { min: duration, max: duration },
  defaults: { min: 0, max: 1000 },
  order: ['min', 'max'],
  jittered: true,
  delay:
    ({ min, max }: Completed) =>
    (state) =>
      min + (max - min) * draw(state),
});
