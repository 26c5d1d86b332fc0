import { channels, type Channel } from '../base/channels.js';
import type { RetryCallState } from '../call/call-state.js';

/**
 * Publishes the call and `more` on a channel, if it has subscribers. A simulated call is not published: it appears in no
 * metric and no trace.
 */
export function publish(channel: Channel, state: RetryCallState, more?: object): void {
  if (channel.hasSubscribers && !state.retrying.policy.simulated) channel.publish({ state, ...more });
}

/** Another attempt follows after a sleep, unless the call was aborted while the hooks of `beforeSleep` ran. */
export function publishRetry(call: { readonly state: RetryCallState; readonly signal: AbortSignal | undefined }): void {
  if (channels.retry.hasSubscribers && call.signal?.aborted !== true) publish(channels.retry, call.state);
}
