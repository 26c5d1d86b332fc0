import { signal } from '../options.js';
import { stopFactory, type StopStrategy } from '../stop-strategy.js';

/**
 * Stops if `signal` is aborted at the end of an attempt (tenacity's `stop_when_event_set`). It does not end a sleep: to end
 * a call at once, use the policy's option `signal`.
 */
export const whenAborted: (signal: AbortSignal) => StopStrategy = /* @__PURE__ */ stopFactory({
  name: 'stop.whenAborted',
  value: signal,
  ways: ({ aborted }: AbortSignal) => (aborted ? [] : [{}]),
  test: (given: AbortSignal) => () => given.aborted,
});
