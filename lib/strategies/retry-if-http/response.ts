import { mapAnswer } from '../decide.js';
import { answerOf } from '../http-conditions.js';
import { functionOf } from '../function-of.js';
import { retryFactory, type RetryStrategy } from '../retry-strategy.js';

type AnswerTest = (response: any) => boolean | Promise<boolean>;

/** Answers for which `test` returns true, accepted ones too. */
export const response: (test: AnswerTest) => RetryStrategy = /* @__PURE__ */ retryFactory({
  name: 'retryIfHttp.response',
  value: { type: 'function', check: (option, given) => functionOf(option, given, 'a function of the answer') },
  test: (test: AnswerTest) => (state) => {
    const answer = answerOf(state);
    return answer !== undefined && mapAnswer(test(answer.response), Boolean);
  },
});
