import { askAfter, isTight } from '../../../lib/limits/shared/claimant-rules.js';
import { FOREVER } from '../../../lib/limits/shared/limit-state.js';

const open = [{ hold: 0 }] as never;
const paused = [{ hold: 1000 }] as never;

describe('askAfter', () => {
  test('returns the span less the lead when the doubt is 0', () => {
    expect(askAfter(100, 10, 0, open)).toBe(90);
  });

  test('returns less the higher the doubt, but at least 30 ms', () => {
    expect(askAfter(1000, 0, 0.5, open)).toBe(500);
    expect(askAfter(1000, 0, 1, open)).toBe(30);
  });

  test('returns half of a long wait, and half of a shorter one during a pause', () => {
    expect(askAfter(4000, 0, 0, open)).toBe(2000);
    expect(askAfter(100, 0, 0, paused)).toBe(50);
  });

  test('returns a second at rate 0, since another process may raise the rate', () => {
    expect(askAfter(FOREVER / 1000, 0, 0, open)).toBe(1000);
  });
});

describe('isTight', () => {
  const tight = (capacity: number, doubt: number): boolean =>
    isTight({ costs: [4] } as never, [{ capacity }] as never, doubt);

  test('is true of a bucket that holds less than two charges, or three if callers often give up', () => {
    expect([tight(7, 0), tight(8, 0), tight(11, 0.2), tight(12, 0.2)]).toEqual([true, false, true, false]);
  });
});
