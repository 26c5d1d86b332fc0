import { withCopy } from '../../base/with-copy.js';
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
    return answer !== undefined && mapAnswer(ask(test, answer.response), Boolean);
  },
});

/** The test gets a clone of fetch's Response, so that it may read the body without taking it from the caller. */
function ask(test: AnswerTest, answer: unknown): boolean | Promise<boolean> {
  const { clone, arrayBuffer, bodyUsed } = (answer ?? {}) as Partial<Response>;
  const isResponse = typeof clone === 'function' && typeof arrayBuffer === 'function' && bodyUsed === false;
  return isResponse ? withCopy(clone.call(answer), test) : test(answer);
}
