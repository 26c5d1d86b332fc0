import fc from 'fast-check';
import { LONGEST, runs } from '../../long';
import { EVERYTHING, histories, OFTEN, play, ROUNDING } from './history';

/** The long form makes a million runs in all. */
const BUDGET = LONGEST ? { numRuns: 335_000 } : runs(250);

describe('stepLimits on random histories of processes', () => {
  test('never grants more than the bound', () => {
    fc.assert(
      fc.property(histories(EVERYTHING), (setting) => {
        expect(play(setting).excess).toBeLessThan(ROUNDING);
      }),
      BUDGET,
    );
  });

  test('has at the end every token that a local bucket would have, unless it overflowed', () => {
    fc.assert(
      fc.property(histories({ ...OFTEN, pause: 1 }), (setting) => {
        const { lost, overflowed } = play(setting);
        expect(lost).toBeGreaterThan(-ROUNDING);
        if (!overflowed) expect(lost).toBeLessThan(ROUNDING);
      }),
      BUDGET,
    );
  });

  test('is full again after a long time without commands', () => {
    fc.assert(
      fc.property(histories(EVERYTHING), (setting) => {
        expect(Math.abs(play(setting).missing)).toBeLessThan(ROUNDING);
      }),
      BUDGET,
    );
  });

  test('serves many callers', () => {
    let granted = 0;
    fc.assert(
      fc.property(histories(OFTEN), (setting) => void (granted += play(setting).granted)),
      { numRuns: 100, seed: 1 },
    );
    expect(granted).toBeGreaterThan(300);
  });
});
