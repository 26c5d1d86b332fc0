import { channels } from '../base/channels.js';
import { warn } from '../base/host.js';
import type { Attempt } from '../engine/attempt.js';
import { waysOn } from '../strategies/bounds.js';

/** The inner policies already warned about, by their outer policy. */
const seen = new WeakMap<object, WeakSet<object>>();

/** The inner calls already reported. A call may be noticed several times: each item of a stream is read in an attempt. */
const calls = new WeakSet<object>();

/** Whether the policy of an attempt may make more than one. With `stop.afterAttempt(1)` there is nothing to multiply. */
function mayRetry({ state }: Attempt): boolean {
  const { policy } = state.retrying;
  return waysOn(policy.stop).some(({ attempts }) => attempts > 1);
}

/** Warns about a retried call within an attempt of another call, once for each pair of policies: attempts multiply. */
export function noticeNested(outer: Attempt, inner: Attempt): void {
  if (calls.has(inner.state)) return;
  calls.add(inner.state);
  if (!mayRetry(outer) || !mayRetry(inner)) return;
  channels.nested.publish({ outer: outer.state, inner: inner.state });
  const pairs = seen.get(outer.state.retrying) ?? new WeakSet();
  if (pairs.has(inner.state.retrying)) return;
  seen.set(outer.state.retrying, pairs.add(inner.state.retrying));
  warn(
    'TENAX_NESTED',
    `${inner.state.fnName} is retried within ${outer.state.fnName}, which is retried too: their attempts multiply; ` +
      'retry in one of them',
  );
}
