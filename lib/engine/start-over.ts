import type { Timestamp } from '../base/clock.js';
import type { RetryCallState } from '../call/call-state.js';

/**
 * Starts the policy of a call from its first attempt, because the stream or the body has made progress since the last
 * failure. The time counts from `asked`, when the item or chunk that did not come was asked for.
 */
export function startOver(
  call: { readonly state: RetryCallState; errors: unknown[] | undefined },
  asked: Timestamp,
): void {
  Object.assign(call.state, { attemptNumber: 1, idleFor: 0, upcomingSleep: 0, begun: asked });
  call.errors = undefined;
}
