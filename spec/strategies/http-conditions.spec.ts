import { AttemptTimeoutError, type RetryCallState } from 'tenax';
import { HttpError, NetworkError, RateLimitError, ServerError, retryIfHttp } from 'tenax/http';
import { isNetworkFailure } from '../../lib/strategies/http-conditions';
import { answered, raised, stateAt } from './states';

const request = { method: 'GET', url: 'https://api.test/items' };
const failure = (status: number) => ({ ...request, status, headers: {}, response: { body: 'a body' } });
const limited = new RateLimitError(failure(429));
const broken = new ServerError(failure(503));
const unreachable = new NetworkError(request, 'reset');
const late = new AttemptTimeoutError('load', 1, 'attemptTimeout', 5);

const ended = (): RetryCallState => {
  const state = stateAt(1);
  state.outcome = undefined;
  return state;
};

describe('retryIfHttp.status', () => {
  test.each([
    ['one of the statuses, of an error', [429, 503], raised(limited), true],
    ['another status', [503], raised(limited), false],
    ['a class of statuses', ['5xx'], raised(broken), true],
    ['another class', ['4xx'], raised(broken), false],
    ['any of several', [404, '5xx'], raised(broken), true],
    ['an accepted answer', [202], answered({ status: 202 }), true],
    ['an accepted answer of a class', ['2xx'], answered({ status: 299 }), true],
    ['an answer of the next class', ['2xx'], answered({ status: 300 }), false],
    ['a value without a status', [202], answered({ data: 1 }), false],
    ['a status that is a text', [202], answered({ status: '202' }), false],
    ['a status that is a text, of a class', ['2xx'], answered({ status: '202' }), false],
    ['no value', [202], answered(undefined), false],
    ['null', [202], answered(null), false],
    ['an error of another client', [429], raised(Object.assign(new Error(), { status: 429 })), true],
    ['an error whose status is a text', [429], raised(Object.assign(new Error(), { status: '429' })), false],
    ['no answer', ['4xx', '5xx'], raised(unreachable), false],
    ['an attempt that has not ended', ['2xx'], ended(), false],
  ] as const)('%s', (_what, patterns, state, retries) => {
    expect(retryIfHttp.status(...patterns).shouldRetry(state)).toBe(retries);
  });

  test.each([
    [429.5, '429.5'],
    [99, '99'],
    [600, '600'],
    [1429, '1429'],
    ['6xx', '6xx'],
    ['5x', '5x'],
    ['5xxx', '5xxx'],
    ['50x', '50x'],
    ['x5xx', 'x5xx'],
    [null, 'null'],
  ])('refuses %p', (pattern, shown) => {
    const make = () => retryIfHttp.status(200, pattern as never);
    expect(make).toThrow(RangeError);
    expect(make).toThrow(
      new RangeError(`retryIfHttp.status takes statuses (429) and classes of them ('5xx'), got ${shown}`),
    );
  });

  test('refuses to have no status', () => {
    expect(() => retryIfHttp.status()).toThrow(new TypeError('retryIfHttp.status takes at least one status'));
  });
});

describe('retryIfHttp.networkError', () => {
  test.each([
    ['a broken connection', raised(unreachable), true],
    ['an attempt that took too long', raised(late), true],
    ['an answer that is an error', raised(broken), false],
    ['any other error', raised(new Error()), false],
    ['a value, even such an error', answered(unreachable), false],
    ['an attempt that has not ended', ended(), false],
  ])('%s', (_what, state, retries) => {
    expect(retryIfHttp.networkError().shouldRetry(state)).toBe(retries);
  });

  test('alone never retries a value', () => {
    const each = [retryIfHttp.networkError(), retryIfHttp.status('5xx'), retryIfHttp.response(() => true)];
    expect(each.map((strategy) => strategy.errorsOnly)).toEqual([true, false, false]);
  });

  test('is told by the error alone', () => {
    expect([unreachable, late, broken, undefined].map(isNetworkFailure)).toEqual([true, true, false, false]);
  });
});

describe('retryIfHttp.response', () => {
  test.each([
    ['the answer of an error', raised(limited), [{ body: 'a body' }]],
    ['an accepted answer', answered({ status: 200 }), [{ status: 200 }]],
    ['an accepted answer that is nothing', answered(undefined), [undefined]],
    ['no answer at all', raised(unreachable), []],
    ['any other error', raised(Object.assign(new Error(), { response: 1 })), []],
    ['an attempt that has not ended', ended(), []],
  ])('asks about %s', async (_what, state, about) => {
    const asked: unknown[] = [];
    const condition = (answer: boolean | Promise<boolean>) =>
      retryIfHttp.response((response: unknown) => {
        asked.push(response);
        return answer;
      });
    const expected = about.length > 0;
    expect(condition(true).shouldRetry(state)).toBe(expected);
    expect(condition(false).shouldRetry(state)).toBe(false);
    expect(await condition(Promise.resolve(true)).shouldRetry(state)).toBe(expected);
    expect(asked).toEqual([...about, ...about, ...about]);
  });

  test('leaves the body of a Response to the caller', async () => {
    const response = Response.json({ state: 'pending' });
    const pending = retryIfHttp.response(async (answer: Response) => (await answer.text()).includes('pending'));
    expect(await pending.shouldRetry(answered(response))).toBe(true);
    expect(await pending.shouldRetry(answered(response))).toBe(true);
    expect(await response.json()).toEqual({ state: 'pending' });
  });

  const clone = (): never => {
    throw new Error('it cannot be cloned');
  };
  const arrayBuffer = clone;
  test.each<[string, object]>([
    ['whose body was read', { clone, arrayBuffer, bodyUsed: true }],
    ['that has no bodyUsed', { clone, arrayBuffer }],
    ['that has no arrayBuffer', { clone, bodyUsed: false }],
    ['that has no clone', { arrayBuffer, bodyUsed: false }],
  ])('passes an answer %s as it is', (_what, answer) => {
    const asked: unknown[] = [];
    const condition = retryIfHttp.response((response: unknown) => asked.push(response) > 0);
    expect(condition.shouldRetry(answered(answer))).toBe(true);
    expect(asked[0]).toBe(answer);
  });

  test('takes a function', () => {
    expect(() => retryIfHttp.response(5 as never)).toThrow(
      new TypeError('retryIfHttp.response takes a function of the answer, got 5'),
    );
  });

  test('takes what is truthy for true', async () => {
    expect(retryIfHttp.response(() => 'yes' as never).shouldRetry(answered(1))).toBe(true);
    expect(await retryIfHttp.response(() => Promise.resolve(0 as never)).shouldRetry(answered(1))).toBe(false);
  });
});

test('the conditions know the errors of another copy of the package', () => {
  class HttpErrorOfAnotherCopy extends Error {
    static readonly $brand = HttpError.$brand;
    readonly status = 500;
  }
  expect(retryIfHttp.status(500).shouldRetry(raised(new HttpErrorOfAnotherCopy()))).toBe(true);
});
