import { ConcurrencyLimiter, SlidingWindow, TokenBucket } from 'tenax';
import { VirtualClock } from 'tenax/testing';
import { readAnswer } from '../../lib/headers/answer.js';
import { LimitPermit, type Charge } from '../../lib/limits/permit.js';

const reader = { answerOf: readAnswer, responseOf: undefined, cap: 300_000 };
const success = (value: unknown) => ({ attemptNumber: 1, failed: false as const, value });

describe('LimitPermit', () => {
  let clock: VirtualClock;
  let bucket: TokenBucket;
  let slots: ConcurrencyLimiter;
  beforeEach(() => {
    clock = new VirtualClock();
    bucket = new TokenBucket({ rate: 1, capacity: 10, clock });
    slots = new ConcurrencyLimiter({ limit: 2, clock });
  });
  const charge = (limiter: Charge['limiter'], tokens: number, settle?: Charge['settle']): Charge => {
    if (tokens > 0) expect(limiter.tryAcquire(tokens)).toBe(true);
    return { limiter, tokens, settle };
  };

  test('cancel gives back tokens and slots', () => {
    const permit = new LimitPermit([charge(bucket, 4), charge(slots, 1)], {}, reader);
    permit.cancel();
    expect([bucket.available, slots.inFlight]).toEqual([10, 0]);
  });

  test('cancel gives back to a window what this attempt took, not an older charge', async () => {
    const window = new SlidingWindow({ limit: 10, window: 1000, clock });
    await window.acquire(5);
    await clock.advance(900);
    new LimitPermit([charge(window, 5)], {}, reader).cancel();
    await clock.advance(100);
    expect(window.available).toBe(10);
  });

  test('leave frees the slots and keeps the tokens', () => {
    new LimitPermit([charge(bucket, 4), charge(slots, 1)], {}, reader).leave();
    expect([bucket.available, slots.inFlight]).toEqual([6, 0]);
  });

  test('end frees the slots and settles with the value and the request', () => {
    const settle = jest.fn(() => 1);
    const request = {};
    new LimitPermit([charge(bucket, 4, settle), charge(slots, 1)], request, reader).end(success('value'));
    expect(settle).toHaveBeenCalledWith('value', request);
    expect([bucket.available, slots.inFlight]).toEqual([9, 0]);
  });

  test('frees the slots even if the answer cannot be read', () => {
    const failing = {
      ...reader,
      answerOf: () => {
        throw new Error('unreadable');
      },
    };
    const permit = new LimitPermit([charge(slots, 1)], {}, failing);
    expect(() => {
      permit.end(success('value'));
    }).toThrow('unreadable');
    expect(slots.inFlight).toBe(0);
  });

  test('a limit that cost nothing is not released', () => {
    const permit = new LimitPermit([charge(slots, 0)], {}, reader);
    permit.end(success('value'));
    expect(slots.inFlight).toBe(0);
  });
});
