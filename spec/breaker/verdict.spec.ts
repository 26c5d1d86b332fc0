import { AxiosError, CanceledError } from 'axios';
import {
  AttemptTimeoutError,
  CircuitBreaker,
  CircuitOpenError,
  LimiterFullError,
  LimiterUnavailableError,
  PolicyError,
  RateLimitTimeoutError,
  retry,
  RetryBudget,
  type RetryCallState,
  Retrying,
  retryIf,
  stop,
  TryAgain,
} from 'tenax';
import { NetworkError } from 'tenax/http';
import { VirtualClock } from 'tenax/testing';
import { markRefusal } from '../../lib/call/gate.js';
import { begin, breakerOf, down, fail, settled, succeed } from './calls.js';

/** What an end counts as: seen by what it makes of a row of one failure, of two allowed. */
async function verdictOf(end: () => unknown): Promise<string> {
  const { breaker } = breakerOf({ failures: 2 });
  await fail(breaker, 1, down);
  await settled(breaker.run(end as () => Promise<unknown>));
  if (breaker.toJSON().state === 'open') return 'failure';
  return breaker.toJSON().failures === 0 ? 'success' : 'neutral';
}

const throws = (error: unknown) => (): Promise<never> => Promise.reject(error as Error);
const status = (code: number, headers: object = {}): Error =>
  Object.assign(new Error(`answered ${code}`), { status: code, headers, response: { status: code, headers } });
const foreign = markedRefusal();

function markedRefusal(): Error {
  const error = new Error('the limiter of the user is full');
  markRefusal(error);
  return error;
}

const timeout = (limit: 'attemptTimeout' | 'deadline'): Error => new AttemptTimeoutError('fn', 1, limit, 100);
const networkError = (limit: 'attemptTimeout' | 'deadline'): Error =>
  new NetworkError({ method: 'GET', url: '/', cause: timeout(limit) }, 'late');
const refusedAfterTimeout = (): Error =>
  Object.assign(new RateLimitTimeoutError(5, 1), { cause: timeout('attemptTimeout') });
const abort = (name: string): Error => Object.assign(new Error('stopped'), { name });

describe('Without countIf, a CircuitBreaker counts', () => {
  test.each<[string, string, () => unknown]>([
    ['a value', 'success', () => 'done'],
    ['undefined', 'success', () => undefined],
    ['null', 'success', () => null],
    ['an error', 'failure', throws(new Error('x'))],
    ['a TypeError', 'failure', throws(new TypeError('x'))],
    ['a thrown value that is not an Error', 'failure', throws('just text')],
    ['undefined that is thrown', 'failure', throws(undefined)],
    ['an error of the network', 'failure', throws(Object.assign(new Error('x'), { code: 'ECONNREFUSED' }))],
    ['a TimeoutError', 'failure', throws(new DOMException('late', 'TimeoutError'))],
    ['an attempt that took longer than attemptTimeout', 'failure', throws(timeout('attemptTimeout'))],
    ['an attempt that the deadline cut off', 'neutral', throws(timeout('deadline'))],
    [
      "a client's error of an attempt that took longer than attemptTimeout",
      'failure',
      throws(networkError('attemptTimeout')),
    ],
    ["a client's error of an attempt that the deadline cut off", 'neutral', throws(networkError('deadline'))],
    ['a refusal after an attempt that took too long', 'neutral', throws(refusedAfterTimeout())],
    ['an AbortError', 'neutral', throws(abort('AbortError'))],
    ["axios' CanceledError", 'neutral', throws(new CanceledError('stopped'))],
    ['a RateLimitTimeoutError', 'neutral', throws(new RateLimitTimeoutError(5, 1))],
    ['a LimiterFullError', 'neutral', throws(new LimiterFullError(1))],
    ['a LimiterUnavailableError', 'neutral', throws(new LimiterUnavailableError('away'))],
    ['a CircuitOpenError', 'neutral', throws(new CircuitOpenError({ breaker: 'other', what: 'is open' }))],
    ["what a limiter of the user's own rejected with", 'neutral', throws(foreign)],
    ['an error of a hook', 'neutral', throws(new PolicyError('before', 'fn', new Error('x'), undefined))],
    ['a TryAgain', 'neutral', throws(new TryAgain())],
    ['a thrown 500', 'failure', throws(status(500))],
    ['a thrown 503', 'failure', throws(status(503))],
    ['a thrown 599', 'failure', throws(status(599))],
    ['a thrown 408', 'neutral', throws(status(408))],
    ['a thrown 425', 'neutral', throws(status(425))],
    ['a thrown 429', 'neutral', throws(status(429))],
    ['a thrown 403 with Retry-After', 'neutral', throws(status(403, { 'retry-after': '5' }))],
    [
      'a thrown 403 that has nothing left',
      'neutral',
      throws(status(403, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '60' })),
    ],
    ['a thrown 413 with Retry-After', 'neutral', throws(status(413, { 'retry-after': '5' }))],
    ['a thrown 403', 'success', throws(status(403))],
    ['a thrown 413', 'success', throws(status(413))],
    ['a thrown 404', 'success', throws(status(404))],
    ['a thrown 400 with Retry-After', 'success', throws(status(400, { 'retry-after': '5' }))],
    ['a thrown 401', 'success', throws(status(401))],
    ['a Response of 200', 'success', () => new Response('x')],
    ['a Response of 503', 'failure', () => new Response('x', { status: 503 })],
    ['a Response of 404', 'success', () => new Response('x', { status: 404 })],
    ['a Response of 429', 'neutral', () => new Response('x', { status: 429 })],
    [
      'a Response of 403 with Retry-After',
      'neutral',
      () => new Response('x', { status: 403, headers: { 'retry-after': '1' } }),
    ],
    ["axios' answer of 503", 'failure', () => ({ status: 503, headers: {}, data: 'x', config: {} })],
    ["undici's answer of 503", 'failure', () => ({ statusCode: 503, headers: {}, body: 'x' })],
    ["a value of the user's own with a field status", 'success', () => ({ status: 503 })],
    [
      'an AxiosError of a 502',
      'failure',
      throws(new AxiosError('x', 'ERR_BAD_RESPONSE', undefined, {}, { status: 502, headers: {} } as never)),
    ],
    [
      'an AxiosError of a 422',
      'success',
      throws(new AxiosError('x', 'ERR_BAD_REQUEST', undefined, {}, { status: 422, headers: {} } as never)),
    ],
    ['an AxiosError without an answer', 'failure', throws(new AxiosError('x', 'ECONNRESET'))],
  ])('%s as %s', async (_what, expected, end) => {
    expect(await verdictOf(end)).toBe(expected);
  });

  const policy = { stop: stop.afterAttempt(2) };

  test.each<[string, string, unknown]>([
    ['its cause', 'failure', down],
    ['a 404 as its cause', 'success', status(404)],
    ['a 429 as its cause', 'neutral', status(429)],
    ['a refusal as its cause', 'neutral', new LimiterFullError(1)],
    ['a TryAgain as its cause', 'neutral', new TryAgain()],
  ])('a RetryError as %s counts: %s', async (_what, expected, error) => {
    const call = retry(() => Promise.reject(error as Error), { ...policy, retryIf: retryIf.always });
    expect(await verdictOf(call)).toBe(expected);
  });

  test('a RetryError of a RetryError as the innermost cause', async () => {
    const inner = retry(() => Promise.reject(status(404)), { ...policy, retryIf: retryIf.always });
    expect(await verdictOf(retry(inner, { ...policy, retryIf: retryIf.always }))).toBe('success');
  });

  test('a RetryError that a budget ended as its cause', async () => {
    const budget = new RetryBudget({ ratio: 0, minPerSecond: 0 });
    expect(await verdictOf(retry(() => Promise.reject(status(404)), { ...policy, budget }))).toBe('success');
    expect(await verdictOf(retry(() => Promise.reject(status(500)), { ...policy, budget }))).toBe('failure');
  });

  test('a RetryError after a value as that value, an answer of HTTP or not', async () => {
    const again = { ...policy, retryIf: retryIf.result(() => true) };
    expect(await verdictOf(retry(async () => new Response('x', { status: 503 }), again))).toBe('failure');
    expect(await verdictOf(retry(async () => new Response('x', { status: 202 }), again))).toBe('success');
    expect(await verdictOf(retry(async () => 'not yet', again))).toBe('failure');
  });

  test('whatever a call rejects with while its signal is aborted as neutral', async () => {
    const { breaker } = breakerOf({ failures: 1 });
    const controller = new AbortController();
    const call = begin(breaker, controller.signal);
    controller.abort(new Error('enough'));
    await call.reject(new Error('x'));
    expect(breaker.state).toBe('closed');
  });
});

describe('With countIf, a CircuitBreaker counts', () => {
  const onlyTypeErrors = { countIf: retryIf.exceptionType(TypeError) };

  test('an error that it names as a failure, and any other as neutral', async () => {
    const { breaker } = breakerOf({ ...onlyTypeErrors, failures: 2 });
    await fail(breaker, 1, new TypeError('x'));
    await fail(breaker, 1, new RangeError('x'));
    expect(breaker.toJSON()).toMatchObject({ state: 'closed', failures: 1 });
    await succeed(breaker);
    expect(breaker.toJSON().failures).toBe(0);
  });

  test('a value that it names as a failure, and any other as a success', async () => {
    const { breaker } = breakerOf({ failures: 2, countIf: retryIf.result((value) => value === 'bad') });
    await succeed(breaker, 1, 'bad');
    expect(breaker.toJSON().failures).toBe(1);
    await succeed(breaker, 1, 'good');
    expect(breaker.toJSON().failures).toBe(0);
    await succeed(breaker, 2, 'bad');
    expect(breaker.state).toBe('open');
  });

  test.each<[string, unknown]>([
    ['an abort', abort('AbortError')],
    ['a refusal of a limiter', new RateLimitTimeoutError(5, 1)],
    ["a refusal of a limiter of the user's own", foreign],
    ['a refusal of a breaker', new CircuitOpenError({ breaker: undefined, what: 'is open' })],
    ['an attempt that the deadline cut off', timeout('deadline')],
  ])('%s as neutral, whatever it says', async (_what, error) => {
    const { breaker } = breakerOf({ failures: 1, countIf: () => true });
    await fail(breaker, 3, error);
    expect(breaker.state).toBe('closed');
  });

  test('what it says once it is known, if it is async, before the call ends as it would without', async () => {
    const { breaker } = breakerOf({ failures: 2, countIf: async () => Promise.resolve(true) });
    await expect(breaker.run(() => Promise.reject(down))).rejects.toBe(down);
    expect(breaker.toJSON().failures).toBe(1);
    expect(await breaker.run(() => 7)).toBe(7);
    expect(breaker.state).toBe('open');
  });

  test('nothing when the breaker has opened before it is known', async () => {
    const answers: ((counts: boolean) => void)[] = [];
    const countIf = (): Promise<boolean> => new Promise((resolve) => answers.push(resolve));
    const { breaker, clock } = breakerOf({ failures: 1, countIf });
    const calls = [begin(breaker), begin(breaker)].map((call) => call.reject());
    await clock.advance(0);
    answers[0]?.(true);
    await clock.advance(5000);
    answers[1]?.(true);
    await Promise.all(calls);
    expect(breaker.toJSON()).toMatchObject({ state: 'open', breaks: 1 });
    await clock.advance(5000);
    expect(breaker.state).toBe('half-open');
  });

  const notABoolean = expect.objectContaining({
    message: expect.stringContaining('countIf must return true or false') as string,
  }) as Error;

  test.each([
    ['throws', down, () => Promise.reject(down)],
    [
      'throws at once',
      down,
      () => {
        throw down;
      },
    ],
    ['returns a strategy', notABoolean, () => retryIf.always as never],
    ['resolves with a strategy', notABoolean, async () => retryIf.always as never],
  ])('nothing when it %s: the call rejects with a PolicyError of countIf', async (_what, cause, countIf) => {
    const { breaker, clock } = breakerOf({ failures: 1, restored: open });
    const own = breakerOf({ clock, failures: 1, restored: open, countIf }).breaker;
    const error = (await settled(own.run(() => Promise.reject(new Error('own'))))) as PolicyError;
    expect(error).toMatchObject({ option: 'countIf', cause, attemptError: new Error('own') });
    expect(own.state).toBe('half-open');
    // The permit is free again.
    expect(await settled(own.run(() => 7))).toMatchObject({ option: 'countIf', attemptError: undefined });
    expect(breaker.state).toBe('half-open');
  });

  test('with the state of the call in a policy, also without a breakFor', async () => {
    const seen: RetryCallState[] = [];
    const clock = new VirtualClock();
    const breaker = new CircuitBreaker({ clock, countIf: (state) => seen.push(state) > 5 });
    const call = new Retrying({ breaker, clock, stop: stop.afterAttempt(2) }).call(async (_page: number) => {
      await clock.sleep(30);
      throw down;
    }, 7);
    void settled(call);
    await clock.advance(100);
    expect(seen.map(({ args, attemptNumber, elapsed }) => [args, attemptNumber, elapsed])).toEqual([
      [[7], 1, 30],
      [[7], 2, 60],
    ]);
  });

  test('with the state that a breaker knows', async () => {
    const seen: Record<string, unknown>[] = [];
    const { breaker, clock } = breakerOf({
      countIf: ({ outcome, elapsed, attemptNumber, args, self }) => {
        seen.push({ outcome, elapsed, attemptNumber, args, self });
        return false;
      },
    });
    const call = begin(breaker);
    await clock.advance(40);
    await call.resolve('done');
    const outcome = { attemptNumber: 1, failed: false, value: 'done' };
    expect(seen).toEqual([{ outcome, elapsed: 40, attemptNumber: 1, args: [], self: undefined }]);
  });
});

const open = { state: 'half-open', failures: 1, breaks: 1, until: null } as const;
