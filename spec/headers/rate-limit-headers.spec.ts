import { parseRateLimit } from 'tenax/http';
import { nothingLeftUntil } from '../../lib/headers/nothing-left.js';

const NOW = 500_000_000_000;

describe('The headers of a vendor', () => {
  test('have the exact reset, where there are two', () => {
    const exact = { 'x-ratelimit-reset': '1000000000', 'x-ratelimit-reset-after': '1.25' };
    expect(parseRateLimit(exact, NOW)).toEqual({ reset: 1250 });
    expect(parseRateLimit({ ...exact, 'x-ratelimit-reset-after': 'soon' }, NOW)).toEqual({ reset: 1e12 - NOW });
  });

  test.each([
    ['x-ratelimit-limit', 'x-ratelimit-remaining', 'x-ratelimit-reset'],
    ['x-rate-limit-limit', 'x-rate-limit-remaining', 'x-rate-limit-reset'],
    ['x-ratelimit-limit-requests', 'x-ratelimit-remaining-requests', 'x-ratelimit-reset-requests'],
    ['x-ratelimit-limit-tokens', 'x-ratelimit-remaining-tokens', 'x-ratelimit-reset-tokens'],
    ...['requests', 'tokens', 'input-tokens', 'output-tokens'].map((what) =>
      ['limit', 'remaining', 'reset'].map((part) => `anthropic-ratelimit-${what}-${part}`),
    ),
    ['RateLimit-Limit', 'RateLimit-Remaining', 'RateLimit-Reset'],
  ])('%s, %s and %s make up one limit', (limit, remaining, resetName) => {
    const headers = { [limit as string]: '50', [remaining as string]: '5', [resetName as string]: '30' };
    expect(parseRateLimit(headers, NOW)).toEqual({ limit: 50, remaining: 5, reset: 30_000 });
    // Its own reader finds the same: `wait.retryAfter` waits for the reset.
    expect(nothingLeftUntil({ ...headers, [remaining as string]: '0' }, NOW)).toBe(30_000);
  });

  test.each([
    ['32/40', { limit: 40, remaining: 8 }],
    ['0/40', { limit: 40, remaining: 40 }],
    ['40/40', { limit: 40, remaining: 0 }],
    ['45/40', { limit: 40, remaining: 0 }],
    ['0/0', { limit: 0, remaining: 0 }],
    ['', undefined],
    ['32', undefined],
    ['x/40', undefined],
    ['32/x', undefined],
    ['-1/40', undefined],
    ['1/-40', undefined],
  ])("Shopify's %j is used, of so many", (value, info) => {
    expect(parseRateLimit({ 'x-shopify-shop-api-call-limit': value }, NOW)).toEqual(info);
  });
});

test.each(['x-ratelimit-remaining', 'ratelimit-remaining', 'ratelimit-reset'])(
  'A %s that cannot be read is no limit',
  (name) => {
    expect(parseRateLimit({ [name]: 'lots' }, NOW)).toBeUndefined();
  },
);
