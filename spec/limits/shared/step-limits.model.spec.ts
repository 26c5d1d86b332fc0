import fc from 'fast-check';
import { LONGEST, runs } from '../../long';
import { EVERYTHING, histories, OFTEN, play, ROUNDING } from './history';

/** In the long form a million runs in all. */
const BUDGET = LONGEST ? { numRuns: 335_000 } : runs(250);

describe('A shared limit, whatever its processes do', () => {
  test('never grants more than the bound', () => {
    fc.assert(
      fc.property(histories(EVERYTHING), (setting) => {
        expect(play(setting).excess).toBeLessThan(ROUNDING);
      }),
      BUDGET,
    );
  });

  test('has every token at the end that a local bucket would have, unless it overflowed', () => {
    fc.assert(
      fc.property(histories({ ...OFTEN, pause: 1 }), (setting) => {
        const { lost, overflowed } = play(setting);
        expect(lost).toBeGreaterThan(-ROUNDING);
        if (!overflowed) expect(lost).toBeLessThan(ROUNDING);
      }),
      BUDGET,
    );
  });

  test('is full again once nobody has asked for long enough', () => {
    fc.assert(
      fc.property(histories(EVERYTHING), (setting) => {
        expect(Math.abs(play(setting).missing)).toBeLessThan(ROUNDING);
      }),
      BUDGET,
    );
  });

  test('serves many of those who ask', () => {
    let granted = 0;
    fc.assert(
      fc.property(histories(OFTEN), (setting) => void (granted += play(setting).granted)),
      { numRuns: 100, seed: 1 },
    );
    expect(granted).toBeGreaterThan(300);
  });
});
