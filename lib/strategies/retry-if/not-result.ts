import type { MaybeAsync } from '../../base/thenable.js';
import { mapAnswer } from '../decide.js';
import { functionOf } from '../function-of.js';
import { outcomeOf } from '../error-conditions.js';
import { retryFactory, type RetryStrategy } from '../retry-strategy.js';

type ValueTest<T> = (value: T) => boolean | Promise<boolean>;

/** Retries values for which `test` returns false, but no errors (tenacity's `retry_if_not_result`). */
export const notResult: <T = any>(test: ValueTest<T>) => RetryStrategy = /* @__PURE__ */ retryFactory({
  name: 'retryIf.notResult',
  value: { type: 'function', check: (option, given) => functionOf(option, given, 'a function of the result') },
  test:
    (test: ValueTest<unknown>) =>
    (state): MaybeAsync<boolean> => {
      const outcome = outcomeOf(state);
      return !outcome.failed && mapAnswer(test(outcome.value), (holds) => !holds);
    },
});
