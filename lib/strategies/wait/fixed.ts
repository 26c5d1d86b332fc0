import { openDuration } from '../options.js';
import { waitFactory, type WaitStrategy } from '../wait-strategy.js';

/** Always waits for `ms` milliseconds (tenacity's `wait_fixed`). */
export const fixed: (ms: number) => WaitStrategy = /* @__PURE__ */ waitFactory({
  name: 'wait.fixed',
  value: openDuration,
  constant: (ms: number) => ms,
  delay: (ms: number) => () => ms,
});
