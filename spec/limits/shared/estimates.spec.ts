import { Estimates } from '../../../lib/limits/shared/estimates.js';

describe('Estimates', () => {
  test('ask a round trip and the lateness of timers before the tokens are due', () => {
    const estimates = new Estimates();
    for (let i = 0; i < 50; i += 1) {
      estimates.recordTrip(10);
      estimates.recordLateness(2);
    }
    expect(estimates.lead).toBeCloseTo(12, 0);
    expect(estimates.horizon).toBeCloseTo(25, 0);
  });

  test('change little after a stall of this process', () => {
    const estimates = new Estimates();
    for (let i = 0; i < 50; i += 1) estimates.recordTrip(10);
    estimates.recordTrip(60_000);
    expect(estimates.lead).toBeLessThan(20);
  });

  test('make claims valid for as long as the process needs, and longer if the bucket fills slowly', () => {
    const estimates = new Estimates();
    expect(estimates.validity(10, 10)).toBe(100);
    for (let i = 0; i < 50; i += 1) estimates.recordTrip(1);
    const least = estimates.validity(1, 1000);
    expect(least).toBeLessThan(20);
    expect(estimates.validity(1000, 1000)).toBe(250);
    expect(estimates.validity(1000, 0)).toBe(least);
  });
});
