import { retryFactory, type RetryStrategy } from '../retry-strategy.js';
import { constant } from '../define.js';

/** Retries any outcome, values too (tenacity's `retry_always`). */
export const always: RetryStrategy = /* @__PURE__ */ constant(retryFactory, {
  name: 'retryIf.always',
  form: 'constant',
  test: () => () => true,
});
