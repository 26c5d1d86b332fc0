import { checkMessage, MESSAGE_OPTIONS, messageTest, type MessageCondition } from '../exception-message.js';
import { valueOrErrorFactory } from '../error-conditions.js';
import type { RetryStrategy } from '../retry-strategy.js';

/** Retries errors with another message, and every value (tenacity's `retry_if_not_exception_message`). */
export const notExceptionMessage: (condition: MessageCondition) => RetryStrategy = /* @__PURE__ */ valueOrErrorFactory({
  name: 'retryIf.notExceptionMessage',
  options: MESSAGE_OPTIONS,
  check: (condition: MessageCondition) => {
    checkMessage('retryIf.notExceptionMessage', condition);
  },
  test: (condition: MessageCondition) => {
    const test = messageTest('retryIf.notExceptionMessage', condition);
    return (error) => !test(error);
  },
});
