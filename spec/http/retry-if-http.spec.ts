import { AttemptTimeoutError, type RetryStrategy } from 'tenax';
import { HttpError, NetworkError, retryIfHttp } from 'tenax/http';
import { httpError } from '../../lib/http/errors';
import { answered, raised } from '../strategies/states.js';

const error = (status: number): HttpError =>
  httpError({ status, method: 'GET', url: '/', headers: {}, response: { status, data: status } });
const network = new NetworkError({ method: 'GET', url: '/' }, 'ECONNRESET');
const late = new AttemptTimeoutError('GET', 1, 'attemptTimeout', 5);

describe('retryIfHttp.status', () => {
  const condition = retryIfHttp.status(429, '5xx');

  test.each([429, 500, 503, 599])('wants %i, accepted or not', (status) => {
    expect(condition.shouldRetry(raised(error(status)))).toBe(true);
    expect(condition.shouldRetry(answered({ status }))).toBe(true);
  });

  test.each([200, 400, 404, 428])('does not want %i', (status) => {
    expect(condition.shouldRetry(raised(error(status)))).toBe(false);
    expect(condition.shouldRetry(answered({ status }))).toBe(false);
  });

  test.each([
    ['no answer at all', raised(network)],
    ['an error whose status is no number', raised(Object.assign(new Error('x'), { status: '503' }))],
    ['an answer without a status', answered({})],
  ])('says no to %s', (_what, state) => {
    expect(condition.shouldRetry(state)).toBe(false);
  });
});

describe('retryIfHttp.networkError', () => {
  test('retries timeouts and other failures without an answer', () => {
    const condition = retryIfHttp.networkError();
    expect(condition.shouldRetry(raised(network))).toBe(true);
    expect(condition.shouldRetry(raised(late))).toBe(true);
    for (const state of [raised(error(503)), raised(new Error('ECONNRESET')), answered({ status: 503 })]) {
      expect(condition.shouldRetry(state)).toBe(false);
    }
  });
});

describe('retryIfHttp.response', () => {
  test('asks about answers, accepted or not', async () => {
    const condition = retryIfHttp.response(({ status }: { status: number }) => status % 2 === 0);
    expect(condition.shouldRetry(raised(error(500)))).toBe(true);
    expect(condition.shouldRetry(raised(error(503)))).toBe(false);
    expect(condition.shouldRetry(answered({ status: 200 }))).toBe(true);
    const later = retryIfHttp.response(async () => true);
    expect(await later.shouldRetry(answered({ status: 200 }))).toBe(true);
  });

  test('is not called without an answer', () => {
    const test = jest.fn(() => true);
    expect(retryIfHttp.response(test).shouldRetry(raised(network))).toBe(false);
    expect(test).not.toHaveBeenCalled();
  });

  test.each([
    [undefined, 'undefined'],
    [503, '503'],
    ['5xx', '"5xx"'],
  ])('refuses %j for a function', (given, shown) => {
    expect(() => retryIfHttp.response(given as never)).toThrow(
      new TypeError(`retryIfHttp.response takes a function of the answer, got ${shown}`),
    );
  });
});

test.each<[RetryStrategy, string]>([
  [retryIfHttp.status(429, '5xx'), "retryIfHttp.status(429, '5xx')"],
  [retryIfHttp.networkError(), 'retryIfHttp.networkError()'],
  [retryIfHttp.response(function busy() { return true; }), 'retryIfHttp.response(busy)'],
])('they print themselves as the code that made them: %s', (condition, printed) => {
  expect(String(condition)).toBe(printed);
}); // prettier-ignore
