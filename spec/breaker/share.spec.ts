import fc from 'fast-check';
import { Share } from '../../lib/breaker/share.js';

const runs = process.env['TENAX_LONG'] === undefined ? 100 : 5000;

interface Counted {
  calls: number;
  failures: number;
}

/** Adds calls after these times, a third of them failures. After each, `check` may ask what ended within a window. */
function play(share: Share, gaps: readonly number[], check: (within: (window: number) => Counted) => void): void {
  const ends: number[] = [];
  const fails = (i: number): boolean => i % 3 === 0;
  let now = 0;
  for (const gap of gaps) {
    now += gap;
    share.add(now, fails(ends.push(now) - 1));
    check((window) => {
      const counted = { calls: 0, failures: 0 };
      for (let i = ends.length - 1; (ends[i] ?? -Infinity) > now - window; i -= 1) {
        counted.calls += 1;
        if (fails(i)) counted.failures += 1;
      }
      return counted;
    });
  }
}

describe('Share', () => {
  test('counts calls that ended within the window, including its end but not its start', () => {
    const share = new Share(100);
    share.add(0, true);
    share.add(50, false);
    share.add(99, true);
    expect([share.calls, share.failures]).toEqual([3, 2]);
    share.add(100, false);
    expect([share.calls, share.failures]).toEqual([3, 1]);
  });

  test('is exact while there are few moments, however close', () => {
    const share = new Share(1000);
    for (const now of [0, 1, 2]) share.add(now, true);
    share.add(1001, false);
    expect([share.calls, share.failures]).toEqual([2, 1]);
  });

  test('is exact for any number of calls at few moments', () => {
    const share = new Share(1000);
    for (let i = 0; i < 500; i += 1) share.add(0, true);
    for (const now of [5, 6, 1000]) share.add(now, false);
    expect([share.calls, share.failures]).toEqual([3, 0]);
    share.add(1005, false);
    expect(share.calls).toBe(3);
  });

  test('is exact for up to 100 moments, for as long as it is used', () => {
    const gap = fc.integer({ min: 0, max: 3 });
    fc.assert(
      fc.property(fc.array(gap, { minLength: 300, maxLength: 300 }), (gaps) => {
        const share = new Share(100);
        let wrong = 0;
        play(share, gaps, (within) => {
          const { calls, failures } = within(100);
          if (share.calls !== calls || share.failures !== failures) wrong += 1;
        });
        expect(wrong).toBe(0);
      }),
      { numRuns: runs / 5 },
    );
  });

  test('forgets at most 1 % of the window late and never early, and stays small, under any load', () => {
    fc.assert(
      fc.property(fc.integer({ min: 101, max: 600 }), (perWindow) => {
        const share = new Share(1000);
        let [early, late, size] = [0, 0, 0];
        play(share, new Array<number>(perWindow * 3).fill(1000 / perWindow), (within) => {
          const [atLeast, atMost] = [within(1000), within(1010.001)];
          if (share.calls < atLeast.calls || share.failures < atLeast.failures) early += 1;
          if (share.calls > atMost.calls || share.failures > atMost.failures) late += 1;
          size = Math.max(size, share.size);
        });
        expect([early, late]).toEqual([0, 0]);
        expect(size).toBeLessThanOrEqual(202);
      }),
      { numRuns: runs / 20 },
    );
  });
});
