import { stop, wait, type RateFeedback, type RateLimiter } from 'tenax';
import { retryingFetch, type FetchRetryOptions } from 'tenax/http';

/** What a limiter is told of an answer. */
async function told(status: number, headers: Record<string, string>, options: FetchRetryOptions = {}) {
  const reports: RateFeedback[] = [];
  const limiter: RateLimiter = {
    acquire: async () => 0,
    tryAcquire: () => true,
    report: (feedback) => void reports.push(feedback),
  };
  const answer = async (): Promise<Response> => new Response('', { status, headers });
  await retryingFetch({ stop: stop.afterAttempt(1), limiter, ...options }, answer)('http://api.test/');
  expect(reports).toHaveLength(1);
  return reports[0];
}

const LEFT = { 'RateLimit-Limit': '50', 'RateLimit-Remaining': '3' };

describe('A limiter receives reports of answers', () => {
  test.each([200, 399])('of %i: no Retry-After, which is not about a limit', async (status) => {
    expect(await told(status, { 'Retry-After': '7' })).toMatchObject({ status, retryAfter: undefined });
  });

  test.each([400, 429, 503])('of %i: its Retry-After', async (status) => {
    expect(await told(status, { 'Retry-After': '7' })).toMatchObject({ status, retryAfter: 7000 });
    expect(await told(status, {})).toMatchObject({ status, retryAfter: undefined });
  });

  test('a Retry-After up to the cap, the default one or that of wait.retryAfter', async () => {
    const after = async (seconds: number, options?: FetchRetryOptions): Promise<number | undefined> =>
      (await told(429, { 'Retry-After': String(seconds) }, options))?.retryAfter;
    expect(await after(299)).toBe(299_000);
    expect(await after(301)).toBe(300_000);
    expect(await after(301, { wait: wait.fixed(1) })).toBe(300_000);
    expect(await after(301, { wait: () => 1 })).toBe(300_000);
    expect(await after(6, { wait: wait.retryAfter({ max: 5000 }) })).toBe(5000);
    expect(await after(6, { wait: wait.fixed(1).plus(wait.retryAfter({ max: 5000 }).atLeast(1)) })).toBe(5000);
    expect(await after(500, { wait: wait.retryAfter({ max: 400_000 }) })).toBe(400_000);
  });

  test('what is left, and a reset up to that cap', async () => {
    const left = async (reset: string) => (await told(200, { ...LEFT, 'RateLimit-Reset': reset }))?.rateLimit;
    expect(await left('300')).toEqual({ limit: 50, remaining: 3, reset: 300_000 });
    expect(await left('301')).toEqual({ limit: 50, remaining: 3, reset: 300_000 });
    expect((await told(200, LEFT))?.rateLimit).toEqual({ limit: 50, remaining: 3 });
    expect((await told(200, {}))?.rateLimit).toBeUndefined();
  });
});

describe('A limiter is asked', () => {
  test('for one token, with the signal of the call', async () => {
    const acquire = jest.fn<Promise<number>, Parameters<RateLimiter['acquire']>>(async () => 0);
    const { signal } = new AbortController();
    const fetch = retryingFetch({ limiter: { acquire, tryAcquire: () => true } }, async () => new Response(''));
    await fetch('http://api.test/', { signal });
    expect(acquire).toHaveBeenCalledTimes(1);
    expect(acquire.mock.calls[0]?.[0]).toBe(1);
    expect(acquire.mock.calls[0]?.[1]?.signal).toBeInstanceOf(AbortSignal);
  });

  test('anew for an attempt after one that it refused, where the condition wants that', async () => {
    let asked = 0;
    const limiter: RateLimiter = {
      acquire: async () => {
        if ((asked += 1) === 1) throw new Error('not yet');
        return 0;
      },
      tryAcquire: () => true,
    };
    const options: FetchRetryOptions = {
      limiter,
      wait: wait.none(),
      retryIf: ({ outcome }) => outcome.failed,
    };
    const answer = await retryingFetch(options, async () => new Response('here'))('http://api.test/');
    expect([await answer.text(), asked]).toEqual(['here', 2]);
  });
});
