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

  /** The lead after these round trips. */
  const lead = (...trips: number[]): number => {
    const estimates = new Estimates();
    for (const ms of trips) estimates.recordTrip(ms);
    return estimates.lead;
  };

  test('start with a round trip that takes no time, and a millisecond for timers', () => {
    expect([new Estimates().lead, new Estimates().horizon, new Estimates().validity(1, 1000)]).toEqual([1, 3, 100]);
  });

  test('take over the first round trip, up to 100 ms, and an eighth of each further one', () => {
    expect([lead(10), lead(500), lead(-5)]).toEqual([11, 101, 1]);
    expect([lead(10, 20), lead(10, 5)]).toEqual([12.25, 10.375]);
  });

  test('count a round trip as at most three times the mean and 20 ms', () => {
    expect([lead(10, 50), lead(10, 51), lead(10, 1e6)]).toEqual([16, 16, 16]);
  });

  test('fall by half of the difference if the mean is far too high', () => {
    expect(lead(10, 4)).toBe(8);
  });

  test('take timers as late as they are, but never less than a millisecond', () => {
    const estimates = new Estimates();
    estimates.recordTrip(10);
    estimates.recordLateness(0.5);
    expect([estimates.lead, estimates.horizon]).toEqual([11, 23]);
    const late = new Estimates();
    late.recordLateness(4);
    expect(late.lead).toBe(4);
    const early = new Estimates();
    early.recordLateness(-3);
    expect(early.lead).toBe(1);
  });

  test('make claims valid for two round trips, their spread, and three late timers', () => {
    const estimates = new Estimates();
    estimates.recordTrip(10);
    expect([estimates.validity(1, 1000), estimates.validity(1, 5), estimates.validity(2, 1)]).toEqual([36, 50, 250]);
    estimates.recordTrip(20);
    expect(estimates.validity(1, 1000)).toBe(41);
    estimates.recordLateness(4);
    expect(estimates.validity(1, 1000)).toBe(50);
  });
});
