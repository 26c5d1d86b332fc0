import { ConcurrencyLimiter, type RateFeedback } from 'tenax';
import { VirtualClock } from 'tenax/testing';
import { readAnswer } from '../../lib/headers/answer';
import { capped, feedbackOf, readFeedback } from '../../lib/limits/feedback';

describe('An answer is read as', () => {
  test.each<[RateFeedback, 'refused' | 'served' | 'neither']>([
    [{ status: 429 }, 'refused'],
    [{ throttled: true }, 'refused'],
    [{ status: 503, throttled: true }, 'refused'],
    [{ status: 200 }, 'served'],
    [{ status: 399 }, 'served'],
    [{ throttled: false }, 'served'],
    [{ status: 400 }, 'neither'],
    [{ status: 500 }, 'neither'],
    [{ status: 429, throttled: false }, 'neither'],
    [{}, 'neither'],
  ])('%j: %s', (feedback, what) => {
    const { throttled, succeeded } = readFeedback(feedback);
    expect({ throttled, succeeded }).toEqual({ throttled: what === 'refused', succeeded: what === 'served' });
  });

  test.each<[RateFeedback, number]>([
    [{ status: 400, retryAfter: 500 }, 500],
    [{ status: 399, retryAfter: 500 }, 0],
    [{ throttled: false, retryAfter: 500 }, 0],
    [{ status: 429, retryAfter: 0, rateLimit: { remaining: 0, reset: 900 } }, 0],
    [{ status: 429, retryAfter: 500, rateLimit: { remaining: 0, reset: 900 } }, 500],
    [{ status: 429, rateLimit: { remaining: 0, reset: 900 } }, 900],
    [{ status: 429, rateLimit: { remaining: 1, reset: 900 } }, 0],
    [{ status: 429, rateLimit: { reset: 900 } }, 0],
    [{ status: 429, rateLimit: { remaining: 0 } }, 0],
    [{ status: 500, rateLimit: { remaining: 0, reset: 900 } }, 900],
    [{ status: 200, rateLimit: { remaining: 0, reset: 900 } }, 900],
    [{ status: 429, retryAfter: -1 }, 0],
    [{ status: 429, retryAfter: Number.NaN }, 0],
    [{ status: 429, retryAfter: Infinity }, Infinity],
    [{ status: 429 }, 0],
  ])('%j asks for a pause of %d ms', (feedback, pause) => {
    expect(readFeedback(feedback).pause).toBe(pause);
  });

  test.each<[RateFeedback, number | undefined]>([
    [{ rateLimit: { remaining: 3 } }, 3],
    [{ rateLimit: { remaining: 0 } }, 0],
    [{ rateLimit: { remaining: -1 } }, undefined],
    [{ rateLimit: { remaining: Number.NaN } }, undefined],
    [{ rateLimit: { limit: 5 } }, undefined],
    [{}, undefined],
  ])('%j says that %p are left', (feedback, remaining) => {
    expect(readFeedback(feedback).remaining).toBe(remaining);
  });
});

describe('Of several limits', () => {
  test('the longest reset of those with nothing left counts', () => {
    const rateLimits = [500, 900, 700].map((reset) => ({ remaining: 0, reset }));
    expect(readFeedback({ rateLimits }).pause).toBe(900);
  });

  test('the least that is left counts, with its reset', () => {
    const rateLimits = [
      { remaining: 5, reset: 1 },
      { remaining: 3, reset: 2 },
      { remaining: 3, reset: 3 },
      { remaining: 4, reset: 4 },
    ];
    expect(readFeedback({ rateLimits })).toMatchObject({ remaining: 3, reset: 2 });
  });
});

test('Slots are paused by a refusal that names a time for any unit, and by nothing that is left of a limit', async () => {
  const clock = new VirtualClock();
  const slots = new ConcurrencyLimiter({ limit: 9, clock });
  slots.report({ status: 200, rateLimits: [{ remaining: 0, reset: 500 }] });
  expect(slots.tryAcquire()).toBe(true);
  slots.report({ status: 429, rateLimits: [{ unit: 'tokens', remaining: 0, reset: 500 }] });
  await clock.advance(499);
  expect(slots.tryAcquire()).toBe(false);
  await clock.advance(1);
  expect(slots.tryAcquire()).toBe(true);
});

describe('feedbackOf', () => {
  const of = (status: number, headers: Record<string, string>, cap?: number) => {
    const outcome = { attemptNumber: 1, failed: false as const, value: { status, headers } };
    return feedbackOf(outcome, readAnswer(outcome), 7, cap);
  };

  test('of an attempt without an answer says whether it succeeded or timed out', () => {
    const timeout = Object.assign(new Error('late'), { name: 'TimeoutError' });
    expect(feedbackOf({ failed: false }, undefined, 7)).toEqual({ throttled: false, began: 7 });
    expect(feedbackOf({ failed: true, error: timeout }, undefined, 7)).toEqual({ timedOut: true, began: 7 });
    expect(feedbackOf({ failed: true, error: new Error('a bug') }, undefined, 7)).toBeUndefined();
  });

  test('of an answer has the time of Retry-After only from 400 on, at most the cap', () => {
    const headers = { 'retry-after': '2' };
    expect([200, 399, 400, 503].map((status) => of(status, headers)?.retryAfter)).toEqual([
      undefined,
      undefined,
      2000,
      2000,
    ]);
    expect(of(429, headers, 1500)).toEqual({
      status: 429,
      throttled: true,
      retryAfter: 1500,
      rateLimits: [],
      began: 7,
    });
    expect(of(500, {})).toEqual({
      status: 500,
      throttled: undefined,
      retryAfter: undefined,
      rateLimits: [],
      began: 7,
    });
  });

  test('caps only resets that are longer', () => {
    expect([{ reset: 5 }, { reset: 9 }, { remaining: 1 }].map((limit) => capped(limit as never, 7))).toEqual([
      { reset: 5 },
      { reset: 7 },
      { remaining: 1 },
    ]);
  });
});
