import fc from 'fast-check';
import { wait } from 'tenax';
import { stateAt } from './states';

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
