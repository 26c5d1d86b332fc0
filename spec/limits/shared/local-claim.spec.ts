import { VirtualClock } from 'tenax/testing';
import { systemClock, type Clock } from '../../../lib/base/clock';
import { LocalClaim } from '../../../lib/limits/shared/local-claim';

describe('LocalClaim', () => {
  const claimOf = (clock: Clock = new VirtualClock(), wall = 0): LocalClaim => {
    const entries = [
      { costs: [1, 2], span: 0 },
      { costs: [3, 0], span: 30 },
    ];
    return new LocalClaim(7, entries, { sent: 100, received: 110, wall, valid: 50 }, clock);
  };

  test('has a part for each caller, which is due when its tokens are certainly there', () => {
    const claim = claimOf();
    expect([claim.unserved, claim.next.costs, claim.due]).toEqual([2, [1, 2], 110]);
    claim.take([1, 2], 111);
    expect([claim.unserved, claim.next.costs, claim.due]).toEqual([1, [3, 0], 140]);
    claim.take([3, 0], 141);
    expect(claim.unserved).toBe(0);
  });

  test('covers a caller that wants no more of any key', () => {
    const claim = claimOf();
    expect(
      [
        [1, 2],
        [0, 0],
        [1, 1],
      ].map((costs) => claim.covers(costs)),
    ).toEqual([true, true, true]);
    expect(
      [
        [2, 2],
        [1, 3],
      ].map((costs) => claim.covers(costs)),
    ).toEqual([false, false]);
    claim.take([1, 2], 111);
    expect([claim.covers([3, 0]), claim.covers([3, 1])]).toEqual([true, false]);
  });

  test('keeps account of what was granted, and what not', () => {
    const claim = claimOf();
    expect([claim.taken, claim.unused(0), claim.unused(1)]).toEqual([[0, 0], 4, 2]);
    claim.take([1, 1], 111);
    expect([claim.taken, claim.unused(0), claim.unused(1)]).toEqual([[1, 1], 3, 1]);
    claim.take([2, 0], 141);
    expect([claim.taken, claim.unused(0), claim.unused(1)]).toEqual([[3, 1], 1, 1]);
  });

  test('reports its number, the tokens granted, and by how many microseconds the last grant was late at most', () => {
    const claim = claimOf();
    expect(claim.endReport(0).slice(0, 2)).toEqual([7, 0]);
    claim.take([1, 2], 111);
    claim.take([3, 0], 145);
    expect(claim.endReport(0)).toEqual([7, 4, 15_000]);
    expect(claim.endReport(1)).toEqual([7, 2, 15_000]);
  });

  test('lapses when the validity after its last due moment is over, counted from when it was sent', () => {
    const claim = claimOf();
    expect([180, 180.1].map((now) => claim.hasLapsed(now))).toEqual([false, true]);
  });

  test('lapses when the system was suspended, which only the time of day shows', () => {
    const day = jest.spyOn(Date, 'now').mockReturnValue(1000);
    const lapsed = (clock: Clock, wall: number): boolean => claimOf(clock, wall).hasLapsed(120);
    // 20 ms have passed on the monotonic clock, and 1000 − wall on the other.
    expect([930, 929].map((wall) => lapsed(systemClock, wall))).toEqual([false, true]);
    expect(lapsed(systemClock, 2000)).toBe(false);
    expect(lapsed(new VirtualClock(), 0)).toBe(false);
    day.mockRestore();
  });
});
