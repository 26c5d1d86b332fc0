import type { Outcome } from '../../call/outcome.js';
import { isNetworkFailure } from '../http-conditions.js';
import { retryFactory, type RetryStrategy } from '../retry-strategy.js';

/**
 * Retries if there was no complete answer: a failed connection, a timeout, a stalled or truncated body. It does not retry what
 * would fail again, such as an untrusted certificate.
 */
export const networkError: () => RetryStrategy = /* @__PURE__ */ retryFactory({
  name: 'retryIfHttp.networkError',
  errorsOnly: true,
  test: () => (state) => {
    // A state that was made by hand may have no outcome.
    const outcome = state.outcome as Outcome | undefined;
    return outcome?.failed === true && isNetworkFailure(outcome.error);
  },
});
