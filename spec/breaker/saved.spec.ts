import { CircuitBreaker, wait, type SavedCircuit } from 'tenax';
import { VirtualClock } from 'tenax/testing';
import { breakerOf, fail, settled, succeed } from './calls.js';

const json = (breaker: CircuitBreaker): SavedCircuit => JSON.parse(JSON.stringify(breaker)) as SavedCircuit;

describe('The saved state of a CircuitBreaker', () => {
  let now = 1_800_000_000_000;
  beforeEach(() => void jest.spyOn(Date, 'now').mockImplementation(() => now));
  afterEach(() => void jest.restoreAllMocks());

  test('holds the state, the row, the breaks and the end of the break in ms since 1970', async () => {
    const { breaker, clock } = breakerOf({ failures: 2 });
    await fail(breaker);
    expect(json(breaker)).toEqual({ state: 'closed', failures: 1, breaks: 0, until: null });
    await fail(breaker);
    await clock.advance(4000);
    expect(json(breaker)).toEqual({ state: 'open', failures: 2, breaks: 1, until: now + 6000 });
    await clock.advance(6000);
    expect(json(breaker)).toEqual({ state: 'half-open', failures: 2, breaks: 1, until: null });
  });

  test('continues in another process, where the time in between counts', async () => {
    const { breaker } = breakerOf({ failures: 1 });
    await fail(breaker);
    const saved = json(breaker);
    now += 7000;
    const { breaker: next, clock } = breakerOf({ failures: 1, restored: saved });
    expect(await settled(next.run(() => 7))).toMatchObject({ retryAfter: 3000 });
    await clock.advance(3000);
    await fail(next);
    expect(await settled(next.run(() => 7))).toMatchObject({ retryAfter: 20_000 });
    now += 1e9;
    expect(breakerOf({ restored: saved }).breaker.state).toBe('half-open');
  });

  test('keeps the row', async () => {
    const { breaker } = breakerOf();
    await fail(breaker, 4);
    const { breaker: next } = breakerOf({ restored: json(breaker) });
    await fail(next);
    expect(next.state).toBe('open');
  });

  test('keeps a break without an end', async () => {
    const { breaker } = breakerOf({ failures: 1, breakFor: wait.fixed(Infinity) });
    await fail(breaker);
    expect(breaker.toJSON().until).toBeNull();
    const { breaker: next, clock } = breakerOf({ restored: json(breaker) });
    await clock.advance(1e12);
    expect(next.state).toBe('open');
  });

  test('of a half-open breaker lets probes through at once', async () => {
    const restored = { state: 'half-open', failures: 1, breaks: 1, until: null } as const;
    const { breaker } = breakerOf({ restored });
    expect(breaker.state).toBe('half-open');
    await succeed(breaker);
    expect(breaker.state).toBe('closed');
  });

  test('is the same on a clock with another start', async () => {
    const clock = new VirtualClock(5_000_000);
    const { breaker } = breakerOf({ clock, restored: { state: 'open', failures: 5, breaks: 1, until: now + 100 } });
    expect(breaker.toJSON().until).toBe(now + 100);
    await clock.advance(99);
    expect(breaker.state).toBe('open');
    await clock.advance(1);
    expect(breaker.state).toBe('half-open');
  });

  test.each<[object | number, string]>([
    [7, 'CircuitBreaker: restored takes an object with state, failures, breaks, until, got 7'],
    [
      { state: 'ajar', failures: 0, breaks: 0, until: null },
      "CircuitBreaker: restored: state takes 'closed', 'open' or 'half-open', got \"ajar\"",
    ],
    [
      { state: 'open', failures: -1, breaks: 0, until: null },
      'CircuitBreaker: restored: failures takes a whole number ≥ 0, got -1',
    ],
    [
      { state: 'open', failures: 0, breaks: 0.5, until: null },
      'CircuitBreaker: restored: breaks takes a whole number ≥ 0, got 0.5',
    ],
    [
      { state: 'open', failures: 0, breaks: 0, until: NaN },
      'CircuitBreaker: restored: until takes a finite number, got NaN',
    ],
    [{ state: 'open', failures: 0, breaks: 0 }, 'CircuitBreaker: restored: until takes a finite number, got undefined'],
    [
      { state: 'open', failures: 0, breaks: 0, until: null, untill: 1 },
      'CircuitBreaker: restored has no option "untill"; did you mean "until"?',
    ],
  ])('is refused when it is %j', (restored, message) => {
    expect(() => new CircuitBreaker({ restored: restored as never })).toThrow(message);
  });
});
