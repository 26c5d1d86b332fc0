import { calculateWait } from 'tenax/http';

const jitter = (random: number) => jest.spyOn(Math, 'random').mockReturnValue(random);
afterEach(() => jest.restoreAllMocks());

describe('calculateWait', () => {
  test.each([
    ['Headers', new Headers({ 'Retry-After': '3' }), 3000],
    ['an object', { 'retry-after': '3' }, 3000],
    ['an answer that asks for nothing', { 'retry-after': '0' }, 0],
    ['an answer that asks for more than the cap', { 'retry-after': '86400' }, 86_400_000],
  ])('obeys the Retry-After of %s, at any attempt', (_what, headers, ms) => {
    jitter(1);
    for (const attempt of [0, 1, 20]) expect(calculateWait({ headers }, attempt)).toBe(ms);
  });

  test.each([
    [0, 1000],
    [1, 2000],
    [5, 32_000],
    [6, 60_000],
    [7, 60_000],
    [5000, 60_000],
  ])('grows to the cap without one: after attempt %i it is %i', (attempt, ms) => {
    jitter(0);
    for (const response of [undefined, {}, { headers: {} }, { headers: { 'retry-after': 'soon' } }]) {
      expect(calculateWait(response, attempt)).toBe(ms);
    }
  });

  test('puts up to 10 % on top, of the cap too', () => {
    jitter(0.5);
    expect(calculateWait(undefined, 1)).toBe(2100);
    jitter(1);
    expect(calculateWait(undefined, 1)).toBe(2200);
    expect(calculateWait(undefined, 9)).toBe(66_000);
  });

  test('takes a base and a cap', () => {
    jitter(0);
    expect(calculateWait(undefined, 3, { base: 5 })).toBe(40);
    expect(calculateWait(undefined, 3, { maxDelay: 7000 })).toBe(7000);
    expect(calculateWait(undefined, 3, { base: undefined, maxDelay: undefined })).toBe(8000);
    expect(calculateWait(undefined, 3, { maxDelay: 0 })).toBe(0);
  });

  test('is 0 with a base of 0, however many attempts there were', () => {
    jitter(1);
    expect(calculateWait(undefined, 0, { base: 0 })).toBe(0);
    expect(calculateWait(undefined, 5000, { base: 0 })).toBe(0);
  });

  test.each([
    [0, { base: -1 }, 'calculateWait: base takes a duration in milliseconds (a finite number ≥ 0), got -1'],
    [0, { base: '1' }, 'calculateWait: base takes a duration in milliseconds (a finite number ≥ 0), got "1"'],
    [0, { maxDelay: NaN }, 'calculateWait: maxDelay takes a duration in milliseconds (a finite number ≥ 0), got NaN'],
    [-1, {}, 'calculateWait: attempt takes a whole number ≥ 0, got -1'],
    [1.5, {}, 'calculateWait: attempt takes a whole number ≥ 0, got 1.5'],
    [0, { bas: 1 }, 'calculateWait has no option "bas"; did you mean "base"?'],
    [0, { cap: 1 }, 'calculateWait has no option "cap"; it takes base, maxDelay'],
    [0, null, 'calculateWait takes an object with base, maxDelay, got null'],
  ])('refuses attempt %j with %j', (attempt, options, message) => {
    expect(() => calculateWait(undefined, attempt, options as never)).toThrow(new Error(message));
  });
});
