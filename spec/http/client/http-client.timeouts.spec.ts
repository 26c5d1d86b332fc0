import { AttemptTimeoutError, CircuitBreaker, RetryError, retryIf, stop, wait } from 'tenax';
import { NetworkError, retryingFetch, type Fetch, type FetchRetryOptions } from 'tenax/http';
import { VirtualClock } from 'tenax/testing';
import { thrown } from '../../thrown.js';

const { signal: never } = new AbortController();

/** A fetch that ignores its signal and never answers. */
const hanging: Fetch = () => new Promise(() => undefined);

/** What a call ends with, on virtual time. */
async function ends(options: FetchRetryOptions, fetch: Fetch, clock = new VirtualClock()): Promise<unknown> {
  const send = retryingFetch({ clock, wait: wait.none(), stop: stop.afterAttempt(2), ...options }, fetch);
  return clock.run(send('http://api.test/items?key=s3cret').catch((error: unknown) => error));
}

describe('An attempt that a client cuts off in time', () => {
  test.each<[string, FetchRetryOptions]>([
    ['attemptTimeout', { attemptTimeout: 100 }],
    ['deadline', { deadline: 100 }],
  ])('at its %s fails with a NetworkError that says so', async (limit, options) => {
    const error = (await ends(options, hanging)) as NetworkError;
    expect(error).toBeInstanceOf(NetworkError);
    expect(error.message).toBe(`GET http://api.test/items got no answer: ${limit} of 100 ms`);
    expect(error.cause).toBeInstanceOf(AttemptTimeoutError);
  });

  test('is a NetworkError to conditions and hooks', async () => {
    const seen: unknown[] = [];
    const asks = jest.fn(hanging);
    await ends(
      {
        attemptTimeout: 100,
        retryIf: retryIf.exceptionType(NetworkError),
        beforeSleep: ({ outcome }) => void seen.push(outcome.failed && outcome.error),
      },
      asks,
    );
    expect(asks).toHaveBeenCalledTimes(2);
    expect(seen).toEqual([expect.any(NetworkError)]);
  });

  test('is a NetworkError in a RetryError', async () => {
    const error = (await ends({ attemptTimeout: 100, reraise: false }, hanging)) as RetryError;
    expect(error.errors).toEqual([expect.any(NetworkError), expect.any(NetworkError)]);
    expect(error.cause).toBeInstanceOf(NetworkError);
  });

  test.each<[string, string, FetchRetryOptions]>([
    ['attemptTimeout counts', 'open', { attemptTimeout: 100 }],
    ['the deadline does not count', 'closed', { deadline: 100 }],
  ])('by %s for the breaker', async (_limit, state, options) => {
    const breaker = new CircuitBreaker({ failures: 1, clock: new VirtualClock() });
    await ends({ ...options, breaker, stop: stop.afterAttempt(1) }, hanging);
    expect(breaker.state).toBe(state);
  });

  test('sends nothing once it has ended while beforeAttempt took its time', async () => {
    const clock = new VirtualClock();
    const send = jest.fn(async () => new Response());
    const beforeAttempt = async (init: RequestInit): Promise<RequestInit> => {
      await clock.sleep(500, never);
      return init;
    };
    await ends({ attemptTimeout: 100, beforeAttempt }, send, clock);
    await clock.advance(1000);
    expect(send).not.toHaveBeenCalled();
  });

  test('cancels the body of an answer that comes later, and the call ends as if it had not come', async () => {
    const clock = new VirtualClock();
    const cancel = jest.fn();
    let requests = 0;
    const fetch: Fetch = async () => {
      requests += 1;
      if (requests === 2) return new Response('second', { status: 500 });
      await clock.sleep(150, never);
      return new Response(new ReadableStream({ cancel }), { status: 500 });
    };
    const response = (await ends({ attemptTimeout: 100, wait: wait.fixed(100) }, fetch, clock)) as Response;
    expect([response.status, await response.text()]).toEqual([500, 'second']);
    expect(cancel).toHaveBeenCalledTimes(1);
  });
});

test('A call that is aborted while beforeAttempt takes its time sends nothing', async () => {
  const clock = new VirtualClock();
  const send = jest.fn(async () => new Response());
  const abort = new AbortController();
  const beforeAttempt = async (init: RequestInit): Promise<RequestInit> => {
    await clock.sleep(500, never);
    return init;
  };
  const call = thrown(retryingFetch({ clock, beforeAttempt }, send)('http://api.test/', { signal: abort.signal }));
  await clock.advance(100);
  abort.abort(new Error('no longer needed'));
  expect((await call).message).toBe('no longer needed');
  await clock.advance(1000);
  expect(send).not.toHaveBeenCalled();
});
