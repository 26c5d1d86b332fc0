import { parseRateLimit } from 'tenax/http';

/** Two limits as OpenAI writes them: the first of requests, the second of tokens. */
const limits = (requests: (string | undefined)[], tokens: (string | undefined)[]) => {
  const headers: Record<string, string | undefined> = {};
  for (const [what, values] of Object.entries({ requests, tokens })) {
    for (const [i, part] of ['limit', 'remaining', 'reset'].entries())
      headers[`x-ratelimit-${part}-${what}`] = values[i];
  }
  return parseRateLimit(headers, 0);
};

describe('Of several limits the tightest is answered, in whatever order they come:', () => {
  const none = undefined;
  test.each([
    ['the one with the smaller share left', ['100', '50'], ['10', '4'], { limit: 10, remaining: 4 }],
    ['the one whose rest is known', ['100', none, '60s'], ['10', '9'], { limit: 10, remaining: 9 }],
    ['the one that is used up, of an unknown whole', ['10', '1'], [none, '0'], { remaining: 0 }],
    ['a share before a rest of an unknown whole', [none, '5'], ['10', '9'], { limit: 10, remaining: 9 }],
    ['one that allows nothing at all', ['0', '0'], ['10', '1'], { limit: 0, remaining: 0 }],
    ['a share before what is left of nothing', ['0', '5'], ['10', '9'], { limit: 10, remaining: 9 }],
    ['of equals the one that lasts longer', ['10', '0', '5s'], ['20', '0', '60s'], { limit: 20, remaining: 0, reset: 60_000 }],
    ['of equals the one that says how long', ['10', '5'], ['20', '10', '60s'], { limit: 20, remaining: 10, reset: 60_000 }],
    ['of those that say nothing of the rest the one that lasts longer', ['10', none, '5s'], ['20', none, '6s'], { limit: 20, reset: 6000 }],
  ])('%s', (_what, one, other, tightest) => {
    expect(limits(one, other)).toEqual(tightest);
    expect(limits(other, one)).toEqual(tightest);
  }); // prettier-ignore

  test('of those that are equal in all the first', () => {
    expect(limits(['10', '0', '5s'], ['20', '0', '5s'])).toMatchObject({ limit: 10 });
    expect(limits(['20', '0'], ['10', '0'])).toMatchObject({ limit: 20 });
  });
});

describe('A Retry-After beside a limit', () => {
  test('takes precedence over its reset', () => {
    expect(parseRateLimit({ 'x-ratelimit-reset': '5', 'retry-after': '60' }, 0)).toEqual({ reset: 60_000 });
    expect(parseRateLimit({ 'x-ratelimit-reset': '5', 'retry-after': '0' }, 0)).toEqual({ reset: 0 });
    expect(parseRateLimit({ 'x-ratelimit-remaining': '5', 'retry-after': '60' }, 0)).toEqual({
      remaining: 5,
      reset: 60_000,
    });
  });

  test('leaves the word to it where it cannot be read', () => {
    expect(parseRateLimit({ 'x-ratelimit-reset': '5', 'retry-after': 'soon' }, 0)).toEqual({ reset: 5000 });
  });

  test('counts a date from the time that is given', () => {
    const headers = { 'x-ratelimit-remaining': '0', 'retry-after': 'Thu, 01 Jan 1970 00:01:00 GMT' };
    expect(parseRateLimit(headers, 20_000)).toEqual({ remaining: 0, reset: 40_000 });
  });

  test.each([
    ['a policy', { 'ratelimit-policy': '10;w=60' }, { policy: [{ quota: 10, window: 60_000 }] }],
    ['a header that only sounds like a limit', { 'x-upload-limit': '10' }, undefined],
    ['a limit that cannot be read', { 'x-ratelimit-remaining': 'lots' }, undefined],
  ])('alone, or beside %s, says nothing of a limit', (_what, headers, info) => {
    expect(parseRateLimit({ ...headers, 'retry-after': '60' }, 0)).toEqual(info);
  });

  test('in milliseconds does', () => {
    expect(parseRateLimit({ 'retry-after-ms': '150', 'retry-after': '60' }, 0)).toEqual({ reset: 150 });
    expect(parseRateLimit({ 'retry-after-ms': 'soon', 'retry-after': '60' }, 0)).toEqual({ reset: 60_000 });
    expect(parseRateLimit({ 'retry-after-ms': 'soon' }, 0)).toBeUndefined();
  });
});

describe('A reset that is a moment, where no time is given,', () => {
  afterEach(() => jest.useRealTimers());

  test("counts from the answer's own Date, else from our clock", () => {
    jest.useFakeTimers({ now: 1_500_000_000_000 });
    expect(parseRateLimit({ 'x-ratelimit-reset': '1500000009' })).toEqual({ reset: 9000 });
    const date = new Date(1_500_000_003_000).toUTCString();
    expect(parseRateLimit({ 'x-ratelimit-reset': '1500000009', date })).toEqual({ reset: 6000 });
  });
});

test('Headers that throw when they are read say nothing of a limit', () => {
  const get = (): never => {
    throw new Error('closed');
  };
  expect(parseRateLimit(Object.create({ get }) as object)).toBeUndefined();
  const forEach = get;
  expect(parseRateLimit({ get, forEach })).toBeUndefined();
});
