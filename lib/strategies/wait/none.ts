import { waitFactory, type WaitStrategy } from '../wait-strategy.js';

/** Does not wait; the event loop still turns between attempts (tenacity's `wait_none`). */
export const none: () => WaitStrategy = /* @__PURE__ */ waitFactory({ name: 'wait.none', delay: () => () => 0 });
