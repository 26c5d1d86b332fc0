import type { MaybeAsync } from '../../base/thenable.js';
import { functionOf } from '../function-of.js';
import { outcomeOf } from '../error-conditions.js';
import { retryFactory, type RetryStrategy } from '../retry-strategy.js';

type ValueTest<T> = (value: T) => boolean | Promise<boolean>;

/** Retries values for which `test` returns true, but no errors (tenacity's `retry_if_result`). */
export const result: <T = any>(test: ValueTest<T>) => RetryStrategy = /* @__PURE__ */ retryFactory({
  name: 'retryIf.result',
  value: { type: 'function', check: (option, given) => functionOf(option, given, 'a function of the result') },
  test:
    (test: ValueTest<unknown>) =>
    (state): MaybeAsync<boolean> => {
      const outcome = outcomeOf(state);
      return !outcome.failed && test(outcome.value);
    },
});
