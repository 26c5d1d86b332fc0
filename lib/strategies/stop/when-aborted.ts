import { signal } from '../options.js';
import { stopFactory, type StopStrategy } from '../stop-strategy.js';

/**
 * When `signal` is aborted by the end of an attempt (tenacity's `stop_when_event_set`). It does not wake a backoff: to end
 * a call at once give the policy the `signal` instead.
 */
export const whenAborted: (signal: AbortSignal) => StopStrategy = /* @__PURE__ */ stopFactory({
  name: 'stop.whenAborted',
  value: signal,
  ways: ({ aborted }: AbortSignal) => (aborted ? [] : [{}]),
  test: (given: AbortSignal) => () => given.aborted,
});
