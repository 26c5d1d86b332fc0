import { checkMessage, MESSAGE_OPTIONS, messageTest, type MessageCondition } from '../exception-message.js';
import { errorFactory } from '../error-conditions.js';
import type { RetryStrategy } from '../retry-strategy.js';

/**
 * Retries errors whose message equals `message`, or begins with a `match` (tenacity's `retry_if_exception_message`). If the
 * thrown value is not an Error, `String(value)` is its message.
 */
export const exceptionMessage: (condition: MessageCondition) => RetryStrategy = /* @__PURE__ */ errorFactory({
  name: 'retryIf.exceptionMessage',
  options: MESSAGE_OPTIONS,
  check: (condition: MessageCondition) => {
    checkMessage('retryIf.exceptionMessage', condition);
  },
  test: (condition: MessageCondition) => messageTest('retryIf.exceptionMessage', condition),
});
