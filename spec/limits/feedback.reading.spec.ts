import type { RateFeedback } from 'tenax';
import { readFeedback } from '../../lib/limits/feedback';

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
