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
    return answer !== undefined && mapAnswer(test(unread(answer.response)), Boolean);
  },
});

/** A copy of a Response of fetch, whose body the test may read without taking it from the caller. */
function unread(answer: unknown): unknown {
  const { clone, arrayBuffer, bodyUsed } = (answer ?? {}) as Partial<Response>;
  const isResponse = typeof clone === 'function' && typeof arrayBuffer === 'function' && bodyUsed === false;
  return isResponse ? clone.call(answer) : answer;
}
