import {
  allOf,
  ConcurrencyLimiter,
  RateLimitTimeoutError,
  retry,
  SlidingWindow,
  stop,
  systemClock,
  TokenBucket,
} from 'tenax';
import { VirtualClock } from 'tenax/testing';
import { checkOneClock, isMember, membersOf } from '../../lib/limits/members.js';

const foreign = { acquire: async () => 0, tryAcquire: () => true };

describe('members', () => {
  test('are the limits of this process only', () => {
    const limits = [
      new TokenBucket({ rate: 1 }),
      new SlidingWindow({ limit: 1, window: 1 }),
      new ConcurrencyLimiter({ limit: 1 }),
    ];
    expect(limits.map(isMember)).toEqual([true, true, true]);
    expect(isMember(foreign)).toBe(false);
    expect(isMember(allOf(...limits))).toBe(false);
  });

  test('are not limits with an overridden or spied acquire, which policies and combinations call', async () => {
    const asked: string[] = [];
    class Noted extends TokenBucket {
      override acquire(...args: Parameters<TokenBucket['acquire']>): Promise<number> {
        asked.push('noted');
        return super.acquire(...args);
      }
    }
    const noted = new Noted({ rate: 1, capacity: 3 });
    const slots = new ConcurrencyLimiter({ limit: 1 });
    const spied = new SlidingWindow({ limit: 3, window: 60_000 });
    jest.spyOn(spied, 'acquire').mockImplementation((tokens) => {
      asked.push('spied');
      return SlidingWindow.prototype.acquire.call(spied, tokens);
    });
    await retry(() => 1, { limiter: [noted, spied, slots], stop: stop.never })();
    await allOf(noted, slots).acquire();
    await expect(allOf(spied, slots).acquire(1, { maxWait: 0 })).rejects.toThrow(RateLimitTimeoutError);
    expect(asked).toEqual(['noted', 'spied', 'noted', 'spied']);
    // What the last one took came back.
    expect([Math.floor(noted.available), spied.available, slots.inFlight]).toEqual([1, 2, 1]);
  });

  test('of a combination of combinations are the single limits', () => {
    const [one, two] = [new TokenBucket({ rate: 1 }), new TokenBucket({ rate: 2 })];
    expect(membersOf(allOf(allOf(one, two), foreign))).toEqual([one, two, foreign]);
    expect(membersOf(one)).toEqual([one]);
  });

  test('must have one clock; foreign limiters have no clock', () => {
    const clock = new VirtualClock();
    const bucket = new TokenBucket({ rate: 1, clock });
    expect(() => {
      checkOneClock('here', [bucket, new TokenBucket({ rate: 1, clock: systemClock })]);
    }).toThrow('here takes limiters with one clock object, got 2 clocks');
    expect(() => {
      checkOneClock('here', [bucket, foreign, new SlidingWindow({ limit: 1, window: 1, clock })]);
    }).not.toThrow();
  });
});
