import fc from 'fast-check';
import { WaitStrategy, wait } from 'tenax';
import { answered, delays, raised, stateAt } from './states';

const low = () => 0;
const high = () => 1 - Number.EPSILON;

describe('wait', () => {
  test('none, fixed', () => {
    expect(delays(wait.none(), 2)).toEqual([0, 0]);
    expect(delays(wait.fixed(5), 2)).toEqual([5, 5]);
    expect(delays(wait.fixed(Infinity), 1)).toEqual([Infinity]);
  });

  test('random: from 0 to 1000 by default', () => {
    expect(delays(wait.random(), 1, low)).toEqual([0]);
    expect(delays(wait.random(), 1, () => 0.25)).toEqual([250]);
    expect(delays(wait.random({ min: 10, max: 20 }), 1, () => 0.5)).toEqual([15]);
  });

  test('incrementing: 0, 100 000 … by default; a negative increment ends at 0', () => {
    expect(delays(wait.incrementing(), 3)).toEqual([0, 100_000, 200_000]);
    expect(delays(wait.incrementing({ start: 10, increment: 5, max: 18 }), 3)).toEqual([10, 15, 18]);
    expect(delays(wait.incrementing({ start: 10, increment: -6 }), 3)).toEqual([10, 4, 0]);
  });

  test('exponential: begins at initial, doubles, stays within min and max', () => {
    expect(delays(wait.exponential(), 4)).toEqual([1000, 2000, 4000, 8000]);
    expect(delays(wait.exponential({ initial: 10, expBase: 3, max: 50, min: 20 }), 4)).toEqual([20, 30, 50, 50]);
    expect(wait.exponential().delay(stateAt(5000))).toBe(Number.MAX_VALUE);
    expect(wait.exponential({ initial: 0 }).delay(stateAt(5000))).toBe(0);
  });

  test('randomExponential and fullJitter: anywhere from min to the exponential delay', () => {
    for (const factory of [wait.randomExponential, wait.fullJitter]) {
      expect(delays(factory({ initial: 100, max: 300, min: 50 }), 3, low)).toEqual([50, 50, 50]);
      const top = delays(factory({ initial: 100, max: 300, min: 50 }), 3, high) as number[];
      for (const [i, most] of [100, 200, 300].entries()) expect(top[i]).toBeCloseTo(most, 9);
    }
  });

  test('exponentialJitter: up to jitter on top, never above max; at the cap it is max', () => {
    expect(delays(wait.exponentialJitter(), 2, () => 0.5)).toEqual([1500, 2500]);
    expect(delays(wait.exponentialJitter({ initial: 1000, max: 2000 }), 3, () => 0.5)).toEqual([1500, 2000, 2000]);
    expect(delays(wait.exponentialJitter({ initial: 10, jitter: 0, min: 15 }), 2)).toEqual([15, 20]);
  });

  test('decorrelatedJitter: from base to three times the last sleep', () => {
    const strategy = wait.decorrelatedJitter({ base: 100, max: 500 });
    expect(strategy.delay(stateAt(1, { random: high }))).toBeCloseTo(300, 9);
    expect(strategy.delay(stateAt(2, { upcomingSleep: 150, random: () => 0.5 }))).toBe(275);
    expect(strategy.delay(stateAt(3, { upcomingSleep: 400, random: high }))).toBe(500);
    expect(strategy.delay(stateAt(3, { upcomingSleep: 400, random: low }))).toBe(100);
  });

  test('fibonacci: 1, 1, 2, 3 … times initial', () => {
    expect(delays(wait.fibonacci({ initial: 10 }), 7)).toEqual([10, 10, 20, 30, 50, 80, 130]);
    expect(delays(wait.fibonacci({ max: 2500 }), 4)).toEqual([1000, 1000, 2000, 2500]);
    expect(wait.fibonacci().delay(stateAt(1e6))).toBe(Number.MAX_VALUE);
  });

  test('chain: one after another, the last repeats; combine and plus: the sum', async () => {
    expect(
      delays(
        wait.chain(wait.fixed(1), () => 2, wait.fixed(3)),
        5,
      ),
    ).toEqual([1, 2, 3, 3, 3]);
    expect(
      delays(
        wait.combine(wait.fixed(1), wait.fixed(2)).plus(() => 3),
        1,
      ),
    ).toEqual([6]);
    // Two that are as large as can be do not make Infinity, which would give up.
    const large = wait.exponential();
    expect(large.plus(large).delay(stateAt(5000))).toBe(Number.MAX_VALUE);
    expect(wait.fixed(Infinity).plus(large).delay(stateAt(1))).toBe(Infinity);
    expect(
      await wait
        .fixed(1)
        .plus(async () => 5, wait.fixed(2))
        .delay(stateAt(1)),
    ).toBe(8);
  });

  test('exception: what it answers for the error; a value is a mistake', async () => {
    const strategy = wait.exception((error: Error) => error.message.length);
    expect(strategy.delay(raised(new Error('four')))).toBe(4);
    expect(() => strategy.delay(answered(1))).toThrow(TypeError);
    expect(await wait.exception(async () => 7).delay(raised('x'))).toBe(7);
  });

  test('retryAfter: the server’s answer; else the fallback; above max no further attempt', () => {
    const told = (retryAfter: unknown) => raised(Object.assign(new Error(), { retryAfter }));
    const strategy = wait.retryAfter({ max: 5000, fallback: wait.fixed(7) });
    expect([0, 1, 5000, 5001].map((ms) => strategy.delay(told(ms)))).toEqual([0, 1, 5000, Infinity]);
    expect(['3', Number.NaN, -1, undefined].map((ms) => strategy.delay(told(ms)))).toEqual([7, 7, 7, 7]);
    expect([strategy.delay(answered(1)), strategy.delay(raised('text'))]).toEqual([7, 7]);
    expect(wait.retryAfter().delay(told(300_000))).toBe(300_000);
    expect(wait.retryAfter().delay(told(300_001))).toBe(Infinity);
    expect(wait.retryAfter().delay(raised(new Error()))).toBe(750);
  });

  test('cappedAt, atLeast, withJitter: Infinity stays what it is', () => {
    expect(delays(wait.fixed(10).cappedAt(5), 1)).toEqual([5]);
    expect(delays(wait.fixed(1).atLeast(5), 1)).toEqual([5]);
    expect(delays(wait.fixed(100).withJitter(0.5), 1, low)).toEqual([100]);
    expect(delays(wait.fixed(100).withJitter(0.5), 1, () => 0.5)).toEqual([75]);
    expect(delays(wait.exponential({ max: 100 }).withJitter(1), 3, () => 0.5)).toEqual([50, 50, 50]);
    const never = wait.fixed(Infinity);
    expect(delays(never.cappedAt(5).atLeast(2).withJitter(0.5), 1)).toEqual([Infinity]);
  });

  test('takes a strategy of one’s own', () => {
    class Squares extends WaitStrategy {
      delay({ attemptNumber }: { attemptNumber: number }): number {
        return attemptNumber ** 2;
      }
    }
    expect(delays(new Squares().plus(() => 1).cappedAt(6), 3)).toEqual([2, 5, 6]);
  });
});

const ms = fc.double({ min: 0, max: 1e7, noNaN: true });
const bounds = fc.tuple(ms, ms).map(([a, b]) => ({ min: Math.min(a, b), max: Math.max(a, b) }));
const unit = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const attempt = fc.integer({ min: 1, max: 5000 });

describe('whatever the numbers, a delay', () => {
  test('is within min and max', () => {
    const factories = [wait.exponential, wait.randomExponential, wait.fullJitter, wait.exponentialJitter];
    const base = fc.double({ min: 0, max: 100, noNaN: true });
    fc.assert(
      fc.property(bounds, ms, base, attempt, unit, ({ min, max }, initial, expBase, n, chance) => {
        const state = stateAt(n, { random: () => chance, upcomingSleep: initial });
        for (const factory of factories) {
          const delay = factory({ min, max, initial, expBase }).delay(state);
          expect(delay).toBeGreaterThanOrEqual(min);
          expect(delay).toBeLessThanOrEqual(max);
        }
        for (const bounded of [
          wait.random({ min, max }),
          wait.decorrelatedJitter({ base: min, max }),
          wait.fixed(initial).cappedAt(max).atLeast(min),
        ]) {
          expect(bounded.delay(state)).toBeGreaterThanOrEqual(min);
          expect(bounded.delay(state)).toBeLessThanOrEqual(max);
        }
        expect(wait.fibonacci({ initial, max }).delay(state)).toBeLessThanOrEqual(max);
      }),
    );
  });

  test('of an exponential never shrinks, and is finite', () => {
    fc.assert(
      fc.property(ms, fc.double({ min: 1, max: 100, noNaN: true }), attempt, (initial, expBase, n) => {
        const strategy = wait.exponential({ initial, expBase });
        const [one, next] = [strategy.delay(stateAt(n)) as number, strategy.delay(stateAt(n + 1)) as number];
        expect(next).toBeGreaterThanOrEqual(one);
        expect(Number.isFinite(next)).toBe(true);
      }),
    );
  });

  test('withJitter(f) is within [d·(1−f), d]', () => {
    fc.assert(
      fc.property(ms, fc.double({ min: 0, max: 1, noNaN: true }), unit, (d, fraction, chance) => {
        const delay = wait
          .fixed(d)
          .withJitter(fraction)
          .delay(stateAt(1, { random: () => chance }));
        expect(delay).toBeLessThanOrEqual(d);
        expect(delay).toBeGreaterThanOrEqual(d * (1 - fraction) - 1e-9 * d);
      }),
    );
  });
});
