import { Stopwatch } from '../../lib/breaker/stopwatch.js';

describe('Stopwatch', () => {
  test('counts from its making, and a clock that is set back as no elapsed time', () => {
    let now = 1000;
    const stopwatch = new Stopwatch({ now: () => now, sleep: () => Promise.resolve() });
    expect(stopwatch.now()).toBe(0);
    now = 1500;
    expect(stopwatch.now()).toBe(500);
    now = 200;
    expect(stopwatch.now()).toBe(500);
    now = 201;
    expect(stopwatch.now()).toBe(501);
    expect(stopwatch.now()).toBe(501);
  });
});
