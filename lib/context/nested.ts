import { channels } from '../base/channels.js';
import { warn } from '../base/host.js';
import type { Attempt } from '../engine/attempt.js';

/** The pairs of policies that have been seen, the outer one first. */
const seen = new WeakMap<object, WeakSet<object>>();

/** The calls that have been seen within another: each item of a stream is read within the attempt of its source. */
const calls = new WeakSet<object>();

/** A retried call within an attempt of another call: attempts multiply, so it warns once for each pair of policies. */
export function noticeNested(outer: Attempt, inner: Attempt): void {
  if (calls.has(inner.state)) return;
  calls.add(inner.state);
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
