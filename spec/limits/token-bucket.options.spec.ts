import { TokenBucket, type TokenBucketOptions } from 'tenax';
import { VirtualClock } from 'tenax/testing';

const NUMBER = 'a finite number ≥ 0';
const CLOCK = 'a clock, an object with now() and sleep(ms, signal)';

describe('The options of a TokenBucket', () => {
  test.each<[unknown, string]>([
    [5, 'TokenBucket takes an object with rate, capacity, initial, adaptive, maxPending, unit, clock, got 5'],
    [
      undefined,
      'TokenBucket takes an object with rate, capacity, initial, adaptive, maxPending, unit, clock, got undefined',
    ],
    [{}, `TokenBucket: rate takes ${NUMBER}, got undefined`],
    [{ rate: '5' }, `TokenBucket: rate takes ${NUMBER}, got "5"`],
    [{ rate: -1 }, `TokenBucket: rate takes ${NUMBER}, got -1`],
    [{ rate: Number.NaN }, `TokenBucket: rate takes ${NUMBER}, got NaN`],
    [{ rate: Infinity }, `TokenBucket: rate takes ${NUMBER}, got Infinity`],
    [{ rate: 1, capacity: 0 }, 'TokenBucket: capacity takes a finite number > 0, got 0'],
    [{ rate: 1, capacity: Infinity }, 'TokenBucket: capacity takes a finite number > 0, got Infinity'],
    [{ rate: 1, capacity: 2, initial: 3 }, 'TokenBucket: initial takes a number from 0 to 2, got 3'],
    [{ rate: 1, initial: -1 }, 'TokenBucket: initial takes a number from 0 to 1, got -1'],
    [{ rate: 1, adaptive: 1 }, 'TokenBucket: adaptive takes true or false, got 1'],
    [{ rate: 1, clock: {} }, `TokenBucket: clock takes ${CLOCK}, got an object`],
    [{ rate: 1, capacty: 1 }, 'TokenBucket has no option "capacty"; did you mean "capacity"?'],
  ])('%j are refused at once, naming the option and what it takes', (options, message) => {
    expect(() => new TokenBucket(options as TokenBucketOptions)).toThrow(new Error(message));
  });

  test('may be left out but for the rate: a second of tokens, at least one, all there', () => {
    const clock = new VirtualClock();
    expect(new TokenBucket({ rate: 10 }).capacity).toBe(10);
    expect(new TokenBucket({ rate: 0.2 }).capacity).toBe(1);
    expect(new TokenBucket({ rate: 0 }).capacity).toBe(1);
    expect(new TokenBucket({ rate: 10, clock }).available).toBe(10);
    expect(new TokenBucket({ rate: 10, initial: 2, clock }).available).toBe(2);
    expect(new TokenBucket({ rate: 10, capacity: 4, initial: undefined, clock }).available).toBe(4);
  });

  test('cannot be changed afterwards, but for the rate', () => {
    expect(() => Object.assign(new TokenBucket({ rate: 1, capacity: 2 }), { available: 1 })).toThrow(TypeError);
  });
});

describe('What is printed of a limiter', () => {
  test('is not its queue', () => {
    const bucket = new TokenBucket({ rate: 1, initial: 0, clock: new VirtualClock() });
    void bucket.acquire();
    expect(Object.keys(bucket).sort()).toEqual(['maxPending', 'unit']);
    expect(JSON.stringify(bucket)).toContain('requests');
  });
});

describe('TokenBucket.forWindow', () => {
  test.each<[unknown, string]>([
    [
      5,
      'TokenBucket.forWindow takes an object with limit, window, burst, initial, adaptive, maxPending, unit, clock, got 5',
    ],
    [{ limit: 0, window: 1 }, 'TokenBucket.forWindow: limit takes a finite number > 0, got 0'],
    [{ limit: 5, window: -1 }, 'TokenBucket.forWindow: window takes a finite number > 0, got -1'],
    [{ limit: 5, window: 1, burst: 0 }, 'TokenBucket.forWindow: burst takes a finite number > 0, got 0'],
    [{ limit: 5, windw: 1 }, 'TokenBucket.forWindow has no option "windw"; did you mean "window"?'],
    [{ limit: 5, window: 1, initial: 2 }, 'TokenBucket: initial takes a number from 0 to 1, got 2'],
  ])('refuses %j at once, naming the option and what it takes', (options, message) => {
    expect(() => TokenBucket.forWindow(options as never)).toThrow(new Error(message));
  });

  test.each([5, 6])('refuses a limit of 5 with a burst of %d: nothing would be left for the rate', (burst) => {
    const make = (): TokenBucket => TokenBucket.forWindow({ limit: 5, window: 1000, burst });
    expect(make).toThrow(RangeError);
    expect(make).toThrow(`TokenBucket.forWindow takes burst < limit, got burst ${burst} and limit 5`);
  });

  test('says which limiter to make instead', () => {
    expect(() => TokenBucket.forWindow({ limit: 1, window: 5000 })).toThrow(
      'for this limit make a bucket with rate 0.2 and capacity 1',
    );
    expect(() => TokenBucket.forWindow({ limit: 5, window: 1000, burst: 5 })).toThrow(
      'new SlidingWindow({ limit: 5, window: 1000 }) takes the whole limit at once',
    );
  });

  test('hands the other options on', () => {
    const clock = new VirtualClock();
    expect(TokenBucket.forWindow({ limit: 100, window: 60_000 }).capacity).toBe(1);
    const bucket = TokenBucket.forWindow({ limit: 50, window: 2000, burst: 10, initial: 3, adaptive: true, clock });
    expect([bucket.capacity, bucket.rate, bucket.available]).toEqual([10, 20, 3]);
    bucket.report({ status: 429 });
    expect(bucket.rate).toBe(14);
  });
});
