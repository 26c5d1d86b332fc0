import type { Channel } from '../base/channels.js';
import type { RetryCallState } from '../call/call-state.js';

/**
 * Tells those who listen to a channel, if there are any, of the call and what `more` there is to tell. A simulated call is
 * nobody's: it is in no metric and no trace.
 */
export function publish(channel: Channel, state: RetryCallState, more?: object): void {
  if (channel.hasSubscribers && !state.retrying.policy.simulated) channel.publish({ state, ...more });
}
