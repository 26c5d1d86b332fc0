import type { RateLimiter } from 'tenax';
import { Waiter } from '../../../lib/limits/queue';
import { Callers } from '../../../lib/limits/shared/callers';
import { KeyView } from '../../../lib/limits/shared/key-view';
import { LocalShares } from '../../../lib/limits/shared/local-shares';

describe('LocalShares', () => {
  /** This process's half of two keys: 5 tokens a second up to 2, and 10 a second up to 4. */
  const setting = () => {
    const views = [new KeyView('a', 10, 4, 4, 2), new KeyView('b', 20, 8, 8, 2)] as const;
    const shares = new LocalShares(views);
    const levels = (now: number): number[] => views.map(({ local, rate }) => local.at(now, rate).tokens);
    return { views, shares, levels };
  };

  test('are in use from begin on, and empty then', () => {
    const { shares, levels, views } = setting();
    expect(shares.inUse).toBe(false);
    shares.begin(0);
    expect([shares.inUse, levels(0)]).toEqual([true, [0, 0]]);
    views[0].local.end();
    expect(shares.inUse).toBe(false);
    shares.begin(100);
    expect([shares.inUse, levels(100)]).toEqual([true, [0, 1]]);
  });

  test('begin to refill at the end of a pause', () => {
    const { shares, levels, views } = setting();
    views[0].pausedUntil = 100;
    shares.begin(0);
    expect(levels(200)).toEqual([0.5, 2]);
  });

  test('take gives the tokens of every key, or none', () => {
    const { shares, levels } = setting();
    shares.begin(0);
    expect(shares.take([1, 1], undefined, 199)).toBe(false);
    expect(levels(199)).toEqual([expect.closeTo(0.995), expect.closeTo(1.99)]);
    expect(shares.take([1, 1], undefined, 200)).toBe(true);
    expect(levels(200)).toEqual([expect.closeTo(0), expect.closeTo(1)]);
    expect(shares.take([0, 1], undefined, 200)).toBe(true);
    expect(shares.take([0, 1], undefined, 200)).toBe(false);
  });

  test('take gives nothing during a pause or at rate 0 of any key', () => {
    const { shares, views } = setting();
    shares.begin(0);
    views[1].pausedUntil = 500;
    expect([499, 500].map((now) => shares.take([1, 1], undefined, now))).toEqual([false, true]);
    views[0].assign(0);
    expect(shares.take([1, 1], undefined, 1000)).toBe(false);
  });

  test('take lets a share grow to what the first caller wants', () => {
    const { shares, levels } = setting();
    shares.begin(0);
    expect(shares.take([3, 1], undefined, 600)).toBe(true);
    expect(shares.take([1, 1], [4, 1], 5000)).toBe(true);
    expect(levels(5000)).toEqual([3, 3]);
    expect(shares.take([1, 1], [1, 1], 5000)).toBe(true);
    expect(levels(5000)).toEqual([2, 2]);
  });

  test('timeUntil is the longest wait for a key, or for the end of its pause', () => {
    const { shares, views } = setting();
    shares.begin(0);
    expect(shares.timeUntil([1, 1], undefined, 0)).toBe(200);
    expect(shares.timeUntil([1, 4], undefined, 100)).toBe(300);
    expect(shares.timeUntil([1, 1], undefined, 1000)).toBe(0);
    views[1].pausedUntil = 1250;
    expect(shares.timeUntil([1, 1], undefined, 1000)).toBe(250);
    views[0].assign(0);
    expect(shares.timeUntil([1, 1], undefined, 1000)).toBe(Infinity);
  });

  test('timeUntil counts a share as large as the first caller needs it', () => {
    const { shares, levels } = setting();
    shares.begin(0);
    expect(shares.timeUntil([3, 1], [4, 1], 2000)).toBe(0);
    expect(levels(2000)).toEqual([4, 4]);
  });

  test('serve grants callers in order for as long as there are enough tokens', () => {
    const { shares, levels } = setting();
    const callers = new Callers();
    const waited: [string, number][] = [];
    const wait = (name: string, costs: number[]): void => {
      const resolve = (ms: number): void => void waited.push([name, ms]);
      const request = { tokens: 1, costs, since: 0, signal: undefined, resolve, reject: undefined };
      callers.add(new Waiter(request, () => undefined));
    };
    wait('first', [1, 1]);
    wait('large', [3, 1]);
    wait('last', [0, 1]);
    shares.begin(0);
    shares.serve(callers, {} as RateLimiter, Infinity, 300);
    expect([waited, callers.queue.size]).toEqual([[['first', 300]], 2]);
    // The second caller wants more than the share of the first key would hold.
    shares.serve(callers, {} as RateLimiter, Infinity, 700);
    expect(callers.queue.size).toBe(2);
    shares.serve(callers, {} as RateLimiter, Infinity, 800);
    expect(waited).toEqual([['first', 300], ['large', 800], ['last', 800]]);
    expect([callers.queue.size, levels(800)]).toEqual([0, [expect.closeTo(0), 2]]);
  }); // prettier-ignore
});
