import { markRefusal } from '../../lib/call/gate';
import { answerOf, isNetworkFailure, statusOf } from '../../lib/strategies/http-conditions';
import { broken, errorOf, late, limited, running, unreachable } from './retry-if-http/outcomes';
import { answered, raised } from './states';

test('a network failure is told by the error alone', () => {
  expect([unreachable, late, broken, undefined].map(isNetworkFailure)).toEqual([true, true, false, false]);
});

test("a gate's own refusal is no network failure, whatever its code says", () => {
  const error = Object.assign(new Error('refused'), { code: 'ECONNRESET' });
  expect(isNetworkFailure(error)).toBe(true);
  markRefusal(error);
  expect(isNetworkFailure(error)).toBe(false);
});

test('the status is that of an answer, accepted or not', () => {
  const states = [raised(errorOf(503)), answered({ status: 202 }), raised(unreachable), answered(1), running()];
  expect(states.map(statusOf)).toEqual([503, 202, undefined, undefined, undefined]);
});

test('the answer is the value, or what the server sent with the error', () => {
  expect(answerOf(answered(undefined))).toEqual({ response: undefined });
  expect(answerOf(raised(limited))).toMatchObject({ response: { body: 'a body' } });
  expect([raised(unreachable), raised(new Error()), running()].map(answerOf)).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});
