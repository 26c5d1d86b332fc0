import fc from 'fast-check';
import type { RateLimit } from 'tenax';
import { parseRateLimit, parseRateLimits } from 'tenax/http';
import { nothingLeftUntil } from '../../lib/headers/nothing-left';

const NOW = Date.UTC(2026, 10, 24, 12, 0, 0);
const read = (headers: object) => parseRateLimits(headers, NOW);

/** The latest reset of the limits with nothing left: what `nothingLeftUntil` has to return, which has its own reader. */
function latestReset(limits: readonly RateLimit[]): number | undefined {
  const resets = limits.flatMap(({ remaining, reset }) => (remaining === 0 && reset !== undefined ? [reset] : []));
  return resets.length === 0 ? undefined : Math.max(...resets);
}

describe('parseRateLimits returns every limit with its unit', () => {
  test("OpenAI's requests and tokens", () => {
    const headers = {
      'x-ratelimit-limit-requests': '60',
      'x-ratelimit-limit-tokens': '150000',
      'x-ratelimit-remaining-requests': '59',
      'x-ratelimit-remaining-tokens': '0',
      'x-ratelimit-reset-requests': '1s',
      'x-ratelimit-reset-tokens': '6m0s',
    };
    expect(read(headers)).toEqual([
      { unit: 'requests', limit: 60, remaining: 59, reset: 1000 },
      { unit: 'tokens', limit: 150_000, remaining: 0, reset: 360_000 },
    ]);
    expect(parseRateLimit(headers, NOW)).toEqual({ limit: 150_000, remaining: 0, reset: 360_000 });
  });

  test("Anthropic's units, known and new", () => {
    const headers: Record<string, string> = {};
    for (const unit of ['requests', 'tokens', 'input-tokens', 'output-tokens', 'images']) {
      headers[`anthropic-ratelimit-${unit}-limit`] = '50';
      headers[`anthropic-ratelimit-${unit}-remaining`] = '5';
      headers[`anthropic-ratelimit-${unit}-reset`] = '2026-11-24T12:00:30Z';
    }
    expect(read(headers)).toEqual(
      ['requests', 'tokens', 'input-tokens', 'output-tokens', 'images'].map((unit) => ({
        unit,
        limit: 50,
        remaining: 5,
        reset: 30_000,
      })),
    );
  });

  test.each<[string, object, object[]]>([
    ["GitHub's", { 'X-RateLimit-Limit': '5000', 'X-RateLimit-Remaining': '0', 'X-RateLimit-Used': '5000', 'X-RateLimit-Resource': 'core' }, [{ unit: 'requests', limit: 5000, remaining: 0 }]],
    ['one part alone', { 'x-ratelimit-limit-tokens': '9' }, [{ unit: 'tokens', limit: 9 }]],
    ['a reset alone', { 'anthropic-ratelimit-tokens-reset': '2026-11-24T12:00:01Z' }, [{ unit: 'tokens', reset: 1000 }]],
    ['windows, which are not units', { 'x-ratelimit-limit-tokens-hour': '7', 'x-ratelimit-remaining-minute': '3' }, [{ unit: 'tokens', limit: 7 }, { unit: 'requests', remaining: 3 }]],
    ["Discord's exact reset", { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1', 'x-ratelimit-reset-after': '0.5' }, [{ unit: 'requests', remaining: 0, reset: 500 }]],
    ['each item of an IETF list', { RateLimit: '"burst";r=1;t=2, "day";r=90', 'RateLimit-Policy': '"burst";q=5;w=9, "day";q=100' }, [{ unit: 'requests', limit: 5, remaining: 1, reset: 2000 }, { unit: 'requests', limit: 100, remaining: 90 }]],
    ['an IETF item with a reset alone', { ratelimit: '"a";t=3' }, [{ unit: 'requests', reset: 3000 }]],
    ['the unit of an IETF policy', { ratelimit: '"a";r=0;t=3', 'ratelimit-policy': '"a";q=9;qu="content-bytes"' }, [{ unit: 'content-bytes', limit: 9, remaining: 0, reset: 3000 }]],
    ['an IETF policy whose unit is no text', { ratelimit: '"a";r=1', 'ratelimit-policy': '"a";q=9;qu=5' }, [{ unit: 'requests', limit: 9, remaining: 1 }]],
    ['an IETF item whose name is no text', { ratelimit: 'tokens;r=1' }, [{ unit: 'requests', remaining: 1 }]],
    ['an IETF item that is called by its unit', { ratelimit: '"input-tokens";r=1, "requests";r=2' }, [{ unit: 'input-tokens', remaining: 1 }, { unit: 'requests', remaining: 2 }]],
    ['the dictionary of an earlier draft', { ratelimit: 'limit=9, remaining=0, reset=3' }, [{ unit: 'requests', limit: 9, remaining: 0, reset: 3000 }]],
    ['headers of an earlier draft', { 'ratelimit-remaining': '1' }, [{ unit: 'requests', remaining: 1 }]],
    ["Shopify's", { 'x-shopify-shop-api-call-limit': '32/40' }, [{ unit: 'requests', limit: 40, remaining: 8 }]],
  ])('%s', (_what, headers, limits) => {
    expect(read(headers)).toEqual(limits);
    expect(nothingLeftUntil(headers, NOW)).toBe(latestReset(limits));
    expect(read(new Headers(headers as Record<string, string>))).toEqual(limits);
  }); // prettier-ignore

  test('known names where headers cannot be listed', () => {
    const headers = new Headers({ 'x-ratelimit-remaining-tokens': '0', 'x-ratelimit-reset-tokens': '2' });
    const sealed = { get: (name: string) => headers.get(name) };
    expect(read(Object.create(sealed) as object)).toEqual([{ unit: 'tokens', remaining: 0, reset: 2000 }]);
  });
});

test.each<[string, unknown]>([
  ['no headers', {}],
  ['other headers', { 'content-type': 'text/plain', 'retry-after': '5' }],
  ['garbage', { 'x-ratelimit-remaining': 'soon', ratelimit: '(((', 'x-ratelimit-limit': '-1', 'x-shopify-shop-api-call-limit': 'x' }],
  ['an IETF item without parameters', { ratelimit: '"a"' }],
  ['a policy alone', { 'ratelimit-policy': '"a";q=5;w=9' }],
  ['null', null],
  ['undefined', undefined],
  ['a text', 'x-ratelimit-remaining: 5'],
  ['headers that throw', { get: () => { throw new Error('no'); } }],
])('parseRateLimits returns [] for %s', (_what, headers) => {
  expect(parseRateLimits(headers as object)).toEqual([]);
}); // prettier-ignore

const runs = process.env['TENAX_LONG'] ? 20_000 : 150;

const value = fc.oneof(
  fc.constantFrom('0', '0.0', '1', '30', '6m0s', '1700000000', '2026-11-24T12:00:30Z', '', 'x', '0, 0;w=60', '5;w=1'),
  fc.string({ maxLength: 12 }),
);
const name = fc.constantFrom(
  'x-ratelimit-limit', 'x-ratelimit-remaining', 'x-ratelimit-reset', 'x-ratelimit-reset-after', 'X-RateLimit-Remaining-Tokens',
  'x-ratelimit-reset-tokens', 'x-rate-limit-remaining', 'x-rate-limit-reset', 'anthropic-ratelimit-tokens-remaining',
  'anthropic-ratelimit-tokens-reset', 'ratelimit-remaining', 'ratelimit-reset', 'x-ratelimit-remaining-minute', 'x-ratelimit-reset-minute',
); // prettier-ignore
const quantity = fc.oneof(fc.constantFrom(0, 0.5, 1, 30), fc.nat(1000));
const item = fc
  .tuple(
    fc.constantFrom('"a"', '"b, c;r=0;t=9"', '"\\"r=0"', 'token'),
    fc.option(quantity),
    fc.option(quantity),
    fc.boolean(),
  )
  .map(([key, r, t, reversed]) => {
    const parts = [...(r === null ? [] : [`r=${r}`]), ...(t === null ? [] : [`t=${t}`])];
    return [key, ...(reversed ? parts.reverse() : parts)].join(';');
  });
const field = fc.oneof(
  fc.array(item, { minLength: 1, maxLength: 3 }).map((items) => items.join(', ')),
  fc.tuple(quantity, quantity, quantity).map(([l, r, t]) => `limit=${l}, remaining=${r}, reset=${t}`),
);

describe('For any headers', () => {
  test('parseRateLimits never throws, and every number is at least 0', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.oneof(name, fc.string()), fc.oneof(value, fc.anything())), (headers) => {
        for (const limit of parseRateLimits(headers, NOW)) {
          expect(typeof limit.unit).toBe('string');
          const numbers = [limit.limit, limit.remaining, limit.reset].filter((each) => each !== undefined);
          expect(numbers.length > 0 && numbers.every((each) => each >= 0)).toBe(true);
        }
      }),
      { numRuns: runs },
    );
  });

  test('the reset with nothing left is the latest of those that parseRateLimits returns', () => {
    fc.assert(
      fc.property(fc.dictionary(name, value), fc.option(field), (headers, ratelimit) => {
        const all = { ...headers, ...(ratelimit === null ? {} : { ratelimit }) };
        expect(nothingLeftUntil(all, NOW)).toBe(latestReset(read(all)));
      }),
      { numRuns: runs },
    );
  });

  test('long fields take no long time', () => {
    const began = performance.now();
    const long = '"\\'.repeat(100_000);
    for (const text of [long, ';r=0'.repeat(100_000), ', '.repeat(100_000), 'a'.repeat(200_000)]) {
      const headers = {
        ratelimit: text,
        'x-ratelimit-remaining': text,
        [`x-ratelimit-${text}`]: '0',
        'ratelimit-policy': text,
      };
      parseRateLimits(headers, NOW);
      nothingLeftUntil(headers, NOW);
    }
    expect(performance.now() - began).toBeLessThan(1000);
  });
});

test('Headers that throw when they are read hold no limits', () => {
  const get = (): never => {
    throw new Error('closed');
  };
  expect(parseRateLimits(Object.create({ get }) as object, NOW)).toEqual([]);
});
