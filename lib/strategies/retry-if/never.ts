import { constant } from '../define.js';
import { retryFactory, type RetryStrategy } from '../retry-strategy.js';

/** Retries nothing (tenacity's `retry_never`). `TryAgain` still asks for another attempt. */
export const never: RetryStrategy = /* @__PURE__ */ constant(retryFactory, {
  name: 'retryIf.never',
  form: 'constant',
  errorsOnly: true,
  test: () => () => false,
});
