import { AxiosHeaders } from 'axios';
import fc from 'fast-check';
import { parseRateLimit, parseRetryAfter, type RateLimitInfo } from 'tenax/http';
import { runs } from '../long';

const NOW = Date.UTC(2026, 10, 24, 12, 0, 0);
const inSeconds = (seconds: number): string => String(NOW / 1000 + seconds);

describe('parseRateLimit', () => {
  it.each<[string, Record<string, string>, RateLimitInfo | undefined]>([
    [
      'the IETF fields',
      { 'RateLimit-Policy': '"burst";q=100;w=60', RateLimit: '"burst";r=50;t=30' },
      { limit: 100, remaining: 50, reset: 30_000, policy: [{ name: 'burst', quota: 100, window: 60_000 }] },
    ],
    [
      'the tightest of several IETF limits, with its own policy',
      {
        'ratelimit-policy': '"hour";q=1000;w=3600, "minute";q=100;w=60',
        ratelimit: '"hour";r=900;t=3000, "minute";r=2;t=9',
      },
      {
        limit: 100,
        remaining: 2,
        reset: 9000,
        policy: [
          { name: 'hour', quota: 1000, window: 3_600_000 },
          { name: 'minute', quota: 100, window: 60_000 },
        ],
      },
    ],
    [
      'the dictionary of an earlier draft',
      { ratelimit: 'limit=100, remaining=50, reset=30' },
      { limit: 100, remaining: 50, reset: 30_000 },
    ],
    [
      'the three headers of an earlier draft',
      {
        'RateLimit-Limit': '100, 100;w=60',
        'RateLimit-Remaining': '7',
        'RateLimit-Reset': '30',
        'RateLimit-Policy': '100;w=60',
      },
      { limit: 100, remaining: 7, reset: 30_000, policy: [{ quota: 100, window: 60_000 }] },
    ],
    [
      "GitLab's epoch seconds without the X",
      { 'ratelimit-limit': '600', 'ratelimit-remaining': '0', 'ratelimit-reset': inSeconds(60) },
      { limit: 600, remaining: 0, reset: 60_000 },
    ],
    [
      "GitHub's epoch seconds",
      { 'x-ratelimit-limit': '5000', 'x-ratelimit-remaining': '4999', 'x-ratelimit-reset': inSeconds(90) },
      { limit: 5000, remaining: 4999, reset: 90_000 },
    ],
    [
      "X's epoch seconds",
      { 'x-rate-limit-limit': '15', 'x-rate-limit-remaining': '0', 'x-rate-limit-reset': inSeconds(900) },
      { limit: 15, remaining: 0, reset: 900_000 },
    ],
    [
      'a delta in seconds',
      { 'x-ratelimit-remaining': '3', 'x-ratelimit-reset': '12' },
      { remaining: 3, reset: 12_000 },
    ],
    [
      'epoch milliseconds',
      { 'x-ratelimit-remaining': '3', 'x-ratelimit-reset': String(NOW + 1500) },
      { remaining: 3, reset: 1500 },
    ],
    [
      "the tightest of OpenAI's requests and tokens",
      {
        'x-ratelimit-limit-requests': '60',
        'x-ratelimit-remaining-requests': '59',
        'x-ratelimit-reset-requests': '1s',
        'x-ratelimit-limit-tokens': '150000',
        'x-ratelimit-remaining-tokens': '100',
        'x-ratelimit-reset-tokens': '6m0s',
      },
      { limit: 150_000, remaining: 100, reset: 360_000 },
    ],
    [
      "OpenAI's milliseconds",
      { 'x-ratelimit-remaining-requests': '1', 'x-ratelimit-reset-requests': '12ms' },
      { remaining: 1, reset: 12 },
    ],
    [
      "Anthropic's RFC 3339",
      {
        'anthropic-ratelimit-requests-limit': '50',
        'anthropic-ratelimit-requests-remaining': '0',
        'anthropic-ratelimit-requests-reset': '2026-11-24T12:00:30Z',
      },
      { limit: 50, remaining: 0, reset: 30_000 },
    ],
    ["Shopify's call limit", { 'X-Shopify-Shop-Api-Call-Limit': '32/40' }, { limit: 40, remaining: 8 }],
    [
      "Discord's float seconds",
      {
        'x-ratelimit-limit': '5',
        'x-ratelimit-remaining': '0',
        'x-ratelimit-reset': `${inSeconds(1)}.5`,
        'x-ratelimit-reset-after': '1.25',
      },
      { limit: 5, remaining: 0, reset: 1250 },
    ],
    ['retry-after-ms', { 'retry-after-ms': '1500' }, { reset: 1500 }],
    ["Azure's retry-after-ms", { 'x-ms-retry-after-ms': '1500' }, { reset: 1500 }],
    [
      'Retry-After over reset',
      { 'retry-after': '60', 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': inSeconds(5) },
      { remaining: 0, reset: 60_000 },
    ],
    [
      'a reset in the past',
      { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': inSeconds(-5) },
      { remaining: 0, reset: 0 },
    ],
    ['nothing', { 'content-type': 'text/plain' }, undefined],
    ['Retry-After alone', { 'retry-after': '5' }, undefined],
    [
      'malformed fields',
      {
        ratelimit: '"open;r=',
        'ratelimit-policy': '(((',
        'x-ratelimit-remaining': 'lots',
        'x-ratelimit-reset': 'soon',
      },
      undefined,
    ],
    [
      'negative numbers',
      { 'x-ratelimit-remaining': '-1', 'x-ratelimit-limit': '-1', 'x-ratelimit-reset': '-9' },
      undefined,
    ],
  ])('reads %s', (_what, headers, info) => {
    expect(parseRateLimit(headers, NOW)).toEqual(info);
    expect(parseRateLimit(new Headers(headers), NOW)).toEqual(info);
    expect(parseRateLimit(new AxiosHeaders(headers), NOW)).toEqual(info);
  });

  test("takes the answer's own Date where no time is given, so that a skewed clock does no harm", () => {
    const headers = {
      date: new Date(NOW).toUTCString(),
      'x-ratelimit-remaining': '0',
      'x-ratelimit-reset': inSeconds(20),
    };
    expect(parseRateLimit(headers)).toEqual({ remaining: 0, reset: 20_000 });
  });

  test.each([undefined, null, 5, 'text', [], new Map()])('answers undefined for %p', (headers) => {
    expect(parseRateLimit(headers as never)).toBeUndefined();
  });
});

/** Texts that are nearly right, and texts that are not at all. */
const value = fc.oneof(
  fc.string({ maxLength: 60 }),
  fc.stringMatching(/^[0-9;=,"rtqw .:smhdTZ+-]{0,60}$/),
  fc.double().map(String),
  fc.constantFrom('1e3', '0x10', 'NaN', 'Infinity', '-1', '', ' ', '9'.repeat(400), '"'.repeat(3000)),
);
const names = [
  'ratelimit', 'ratelimit-policy', 'ratelimit-limit', 'ratelimit-remaining', 'ratelimit-reset', 'x-ratelimit-limit',
  'x-ratelimit-remaining', 'x-ratelimit-reset', 'x-ratelimit-reset-after', 'x-ratelimit-reset-tokens', 'retry-after',
  'retry-after-ms', 'date', 'x-shopify-shop-api-call-limit', 'anthropic-ratelimit-tokens-reset',
]; // prettier-ignore
const headers = fc.dictionary(
  fc.constantFrom(...names),
  fc.oneof(value, fc.array(value, { maxLength: 3 }), fc.anything()),
  { noNullPrototype: true },
);

describe('whatever a server sends', () => {
  test('no header makes a parser throw, answer NaN or a negative number', () => {
    fc.assert(
      fc.property(headers, (sent) => {
        const wait = parseRetryAfter(sent);
        if (wait !== undefined && !(wait >= 0)) throw new Error(`Retry-After ${wait}`);
        const info = parseRateLimit(sent);
        if (info === undefined) return;
        const numbers = [
          info.limit,
          info.remaining,
          info.reset,
          ...(info.policy ?? []).flatMap(({ quota, window }) => [quota, window]),
        ];
        for (const number of numbers)
          if (number !== undefined && !(number >= 0 && number < Infinity)) throw new Error(String(number));
      }),
      runs(1000),
    );
  });
});
