import fc from 'fast-check';
import { Share } from '../../lib/breaker/share.js';

const runs = process.env['TENAX_LONG'] === undefined ? 100 : 5000;

describe('Share', () => {
  test('counts what ended within the window, its end included and its start not', () => {
    const share = new Share(100);
    share.add(0, true);
    share.add(50, false);
    share.add(99, true);
    expect([share.calls, share.failures]).toEqual([3, 2]);
    share.add(100, false);
    expect([share.calls, share.failures]).toEqual([3, 1]);
  });

  test('is exact up to 100 moments, whatever comes', () => {
    const step = fc.tuple(fc.integer({ min: 0, max: 30 }), fc.boolean());
    fc.assert(
      fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
        const share = new Share(200);
        const all: { at: number; failed: boolean }[] = [];
        let now = 0;
        for (const [later, failed] of steps) {
          now += later;
          all.push({ at: now, failed });
          share.add(now, failed);
          const within = all.filter(({ at }) => at > now - 200);
          expect(share.calls).toBe(within.length);
          expect(share.failures).toBe(within.filter((each) => each.failed).length);
        }
      }),
      { numRuns: runs },
    );
  });

  test('forgets at most 1 % of the window late and never early, and stays small, under any load', () => {
    const load = fc.record({
      gap: fc.double({ min: 0, max: 3, noNaN: true }),
      calls: fc.integer({ min: 200, max: 3000 }),
    });
    fc.assert(
      fc.property(load, ({ gap, calls }) => {
        const share = new Share(1000);
        let now = 0;
        const at: number[] = [];
        for (let i = 0; i < calls; i += 1) {
          now += gap;
          at.push(now);
          share.add(now, i % 3 === 0);
        }
        const within = (window: number): number => at.filter((each) => each > now - window).length;
        expect(share.calls).toBeGreaterThanOrEqual(within(1000));
        expect(share.calls).toBeLessThanOrEqual(within(1010.001));
        expect(share.size).toBeLessThanOrEqual(202);
      }),
      { numRuns: runs / 5 },
    );
  });
});
