import { allOf, ConcurrencyLimiter, SlidingWindow, systemClock, TokenBucket } from 'tenax';
import { VirtualClock } from 'tenax/testing';
import { checkOneClock, isMember, membersOf } from '../../lib/limits/members.js';

const foreign = { acquire: async () => 0, tryAcquire: () => true };

describe('members', () => {
  test('are the limits of this process, and no others', () => {
    const limits = [
      new TokenBucket({ rate: 1 }),
      new SlidingWindow({ limit: 1, window: 1 }),
      new ConcurrencyLimiter({ limit: 1 }),
    ];
    expect(limits.map(isMember)).toEqual([true, true, true]);
    expect(isMember(foreign)).toBe(false);
    expect(isMember(allOf(...limits))).toBe(false);
  });

  test('of a combination of combinations are the limits themselves', () => {
    const [one, two] = [new TokenBucket({ rate: 1 }), new TokenBucket({ rate: 2 })];
    expect(membersOf(allOf(allOf(one, two), foreign))).toEqual([one, two, foreign]);
    expect(membersOf(one)).toEqual([one]);
  });

  test('on two clocks are refused; limiters of other makes have none', () => {
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
