import { waitFactory, waitOption, type WaitLike, type WaitStrategy } from '../wait-strategy.js';

/**
 * Uses the first wait before the second attempt, the next one before the third, and so on. The last one repeats (tenacity's
 * `wait_chain`).
 */
export const chain: (...waits: WaitLike[]) => WaitStrategy = /* @__PURE__ */ waitFactory({
  name: 'wait.chain',
  list: waitOption,
  delay:
    (...members: WaitStrategy[]) =>
    (state) =>
      (members[Math.min(Math.max(state.attemptNumber, 1), members.length) - 1] as WaitStrategy).delay(state),
});
