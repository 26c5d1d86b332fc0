import { mapAnswer } from '../decide.js';
import { answerOf } from '../http-conditions.js';
import { functionOf } from '../function-of.js';
import { retryFactory, type RetryStrategy } from '../retry-strategy.js';

type AnswerTest = (response: any) => boolean | Promise<boolean>;

/** Retries answers for which `test` returns true, even accepted ones. */
export const response: (test: AnswerTest) => RetryStrategy = /* @__PURE__ */ retryFactory({
  name: 'retryIfHttp.response',
  value: { type: 'function', check: (option, given) => functionOf(option, given, 'a function of the answer') },
  test: (test: AnswerTest) => (state) => {
    const answer = answerOf(state);
    return answer !== undefined && mapAnswer(test(unread(answer.response)), Boolean);
  },
});

/** A clone of fetch's Response, so that the test may read the body without taking it from the caller. */
function unread(answer: unknown): unknown {
  const { clone, arrayBuffer, bodyUsed } = (answer ?? {}) as Partial<Response>;
  const isResponse = typeof clone === 'function' && typeof arrayBuffer === 'function' && bodyUsed === false;
  return isResponse ? clone.call(answer) : answer;
}
