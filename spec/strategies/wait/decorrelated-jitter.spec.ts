import { decorrelatedJitter } from '../../../lib/strategies/wait/decorrelated-jitter';
import { refuses } from '../refuses';
import { stateAt } from '../states';
import { duration, finite, refusesWrongOptions } from './wrong-options';

const MOST = Number.MAX_VALUE;

describe('wait.decorrelatedJitter', () => {
  const at = (attempt: number, upcomingSleep: number, chance: number) =>
    stateAt(attempt, { upcomingSleep, random: () => chance });

  test('waits for a random time from base to three times the last sleep, up to max', () => {
    const strategy = decorrelatedJitter({ base: 100, max: 500 });
    const high = 1 - Number.EPSILON;
    expect(strategy.delay(at(1, 0, high))).toBeCloseTo(300, 9);
    expect(strategy.delay(at(2, 150, 0.5))).toBe(275);
    expect(strategy.delay(at(3, 400, high))).toBe(500);
    expect(strategy.delay(at(3, 400, 0))).toBe(100);
  });

  test('begins at 1000 by default, whatever was slept before, and has no bound of its own', () => {
    const strategy = decorrelatedJitter();
    expect(strategy.delay(at(1, 50_000, 0))).toBe(1000);
    expect(strategy.delay(at(1, 50_000, 0.5))).toBe(2000);
    expect(strategy.delay(at(2, 50_000, 0.5))).toBe(75_500);
  });

  test('never overflows', () => {
    expect(decorrelatedJitter().delay(at(2, MOST, 0.5))).toBeCloseTo(MOST / 2);
  });

  test('is not shortened by a sleep below base, which another part of the policy made', () => {
    expect(decorrelatedJitter().delay(at(2, 10, 0.9))).toBe(1000);
  });

  test('keeps to max from the first delay on', () => {
    expect(decorrelatedJitter({ base: 10, max: 20 }).delay(at(1, 0, 0.9))).toBe(20);
    expect(decorrelatedJitter({ base: 5, max: 5 }).delay(at(1, 0, 0.9))).toBe(5);
  });

  refusesWrongOptions('wait.decorrelatedJitter', decorrelatedJitter, { base: finite, max: duration });

  describe('refuses', () => {
    refuses([
      [
        new RangeError('wait.decorrelatedJitter takes base ≤ max, got base 1000 and max 999'),
        () => decorrelatedJitter({ max: 999 }),
      ],
    ]);
  });
});
