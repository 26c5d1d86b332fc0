import { checkMessage, MESSAGE_OPTIONS, messageTest, type MessageCondition } from '../exception-message.js';
import { errorFactory, type RetryStrategy } from '../retry-strategy.js';

/**
 * Errors with this very `message`, or one that begins with a `match` for the pattern (tenacity's
 * `retry_if_exception_message`). Of a thrown value that is no Error, `String(value)` is looked at.
 */
export const exceptionMessage: (condition: MessageCondition) => RetryStrategy = /* @__PURE__ */ errorFactory({
  name: 'retryIf.exceptionMessage',
  options: MESSAGE_OPTIONS,
  check: (condition: MessageCondition) => {
    checkMessage('retryIf.exceptionMessage', condition);
  },
  test: (condition: MessageCondition) => messageTest('retryIf.exceptionMessage', condition),
});
