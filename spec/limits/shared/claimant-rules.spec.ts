import { askAfter } from '../../../lib/limits/shared/claimant-rules.js';
import { FOREVER } from '../../../lib/limits/shared/limit-state.js';

const open = [{ hold: 0 }] as never;
const paused = [{ hold: 1000 }] as never;

describe('askAfter', () => {
  test('is as early as the lead, where nobody gives anything back', () => {
    expect(askAfter(100, 10, 0, open)).toBe(90);
  });

  test('is earlier the more others give back, but not at once', () => {
    expect(askAfter(1000, 0, 0.5, open)).toBe(500);
    expect(askAfter(1000, 0, 1, open)).toBe(30);
  });

  test('looks at a long wait half-way, and sooner during a pause', () => {
    expect(askAfter(4000, 0, 0, open)).toBe(2000);
    expect(askAfter(100, 0, 0, paused)).toBe(50);
  });

  test('is a second where the rate is 0: another process may raise it', () => {
    expect(askAfter(FOREVER / 1000, 0, 0, open)).toBe(1000);
  });
});
